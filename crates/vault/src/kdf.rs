//! What deriving a key from a password costs: Argon2id (RFC 9106).

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};

use crate::header::MAX_SLOTS;
use crate::key::WrappingKey;

/// Bytes of a slot's salt.
pub(crate) const SALT_BYTES: usize = 32;

/// Cost parameters of Argon2id (RFC 9106 section 3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KdfCost {
    /// Memory, KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

/// A cost parameter outside its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("argon2id {parameter} {found} is not in {min} to {max}")]
pub struct CostError {
    /// Which parameter: "memory", "passes", "lanes", or "memory times passes of all slots".
    pub parameter: &'static str,
    /// Its value; memory in KiB, memory times passes in KiB, too.
    pub found: u32,
    /// Least value.
    pub min: u32,
    /// Greatest value.
    pub max: u32,
}

impl KdfCost {
    /// RFC 9106 section 4, the second recommended option: 64 MiB, 3 passes, 4 lanes. Nothing cheaper is ever written.
    pub const FLOOR: Self = Self {
        m_kib: 64 * 1024,
        t: 3,
        p: 4,
    };

    /// The most a header may ask for: a file must not be able to take the machine's memory or hours of its time.
    pub const CEILING: Self = Self {
        m_kib: 1024 * 1024,
        t: 64,
        p: 16,
    };

    /// The most that the slots of a header may ask for together, memory times passes, KiB: a password is tried on one
    /// after another. Two slots at [`Self::CEILING`], or as many as there can be at the dearest that
    /// [`Self::calibrate`] chooses.
    const MOST_TOGETHER: u32 = 2 * Self::CEILING.m_kib * Self::CEILING.t;

    /// Most memory that [`Self::calibrate`] chooses, KiB: a quarter of a small laptop's.
    const CALIBRATED_MEMORY_KIB: u32 = 512 * 1024;

    /// The cost that takes about `target` on this machine: as much memory as fits, then passes; never below
    /// [`Self::FLOOR`]. Measures, so it takes about `target` itself. Blocks.
    pub fn calibrate(target: Duration) -> Self {
        Self::calibrate_by(target, Self::measure)
    }

    fn calibrate_by(target: Duration, measure: impl Fn(Self) -> Duration) -> Self {
        let mut cost = Self::FLOOR;
        let mut took = measure(cost);
        // Doubling the memory doubles the time, so a next step only fits while there is room for twice.
        while took * 2 <= target && cost.m_kib * 2 <= Self::CALIBRATED_MEMORY_KIB {
            let larger = Self {
                m_kib: cost.m_kib * 2,
                ..cost
            };
            let larger_took = measure(larger);
            if larger_took > target {
                break;
            }
            (cost, took) = (larger, larger_took);
        }
        let pass = took.as_secs_f64() / f64::from(cost.t);
        let affordable = (target.as_secs_f64() / pass.max(1e-4)).floor();
        // Float to integer saturates, and the clamp keeps the result in the range that is read back.
        let share = Self::MOST_TOGETHER / MAX_SLOTS as u32 / cost.m_kib;
        let t = (affordable as u32).clamp(Self::FLOOR.t, share.min(Self::CEILING.t));
        Self { t, ..cost }
    }

    /// Refuses what may not be written.
    pub(crate) fn check_for_writing(self) -> Result<(), CostError> {
        self.check(Self::FLOOR)
    }

    /// Refuses what a file may not ask for. Allocates nothing.
    pub(crate) fn check_for_reading(self) -> Result<(), CostError> {
        self.check(Self {
            m_kib: 8 * self.p.clamp(1, Self::CEILING.p),
            t: 1,
            p: 1,
        })
    }

    /// Refuses slots that would take too long to try one after another, each of them acceptable by itself.
    pub(crate) fn check_together(costs: impl IntoIterator<Item = Self>) -> Result<(), CostError> {
        let found = costs.into_iter().fold(0, |sum: u32, cost| {
            sum.saturating_add(cost.m_kib.saturating_mul(cost.t))
        });
        if found > Self::MOST_TOGETHER {
            return Err(CostError {
                parameter: "memory times passes of all slots",
                found,
                min: 0,
                max: Self::MOST_TOGETHER,
            });
        }
        Ok(())
    }

    fn check(self, least: Self) -> Result<(), CostError> {
        let most = Self::CEILING;
        for (parameter, found, min, max) in [
            ("lanes", self.p, least.p, most.p),
            ("memory", self.m_kib, least.m_kib, most.m_kib),
            ("passes", self.t, least.t, most.t),
        ] {
            if !(min..=max).contains(&found) {
                return Err(CostError {
                    parameter,
                    found,
                    min,
                    max,
                });
            }
        }
        Ok(())
    }

    /// The key that wraps the vault key. Takes the time and memory that the parameters say. Blocks.
    ///
    /// None when the machine does not give the memory.
    pub(crate) fn derive(
        self,
        password: &SecretString,
        salt: &[u8; SALT_BYTES],
    ) -> Option<WrappingKey> {
        let params = Params::new(self.m_kib, self.t, self.p, Some(32)).ok()?;
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let password = password.expose_secret().as_bytes();
        WrappingKey::filled_by(|key| argon2.hash_password_into(password, salt, key).ok())
    }

    fn measure(cost: Self) -> Duration {
        let start = Instant::now();
        // Without the memory there is nothing to measure; the time so far is short and the cost stays low.
        if cost
            .derive(&SecretString::from("calibration"), &[0; SALT_BYTES])
            .is_none()
        {
            return Duration::MAX / 4;
        }
        start.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Time in proportion to the work, as on a machine that fills `mib_per_ms`.
    fn machine(mib_per_ms: f64) -> impl Fn(KdfCost) -> Duration {
        move |cost| {
            let mib = f64::from(cost.m_kib) / 1024.0 * f64::from(cost.t);
            Duration::from_secs_f64(mib / mib_per_ms / 1000.0)
        }
    }

    #[test]
    fn calibration_uses_the_time_it_is_given() {
        for (case, mib_per_ms, memory_mib) in [
            ("slow", 0.5, 64),
            ("ordinary", 2.0, 256),
            ("fast", 20.0, 512),
        ] {
            let cost = KdfCost::calibrate_by(Duration::from_millis(500), machine(mib_per_ms));
            assert_eq!(cost.m_kib, memory_mib * 1024, "{case}");
            let took = machine(mib_per_ms)(cost);
            assert!(took <= Duration::from_millis(510), "{case}: {took:?}");
            assert!(
                took >= Duration::from_millis(300),
                "{case} leaves time unused: {took:?}"
            );
            assert!(cost.check_for_writing().is_ok(), "{case}");
        }
    }

    #[test]
    fn as_many_slots_as_there_can_be_fit_together_on_any_machine() {
        for mib_per_ms in [0.5, 2.0, 20.0, 200.0, 1e6] {
            let machine = machine(mib_per_ms);
            let cost = KdfCost::calibrate_by(Duration::from_millis(500), machine);
            let together = KdfCost::check_together([cost; MAX_SLOTS]);
            assert_eq!(together, Ok(()), "{cost:?} at {mib_per_ms} MiB/ms");
        }
        let ceiling = KdfCost::CEILING;
        assert_eq!(KdfCost::check_together([ceiling; 2]), Ok(()));
        let refused = KdfCost::check_together([ceiling, ceiling, KdfCost::FLOOR]).unwrap_err();
        assert_eq!(refused.found, 2 * 64 * (1 << 20) + 3 * (64 << 10));
    }

    #[test]
    fn calibration_never_goes_below_the_floor() {
        let cost = KdfCost::calibrate_by(Duration::from_millis(1), machine(0.1));
        assert_eq!(cost, KdfCost::FLOOR);
    }

    #[test]
    fn costs_outside_the_range_are_refused() {
        let floor = KdfCost::FLOOR;
        for (case, cost, parameter) in [
            (
                "64 GiB",
                KdfCost {
                    m_kib: 64 << 20,
                    ..floor
                },
                "memory",
            ),
            (
                "2^31 passes",
                KdfCost {
                    t: 1 << 31,
                    ..floor
                },
                "passes",
            ),
            ("no passes", KdfCost { t: 0, ..floor }, "passes"),
            ("no lanes", KdfCost { p: 0, ..floor }, "lanes"),
            (
                "2^24 lanes",
                KdfCost {
                    p: 1 << 24,
                    ..floor
                },
                "lanes",
            ),
            (
                "less memory than lanes need",
                KdfCost { m_kib: 31, ..floor },
                "memory",
            ),
        ] {
            assert_eq!(
                cost.check_for_reading().unwrap_err().parameter,
                parameter,
                "{case}"
            );
        }
        let cheap = KdfCost {
            m_kib: 1024,
            t: 1,
            p: 1,
        };
        assert!(
            cheap.check_for_reading().is_ok(),
            "readable, if somebody's file says so"
        );
        assert!(
            cheap.check_for_writing().is_err(),
            "but never written by us"
        );
    }
}

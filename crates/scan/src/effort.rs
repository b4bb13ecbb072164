//! How long and on how many cores a picture is looked at.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::available_parallelism;
use std::time::{Duration, Instant};

/// The most threads that one picture is looked at with.
pub const MAX_THREADS: usize = 4;

/// What a picture may cost.
///
/// The plain look is always taken in full; the budget and the flag are asked between looks, of which the longest took
/// 0.1 s on 4K pixels.
#[derive(Debug, Clone, Copy)]
pub struct Effort<'a> {
    /// No new look is begun after this time; `None` takes every look.
    pub budget: Option<Duration>,
    /// Set by another thread when the answer is no longer wanted. What was found until then is given back.
    pub cancelled: Option<&'a AtomicBool>,
    /// Threads for large pictures, at most [`MAX_THREADS`]; 0 and 1 stay on the caller's.
    pub threads: usize,
}

impl Effort<'_> {
    /// For a person who waits: no look begun after 0.6 s, and as many threads as there are cores.
    pub fn still() -> Self {
        Self {
            budget: Some(Duration::from_millis(600)),
            ..Self::thorough()
        }
    }

    /// Every look, however long they take.
    pub fn thorough() -> Self {
        Self {
            budget: None,
            cancelled: None,
            threads: available_parallelism().map_or(1, usize::from),
        }
    }

    pub(crate) fn watch(&self) -> Watch<'_> {
        Watch {
            // A budget beyond the clock's range is none.
            deadline: self
                .budget
                .and_then(|budget| Instant::now().checked_add(budget)),
            cancelled: self.cancelled,
        }
    }

    pub(crate) fn threads(&self) -> usize {
        self.threads.clamp(1, MAX_THREADS)
    }
}

impl Default for Effort<'_> {
    fn default() -> Self {
        Self::still()
    }
}

/// An effort under way.
pub(crate) struct Watch<'a> {
    deadline: Option<Instant>,
    cancelled: Option<&'a AtomicBool>,
}

impl Watch<'_> {
    pub(crate) fn is_over(&self) -> bool {
        self.cancelled
            .is_some_and(|flag| flag.load(Ordering::Relaxed))
            || self
                .deadline
                .is_some_and(|deadline| Instant::now() >= deadline)
    }
}

//! What is known of an account's factor, as it is printed.

use deskfob_flows::{Desk, Factor, FactorFinding, MoveStep};
use deskfob_vault::StoredAccount;
use serde::Serialize;

use crate::account::RecoveryCodesView;
use crate::choose;
use crate::error::CommandError;
use crate::output::{self, seconds};

/// What is known of an account's factor.
#[derive(Serialize)]
pub(super) struct FactorView {
    /// The account's id.
    account_id: String,
    /// Its e-mail address.
    pub(super) account: String,
    pub(super) deployment: String,
    /// `on`, `off` or `unknown`: the platform's last word.
    pub(super) mfa: &'static str,
    /// When it was asked, Unix time, seconds.
    pub(super) checked: Option<i64>,
    /// The entry that is linked to the account.
    entry_id: Option<String>,
    /// `unknown`, `off`, `off_with_entry`, `elsewhere`, `taken` or `unproven`.
    pub(super) finding: &'static str,
    /// When the platform last took the entry's secret or a code of it, Unix time, seconds.
    taken: Option<i64>,
    session_has_mfa: bool,
    /// `withdrawing`, `moving_asking`, `moving_off`, `moving_proposed` or `moving_confirming`.
    pub(super) under_way: Option<&'static str>,
    /// How far the platform's clock is ahead of the time of the account's codes, seconds, from 5 on.
    clock_ahead: Option<i64>,
    /// What is added to the time of its codes, seconds.
    pub(super) clock_correction: i64,
    recovery_codes: Option<RecoveryCodesView>,
}

impl FactorView {
    pub(super) async fn of(desk: &Desk, account: &StoredAccount) -> Result<Self, CommandError> {
        let vault = desk.vault();
        let Factor { status, finding } = desk.factor(account).await?;
        let (finding, taken) = match finding {
            FactorFinding::Unknown => ("unknown", None),
            FactorFinding::Off => ("off", None),
            FactorFinding::OffWithEntry => ("off_with_entry", None),
            FactorFinding::Elsewhere => ("elsewhere", None),
            FactorFinding::Taken { at_ms } => ("taken", Some(seconds(at_ms))),
            FactorFinding::Unproven => ("unproven", None),
        };
        let under_way = match desk.move_step(account).await? {
            Some(MoveStep::Asking) => Some("moving_asking"),
            Some(MoveStep::Off) => Some("moving_off"),
            Some(MoveStep::Proposed) => Some("moving_proposed"),
            Some(MoveStep::Confirming) => Some("moving_confirming"),
            None => vault.withdrawal(account.id).await?.map(|_| "withdrawing"),
        };
        Ok(Self {
            account_id: account.id.to_string(),
            account: account.email.clone(),
            deployment: choose::platform(account),
            mfa: mfa_word(status.and_then(|status| status.mfa)),
            checked: status.map(|status| seconds(status.checked_ms)),
            entry_id: account.entry_id.map(|entry| entry.to_string()),
            finding,
            taken,
            session_has_mfa: desk.session_has_mfa(account.id).await?,
            under_way,
            clock_ahead: desk.skew(account).await?,
            clock_correction: account.clock_correction_s,
            recovery_codes: RecoveryCodesView::of(vault, account).await?,
        })
    }

    /// What is known, and what to do about it.
    pub(super) fn sentence(&self) -> String {
        match self.under_way {
            Some("withdrawing" | "moving_asking") => {
                return "The platform was asked to turn MFA off and gave no answer: fob factors check"
                    .into();
            }
            Some("moving_confirming") => {
                return "The new secret was sent and there was no answer: fob factors move".into();
            }
            Some(_) => {
                return "MFA is off, the new secret is not in force yet: fob factors move".into();
            }
            None => {}
        }
        match (self.finding, self.taken) {
            ("off", _) => "MFA is off: fob enrol".into(),
            ("off_with_entry", _) => {
                "MFA is off, so the entry in this vault is of no use: fob enrol".into()
            }
            ("elsewhere", _) => {
                "MFA is on and another app makes its codes: fob factors move brings it here".into()
            }
            ("taken", Some(at)) => format!(
                "MFA is on and this vault makes its codes: the platform took one on {}. Whether it was \
                 replaced from elsewhere since cannot be asked: fob factors check --sign-in",
                output::date(at)
            ),
            ("unproven", _) => {
                "MFA is on. Whether this vault's entry is the one that the platform knows is not \
                                proven: fob factors check --sign-in"
                    .into()
            }
            _ => "The platform was not asked, or does not say: fob factors check".into(),
        }
    }

    pub(super) fn clock(&self) -> Option<String> {
        let side = |ahead: i64| if ahead > 0 { "behind" } else { "ahead of" };
        if let Some(ahead) = self.clock_ahead {
            return Some(format!(
                "This computer's clock is {} s {} the platform's, so codes may be refused. Set it right, or: \
                 fob factors clock --correct",
                ahead.unsigned_abs(),
                side(ahead)
            ));
        }
        (self.clock_correction != 0).then(|| {
            format!(
                "The time of its codes is corrected by {} s: fob factors clock --undo ends that",
                self.clock_correction
            )
        })
    }
}

/// As it is printed.
pub(crate) fn mfa_word(mfa: Option<bool>) -> &'static str {
    match mfa {
        Some(true) => "on",
        Some(false) => "off",
        None => "unknown",
    }
}

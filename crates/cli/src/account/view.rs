//! A connected account, as it is printed.

use deskfob_flows::Desk;
use deskfob_vault::{PendingEnrolment, Stage, StoredAccount, Vault};
use serde::Serialize;

use crate::choose;
use crate::error::CommandError;
use crate::factors::mfa_word;
use crate::output::seconds;

/// A connected account.
#[derive(Serialize)]
pub(crate) struct AccountView {
    pub(crate) id: String,
    /// The platform's name.
    pub(crate) deployment: String,
    pub(crate) email: String,
    pub(crate) name: String,
    /// `on`, `off` or `unknown`: the platform's last word.
    pub(crate) mfa: &'static str,
    /// When it was asked, Unix time, seconds.
    pub(crate) mfa_checked: Option<i64>,
    pub(crate) signed_in: bool,
    /// The session was made with MFA.
    pub(crate) session_has_mfa: bool,
    /// The entry that makes this account's codes.
    pub(crate) entry_id: Option<String>,
    pub(crate) recovery_codes: Option<RecoveryCodesView>,
    pub(crate) enrolment: Option<EnrolmentView>,
}

/// How many recovery codes are kept.
#[derive(Serialize)]
pub(crate) struct RecoveryCodesView {
    pub(crate) total: usize,
    /// Those not marked as used.
    pub(crate) left: usize,
    /// They have been shown to the person.
    pub(crate) acknowledged: bool,
    /// `usable`; `doubtful` when a new set was asked for and no answer kept; `dead` when they do not work.
    pub(crate) state: &'static str,
}

/// An enrolment that was not finished.
#[derive(Serialize)]
pub(crate) struct EnrolmentView {
    /// `proposed` or `confirming`.
    stage: &'static str,
    /// Unix time, seconds.
    started: i64,
}

impl AccountView {
    /// What the vault knows of the account; the platform is not asked.
    pub(crate) async fn of(desk: &Desk, account: &StoredAccount) -> Result<Self, CommandError> {
        let vault = desk.vault();
        let status = vault.account_status(account.id).await?;
        Ok(Self {
            mfa: mfa_word(status.and_then(|status| status.mfa)),
            mfa_checked: status.map(|status| seconds(status.checked_ms)),
            id: account.id.to_string(),
            deployment: choose::platform(account),
            email: account.email.clone(),
            name: account.display_name.clone(),
            signed_in: vault.tokens(account.id).await?.is_some(),
            session_has_mfa: desk.session_has_mfa(account.id).await?,
            entry_id: account.entry_id.map(|entry| entry.to_string()),
            recovery_codes: RecoveryCodesView::of(vault, account).await?,
            enrolment: vault
                .enrolment(account.id)
                .await?
                .as_ref()
                .map(EnrolmentView::from),
        })
    }
}

impl RecoveryCodesView {
    pub(crate) async fn of(
        vault: &Vault,
        account: &StoredAccount,
    ) -> Result<Option<Self>, CommandError> {
        let codes = vault.recovery_codes(account.id).await?;
        if codes.is_empty() {
            return Ok(None);
        }
        let state = vault.recovery_codes_state(account.id).await?;
        Ok(Some(Self {
            total: codes.len(),
            left: codes.iter().filter(|code| code.used_ms.is_none()).count(),
            acknowledged: state.acknowledged,
            state: match (state.dead_ms, state.asked_ms) {
                (Some(_), _) => "dead",
                (None, Some(_)) => "doubtful",
                (None, None) => "usable",
            },
        }))
    }
}

impl From<&PendingEnrolment> for EnrolmentView {
    fn from(pending: &PendingEnrolment) -> Self {
        Self {
            stage: match pending.stage {
                Stage::Proposed => "proposed",
                Stage::Confirming => "confirming",
            },
            started: pending.started_ms.div_euclid(1000),
        }
    }
}

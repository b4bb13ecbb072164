//! Recovery codes of an account.

use deskfob_vault::{RecoveryCode, RecoveryCodesState};
use secrecy::ExposeSecret;
use serde::Serialize;
use ts_rs::TS;

/// How many recovery codes are kept.
#[derive(Clone, Copy, Debug, Serialize, TS)]
#[ts(export_to = "types.ts")]
pub struct RecoveryCodesView {
    /// Codes of the set.
    pub total: usize,
    /// Codes not marked as used.
    pub left: usize,
    /// The person has seen them.
    pub acknowledged: bool,
    /// Whether they work.
    pub state: CodesStateView,
}

/// Whether kept recovery codes work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "CodesState", export_to = "types.ts")]
pub enum CodesStateView {
    /// As far as is known.
    Usable,
    /// A new set was asked for and the answer was lost.
    Doubtful,
    /// MFA was turned off, or on with another secret, since then.
    Dead,
}

impl From<RecoveryCodesState> for CodesStateView {
    fn from(state: RecoveryCodesState) -> Self {
        match (state.dead_ms, state.asked_ms) {
            (Some(_), _) => Self::Dead,
            (None, Some(_)) => Self::Doubtful,
            (None, None) => Self::Usable,
        }
    }
}

/// One recovery code, shown because the person asked for it.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct RecoveryCodeView {
    /// Place in the set.
    pub position: u32,
    /// The code.
    pub code: String,
    /// When it was marked as used, Unix time, ms.
    #[ts(type = "number | null")]
    pub used_at: Option<i64>,
}

impl From<&RecoveryCode> for RecoveryCodeView {
    fn from(code: &RecoveryCode) -> Self {
        Self {
            position: code.position,
            code: code.code.expose_secret().to_owned(),
            used_at: code.used_ms,
        }
    }
}

//! What is known of an account's factor.

use deskfob_flows::{FactorFinding, MoveStep, Withdrawn};
use deskfob_platform::MfaStatus;
use serde::Serialize;
use ts_rs::TS;

/// Whether MFA is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "MfaStatus", export_to = "types.ts")]
pub enum MfaStatusView {
    /// MFA is on.
    On,
    /// MFA is off.
    Off,
    /// A single sign-on provider answers for it.
    Sso,
    /// Invited and not joined.
    Invited,
    /// The platform did not say.
    Unknown,
}

impl From<Option<bool>> for MfaStatusView {
    fn from(mfa: Option<bool>) -> Self {
        match mfa {
            Some(true) => Self::On,
            Some(false) => Self::Off,
            None => Self::Unknown,
        }
    }
}

impl From<MfaStatus> for MfaStatusView {
    fn from(status: MfaStatus) -> Self {
        match status {
            MfaStatus::On => Self::On,
            MfaStatus::Off => Self::Off,
            MfaStatus::Sso => Self::Sso,
            MfaStatus::Invited => Self::Invited,
            MfaStatus::Unknown => Self::Unknown,
        }
    }
}

/// What is known of an account's factor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "finding", rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum FactorView {
    /// Whether MFA is on is not known.
    Unknown,
    /// MFA is off.
    Off,
    /// MFA is off, and the linked entry makes codes that nobody asks for.
    OffWithEntry,
    /// MFA is on, and another app makes the codes.
    Elsewhere,
    /// MFA is on, and the platform took the linked entry's secret or a code of it.
    Taken {
        /// When, Unix time, ms.
        #[ts(type = "number")]
        at: i64,
    },
    /// MFA is on, and whether the linked entry is its factor is not proven.
    Unproven,
}

impl From<FactorFinding> for FactorView {
    fn from(finding: FactorFinding) -> Self {
        match finding {
            FactorFinding::Unknown => Self::Unknown,
            FactorFinding::Off => Self::Off,
            FactorFinding::OffWithEntry => Self::OffWithEntry,
            FactorFinding::Elsewhere => Self::Elsewhere,
            FactorFinding::Taken { at_ms } => Self::Taken { at: at_ms },
            FactorFinding::Unproven => Self::Unproven,
        }
    }
}

/// Turning MFA off or moving it, not at its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "UnderWay", export_to = "types.ts")]
pub enum UnderWayView {
    /// The platform was asked to turn MFA off and gave no answer.
    Withdrawing,
    /// The same, to move to a new secret.
    MovingAsking,
    /// MFA is off; there is no new secret yet.
    MovingOff,
    /// MFA is off; the new secret is not confirmed.
    MovingProposed,
    /// The new secret was sent and there was no answer.
    MovingConfirming,
}

impl From<MoveStep> for UnderWayView {
    fn from(step: MoveStep) -> Self {
        match step {
            MoveStep::Asking => Self::MovingAsking,
            MoveStep::Off => Self::MovingOff,
            MoveStep::Proposed => Self::MovingProposed,
            MoveStep::Confirming => Self::MovingConfirming,
        }
    }
}

/// How MFA came to be off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "Withdrawn", export_to = "types.ts")]
pub enum WithdrawnView {
    /// The platform turned it off now.
    Now,
    /// It had been off before.
    Before,
}

impl From<Withdrawn> for WithdrawnView {
    fn from(withdrawn: Withdrawn) -> Self {
        match withdrawn {
            Withdrawn::Now => Self::Now,
            Withdrawn::Before => Self::Before,
        }
    }
}

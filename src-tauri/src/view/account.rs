//! Platform accounts and their protection.

use deskfob_flows::{
    CustomDeployment, DeploymentChoice, FactorFinding, MoveStep, QrCode, Resolution, SignedOut,
    Withdrawn,
};
use deskfob_otp::Entry;
use deskfob_platform::MfaStatus;
use deskfob_vault::{PendingEnrolment, RecoveryCode, RecoveryCodesState, Stage};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use super::AlgorithmView;
use crate::error::CommandError;

/// A platform as the person chooses it.
#[derive(Clone, Debug, Deserialize, TS)]
#[serde(tag = "preset", rename_all = "lowercase")]
#[ts(rename = "DeploymentChoice", export_to = "types.ts")]
pub enum DeploymentChoiceView {
    /// The embedded platform.
    Sandbox,
    /// Upsun.
    Upsun,
    /// Platform.sh.
    PlatformSh,
    /// Another deployment of the same API.
    #[serde(rename_all = "camelCase")]
    Custom {
        /// Shown to the person.
        name: String,
        /// Base address of the API.
        api: String,
        /// Base address of the authorization server.
        auth: String,
        /// Client identifier registered there; empty: Deskfob registers itself (RFC 7591).
        client_id: String,
    },
}

impl DeploymentChoiceView {
    pub(crate) fn choice(self) -> Result<DeploymentChoice, CommandError> {
        Ok(match self {
            Self::Sandbox => DeploymentChoice::Sandbox,
            Self::Upsun => DeploymentChoice::Upsun,
            Self::PlatformSh => DeploymentChoice::PlatformSh,
            Self::Custom {
                name,
                api,
                auth,
                client_id,
            } => DeploymentChoice::Custom(Box::new(CustomDeployment {
                client_id: Some(client_id).filter(|id| !id.is_empty()),
                ..CustomDeployment::at(name, address("API", &api)?, address("sign-in", &auth)?)
            })),
        })
    }
}

fn address(which: &str, text: &str) -> Result<Url, CommandError> {
    text.trim().parse().map_err(|_| {
        CommandError::new(
            "address_invalid",
            &format!("the {which} address is not a web address"),
            Some("write it like https://api.example.com"),
        )
    })
}

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

/// A platform account.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct AccountView {
    /// Names the account in later calls.
    pub id: String,
    /// The platform's name: "Sandbox", "Upsun" and so on.
    pub deployment: String,
    /// E-mail address.
    pub email: String,
    /// The person's name.
    pub display_name: String,
    /// What the platform said last about this account; unknown when it was not asked.
    pub mfa: MfaStatusView,
    /// When it was asked, Unix time, ms.
    #[ts(type = "number | null")]
    pub mfa_checked_at: Option<i64>,
    /// Whether the linked entry is the one that the platform knows.
    pub factor: FactorView,
    /// What was begun with the factor and is not at its end.
    pub under_way: Option<UnderWayView>,
    /// How far the platform's clock is ahead of the time of its codes, s; null when that is not worth telling.
    #[ts(type = "number | null")]
    pub clock_ahead: Option<i64>,
    /// What is added to the time of its codes, s.
    #[ts(type = "number")]
    pub clock_correction: i64,
    /// The session in use was made with MFA.
    pub session_has_mfa: bool,
    /// There is a session.
    pub signed_in: bool,
    /// The session comes from an API token.
    pub by_api_token: bool,
    /// The vault entry that makes this account's codes.
    pub entry_id: Option<String>,
    /// Null when no codes are kept.
    pub recovery_codes: Option<RecoveryCodesView>,
    /// An enrolment that was not finished.
    pub enrolment: Option<EnrolmentView>,
}

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

/// How a session ended.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SignedOutView {
    /// Why the platform was not told; null when it was.
    pub not_revoked: Option<CommandError>,
    /// The API token that the session came from works until it is deleted at the platform.
    pub api_token_remains: bool,
}

impl From<SignedOut> for SignedOutView {
    fn from(signed_out: SignedOut) -> Self {
        Self {
            not_revoked: signed_out.not_revoked.map(Into::into),
            api_token_remains: signed_out.api_token_remains,
        }
    }
}

/// The secret of an enrolment, shown because the person asked for it and gave the vault's password.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct EnrolmentSecretView {
    /// The setup key in base32.
    pub key: String,
    /// Modules along a side of the QR code, without its border.
    pub side: usize,
    /// Its dark modules, as the data of an SVG path, one unit a module.
    pub path: String,
}

impl EnrolmentSecretView {
    pub(crate) fn of(entry: &Entry) -> Result<Self, CommandError> {
        let code = QrCode::of(entry)
            .map_err(|error| CommandError::new("qr_code", &error.to_string(), None))?;
        Ok(Self {
            key: entry.seed.to_base32().expose_secret().to_owned(),
            side: code.side(),
            path: code.path().expose_secret().to_owned(),
        })
    }
}

/// How far an enrolment got.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum EnrolmentStage {
    /// The secret is in the vault and waits for its first code.
    Proposed,
    /// The last try ended without an answer, so the platform may already have accepted.
    Confirming,
}

/// An enrolment in progress.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct EnrolmentView {
    /// The account that is being protected.
    pub account_id: String,
    /// The platform's name for the code list.
    pub issuer: String,
    /// The account's name for the code list.
    pub account_name: String,
    /// The hash of HMAC.
    pub algorithm: AlgorithmView,
    /// Digits of a code.
    pub digits: u8,
    /// Seconds a code lives.
    pub period: u32,
    /// Unix time, ms.
    #[ts(type = "number")]
    pub started_at: i64,
    /// How far it got.
    pub stage: EnrolmentStage,
    /// Another app makes the codes: confirmed, the secret is not kept here.
    pub elsewhere: bool,
}

impl From<&PendingEnrolment> for EnrolmentView {
    fn from(pending: &PendingEnrolment) -> Self {
        Self {
            account_id: pending.account.to_string(),
            issuer: pending.entry.issuer.clone(),
            account_name: pending.entry.account.clone(),
            algorithm: pending.entry.algorithm.into(),
            digits: pending.entry.digits.get(),
            period: pending.entry.period().map_or(0, |period| period.get()),
            started_at: pending.started_ms,
            stage: match pending.stage {
                Stage::Proposed => EnrolmentStage::Proposed,
                Stage::Confirming => EnrolmentStage::Confirming,
            },
            elsewhere: pending.elsewhere,
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

/// What became of a confirmation that got no answer.
#[derive(Clone, Serialize, TS)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[ts(export_to = "types.ts")]
pub enum ResolutionView {
    /// MFA is on; the entry was kept.
    Accepted {
        /// A new set, shown once as after a confirmation; empty when the platform gave none.
        codes: Vec<RecoveryCodeView>,
    },
    /// MFA is off; another code can be tried.
    NotAccepted,
}

impl From<Resolution> for ResolutionView {
    fn from(resolution: Resolution) -> Self {
        match resolution {
            Resolution::Accepted(codes) => Self::Accepted {
                codes: codes.iter().map(Into::into).collect(),
            },
            Resolution::NotAccepted => Self::NotAccepted,
        }
    }
}

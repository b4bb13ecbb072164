//! Platform accounts and their protection.

use deskfob_flows::{CustomDeployment, DeploymentChoice, Resolution};
use deskfob_platform::MfaStatus;
use deskfob_vault::{PendingEnrolment, RecoveryCode, Stage};
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
        /// Client identifier registered there.
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
                name,
                api: address("API", &api)?,
                auth: address("sign-in", &auth)?,
                client_id,
                certifier: None,
                ssh_hosts: Vec::new(),
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
    /// The session in use was made with MFA.
    pub session_has_mfa: bool,
    /// There is a session.
    pub signed_in: bool,
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

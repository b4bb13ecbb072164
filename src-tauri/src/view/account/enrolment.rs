//! An enrolment in progress.

use deskfob_flows::{QrCode, Resolution};
use deskfob_otp::Entry;
use deskfob_vault::{PendingEnrolment, Stage};
use secrecy::ExposeSecret;
use serde::Serialize;
use ts_rs::TS;

use super::RecoveryCodeView;
use crate::error::CommandError;
use crate::view::AlgorithmView;

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

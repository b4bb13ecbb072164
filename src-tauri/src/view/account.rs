//! Platform accounts and their protection.

mod deployment;
mod enrolment;
mod factor;
mod recovery_codes;

use deskfob_flows::SignedOut;
use serde::Serialize;
use ts_rs::TS;

use crate::error::CommandError;

pub use deployment::{
    CustomDeploymentView, DeploymentChoiceView, DeploymentFieldView, DeploymentProblemView,
    PortRangeView,
};
pub use enrolment::{EnrolmentSecretView, EnrolmentStage, EnrolmentView, ResolutionView};
pub use factor::{FactorView, MfaStatusView, UnderWayView, WithdrawnView};
pub use recovery_codes::{CodesStateView, RecoveryCodeView, RecoveryCodesView};

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

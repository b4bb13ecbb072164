//! Client of the account platforms (Upsun, Platform.sh and deployments of the same API): sign-in,
//! TOTP enrolment, organisations, MFA enforcement and reminders.
//!
//! The client knows no vault and keeps nothing. Whoever calls it passes the time and stores what comes
//! back; the exceptions, [`BrowserSignIn::finish`] and [`Client::last_skew`], say so.
#![forbid(unsafe_code)]

mod api_tokens;
mod client;
mod connections;
mod deployment;
mod enforcement;
mod error;
mod http;
mod ids;
mod lenient;
mod members;
mod organizations;
mod paging;
mod registration;
mod reminders;
mod reply;
mod sign_in;
mod ssh;
mod step_up;
mod tokens;
mod totp;
mod user;

pub use api_tokens::ApiTokenRecord;
pub use client::Client;
pub use connections::Connection;
pub use deployment::{ClientAuthentication, Deployment, DeploymentError, LoopbackPorts};
pub use enforcement::Addons;
pub use error::{ApiError, Cause};
pub use http::{Http, HttpError, Limits};
pub use ids::{OrgId, UserId};
pub use members::{Member, MfaStatus, Role};
pub use organizations::Organization;
pub use registration::{RegistrationError, register};
pub use reminders::ReminderOutcome;
pub use sign_in::{
    BrowserSignIn, Prompt, SignInError, SignInRequest, refresh, revoke, sign_in_with_api_token,
};
pub use step_up::StepUp;
pub use tokens::{AccessToken, ApiToken, Claims, RefreshToken, TokenSet};
pub use totp::TotpProposal;
pub use user::User;

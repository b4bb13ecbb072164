//! SSH credentials of an account.

use deskfob_flows::{
    CommandLine, OpensshConfig, OpensshConfigError, OpensshNotice, SshState, SshStatus,
};
use deskfob_otp::UnixTime;
use deskfob_ssh::Signed;
use serde::Serialize;
use ts_rs::TS;

use crate::error::CommandError;

/// How an account's SSH certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
#[ts(rename = "SshState", export_to = "types.ts")]
pub enum SshStateView {
    /// There is none.
    None,
    /// It cannot be read.
    Unreadable,
    /// It does not hold yet: this computer's clock is behind.
    NotYet,
    /// It holds.
    Valid,
    /// It holds, and a new one should be made.
    Due,
    /// It holds, and was made before MFA.
    LacksMfa,
    /// It no longer holds.
    Expired,
}

/// An account's SSH certificate. The key never crosses to the page.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SshView {
    /// How it stands.
    pub state: SshStateView,
    /// It says that MFA was used.
    pub mfa: bool,
    /// How the person signed in, as the certificate has it.
    pub amr: Vec<String>,
    /// Its end, Unix time, ms.
    #[ts(type = "number | null")]
    pub valid_until: Option<u64>,
    /// Whether a key signed it that the platform names; null when that was not checked.
    pub known_authority: Option<bool>,
    /// The private key's file.
    pub key_file: Option<String>,
    /// The hosts that are shown it.
    pub hosts: Vec<String>,
    /// OpenSSH's part of the configuration names it; another account may have the same hosts.
    pub in_use: bool,
    /// The person's own configuration; null when it cannot be read.
    pub config: Option<SshConfigView>,
    /// Why it cannot be read.
    pub config_error: Option<CommandError>,
    /// The platform's own command line; null where the account's platform has none.
    pub command_line: Option<CommandLineView>,
}

/// The platforms' own command line, which has a session and a certificate of its own.
#[derive(Clone, Debug, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct CommandLineView {
    /// `upsun` or `platform`; null when neither is set up on this computer.
    pub name: Option<String>,
    /// How its certificate stands, whatever Deskfob's session has.
    pub state: SshStateView,
    /// Its certificate says that MFA was used.
    pub mfa: bool,
    /// The end of its certificate, Unix time, ms.
    #[ts(type = "number | null")]
    pub valid_until: Option<u64>,
}

/// The person's configuration of OpenSSH.
#[derive(Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
#[ts(export_to = "types.ts")]
pub struct SshConfigView {
    /// The file.
    pub file: String,
    /// Deskfob's lines are in it.
    pub present: bool,
    /// Deskfob's lines.
    pub block: String,
    /// Others may write it, so OpenSSH refuses to read it.
    pub writable_by_others: bool,
}

impl SshView {
    pub(crate) fn of(
        status: &SshStatus,
        config: Result<OpensshConfig, OpensshConfigError>,
        command_line: Option<CommandLineView>,
    ) -> Self {
        let certificate = status.certificate.as_ref();
        let (config, config_error) = match config {
            Ok(config) => (Some(config.into()), None),
            Err(error) => (None, Some(error.into())),
        };
        Self {
            state: status.state.into(),
            mfa: certificate.is_some_and(deskfob_ssh::Certificate::has_mfa),
            amr: certificate
                .map(|read| read.amr().to_vec())
                .unwrap_or_default(),
            valid_until: certificate.map(|read| read.valid_until().saturating_mul(1000)),
            known_authority: match status.signed {
                Some(Signed::Known) => Some(true),
                Some(Signed::Unknown | Signed::Forged) => Some(false),
                Some(Signed::NotChecked) | None => None,
            },
            key_file: status
                .key_file
                .as_ref()
                .map(|file| file.display().to_string()),
            hosts: status
                .hosts
                .iter()
                .map(|host| host.as_str().to_owned())
                .collect(),
            in_use: status.in_use,
            config,
            config_error,
            command_line,
        }
    }
}

impl CommandLineView {
    /// `now`: Unix time, seconds.
    pub(crate) fn of(found: Option<&CommandLine>, now: UnixTime) -> Self {
        let kept = found.map(|cli| cli.kept(now.0));
        let certificate = kept.as_ref().and_then(|kept| kept.certificate.as_ref());
        Self {
            name: found.map(|cli| cli.name.to_owned()),
            mfa: certificate.is_some_and(deskfob_ssh::Certificate::has_mfa),
            valid_until: certificate.map(|read| read.valid_until().saturating_mul(1000)),
            state: kept.map_or(SshStateView::None, |kept| kept.state.into()),
        }
    }
}

impl From<OpensshConfig> for SshConfigView {
    fn from(config: OpensshConfig) -> Self {
        Self {
            file: config.file.display().to_string(),
            present: config.present,
            block: config.block,
            writable_by_others: config.notices.contains(&OpensshNotice::WritableByOthers),
        }
    }
}

impl From<SshState> for SshStateView {
    fn from(state: SshState) -> Self {
        match state {
            SshState::None => Self::None,
            SshState::Unreadable(_) => Self::Unreadable,
            SshState::NotYet { .. } => Self::NotYet,
            SshState::Valid { .. } => Self::Valid,
            SshState::Due { .. } => Self::Due,
            SshState::LacksMfa { .. } => Self::LacksMfa,
            SshState::Expired => Self::Expired,
        }
    }
}

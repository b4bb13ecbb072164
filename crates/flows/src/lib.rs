//! The jobs that join the vault and a platform: signing in and keeping the session, protecting an
//! account, organisations and their reminders. The window and `fob` call the same functions here.
#![forbid(unsafe_code)]

mod accounts;
mod clock;
mod deployments;
mod desk;
mod doctor;
mod enrolment;
mod export;
mod factor;
mod organizations;
mod private_file;
mod qr;
mod recovery_codes;
mod registration;
mod sandbox_host;
mod sent;
mod session;
mod ssh;
mod step_up;
mod withdrawal;

pub use accounts::{ConnectError, SignedOut};
pub use clock::{now_ms, unix_now};
pub use deployments::{CustomDeployment, DeploymentChoice, DeploymentChoiceError};
pub use desk::Desk;
pub use deskfob_sandbox::{SmtpServer, SmtpServerError};
pub use doctor::{FactCheck, Fitting, Surroundings};
pub use enrolment::{EnrolError, Finished, Resolution};
pub use export::export;
pub use factor::{Factor, FactorFinding, ProofError, SKEW_TOLD_FROM_S};
pub use organizations::{EnforceBlocker, MemberRow, MembersReport, OrganizationError, Reminded};
pub use private_file::write_private;
pub use qr::{QrCode, QrCodeError};
pub use recovery_codes::NewCodesError;
pub use sandbox_host::{SandboxHost, SandboxHostError};
pub use session::SessionError;
pub use ssh::{
    CommandLine, CommandLineError, Credentials, KeptByCommandLine, OpensshConfig,
    OpensshConfigError, OpensshNotice, SshError, SshFolder, SshRefresh, SshState, SshStatus,
    UnattendedSignIn,
};
pub use step_up::{Answered, SignInPrompt};
pub use withdrawal::{MoveError, MoveStep, WithdrawError, WithdrawalResolution, Withdrawn};

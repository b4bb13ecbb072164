//! The jobs that join the vault and a platform: signing in and keeping the session, protecting an
//! account, organisations and their reminders. The window and `fob` call the same functions here.
#![forbid(unsafe_code)]

mod accounts;
mod clock;
mod deployments;
mod desk;
mod enrolment;
mod export;
mod organizations;
mod private_file;
mod sandbox_host;
mod session;
mod ssh;

pub use accounts::ConnectError;
pub use clock::{now_ms, unix_now};
pub use deployments::{CustomDeployment, DeploymentChoice, DeploymentChoiceError};
pub use desk::Desk;
pub use deskfob_sandbox::{SmtpServer, SmtpServerError};
pub use enrolment::{EnrolError, Resolution};
pub use export::export;
pub use organizations::{EnforceBlocker, MemberRow, MembersReport, OrganizationError};
pub use private_file::write_private;
pub use sandbox_host::{SandboxHost, SandboxHostError};
pub use session::SessionError;
pub use ssh::{
    CommandLine, CommandLineError, Credentials, OpensshConfig, OpensshConfigError, OpensshNotice,
    SshError, SshFolder, SshRefresh, SshState, SshStatus,
};

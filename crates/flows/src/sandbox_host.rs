//! The embedded platform, started when first needed and shared by the window and `fob`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use deskfob_sandbox::{Attached, Config, SmtpServer, StartError};
use tokio::sync::OnceCell;
use url::Url;

/// Starts the embedded platform on first use; its state lies beside the vault.
pub struct SandboxHost {
    state: PathBuf,
    smtp: Option<SmtpServer>,
    attached: OnceCell<Attached>,
}

/// The embedded platform did not start.
#[derive(Debug, thiserror::Error)]
#[error("the sandbox platform could not start: {0}")]
pub struct SandboxHostError(#[from] StartError);

impl SandboxHost {
    /// `state`: folder for the platform's own state. `smtp`: where reminders go, besides the outbox.
    pub fn new(state: PathBuf, smtp: Option<SmtpServer>) -> Self {
        Self {
            state,
            smtp,
            attached: OnceCell::new(),
        }
    }

    /// Address of the running platform; starts it, or finds the one another process runs on the same state.
    ///
    /// # Errors
    /// The state cannot be read or written, or no port can be had.
    pub async fn url(&self) -> Result<Url, SandboxHostError> {
        let attached = self
            .attached
            .get_or_try_init(|| {
                deskfob_sandbox::attach_or_start(Config {
                    listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
                    smtp: self.smtp.clone(),
                    state: Some(self.state.clone()),
                    ..Config::default()
                })
            })
            .await?;
        Ok(attached.url().clone())
    }
}

impl SandboxHostError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        "sandbox_not_started"
    }
}

//! The embedded platform, started when first needed and shared by the window and `fob`.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use deskfob_sandbox::{Attached, Config, SmtpServer, StartError};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use url::Url;

/// Starts the embedded platform on first use; its state lies beside the vault.
pub struct SandboxHost {
    state: PathBuf,
    smtp: Option<SmtpServer>,
    attached: Mutex<Option<Attached>>,
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
            attached: Mutex::new(None),
        }
    }

    /// Address of the running platform; starts it, or finds the one another process runs on the same state.
    ///
    /// # Errors
    /// The state cannot be read or written, or no port can be had.
    pub async fn url(&self) -> Result<Url, SandboxHostError> {
        let mut attached = self.attached.lock().await;
        if let Some(running) = attached.as_ref() {
            if running.is_ours() || listens(running.url()).await {
                return Ok(running.url().clone());
            }
            // The process that served it has ended; its state is free to be served from here.
            *attached = None;
        }
        let running = deskfob_sandbox::attach_or_start(Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            smtp: self.smtp.clone(),
            state: Some(self.state.clone()),
            ..Config::default()
        })
        .await?;
        Ok(attached.insert(running).url().clone())
    }
}

async fn listens(url: &Url) -> bool {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => TcpStream::connect((host, port)).await.is_ok(),
        _ => false,
    }
}

impl SandboxHostError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        "sandbox_not_started"
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        self.0.hint()
    }
}

//! One sandbox for each state folder, shared by the processes that need it.

use std::{path::Path, time::Duration};

use tokio::{net::TcpStream, time};
use url::Url;

use crate::{
    config::Config,
    error::StartError,
    server::{Running, start_locked},
    state::{AddressFile, StateLock, make_folder},
};

/// How long another process may take from locking the state to serving it.
const WAIT: Duration = Duration::from_secs(10);
const BETWEEN_LOOKS: Duration = Duration::from_millis(50);
const CONNECT: Duration = Duration::from_secs(1);

/// A sandbox in use: one started here, or one that another process serves.
///
/// Keep it as long as the sandbox is needed. When the process that serves it ends, it is gone for
/// those that joined it too; calling [`attach_or_start`] again starts it with the same state.
pub struct Attached {
    url: Url,
    running: Option<Running>,
}

impl Attached {
    /// `http://127.0.0.1:PORT/`: the base of the API, of sign-in and of the pages.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether this process serves it.
    pub fn is_ours(&self) -> bool {
        self.running.is_some()
    }

    /// Stops the sandbox if this process serves it, else just lets go.
    pub async fn stop(self) {
        if let Some(running) = self.running {
            running.stop().await;
        }
    }
}

/// Joins the sandbox that serves `config.state`, or starts it. Without a state folder it always starts one.
///
/// # Errors
/// [`StartError::StateInUse`] if another process has the state locked and does not come to serve it
/// within ten seconds; otherwise as [`start`](crate::start).
pub async fn attach_or_start(config: Config) -> Result<Attached, StartError> {
    let Some(folder) = config.state.clone() else {
        return Ok(ours(start_locked(config, None).await?));
    };
    make_folder(&folder)?;
    let deadline = time::Instant::now() + WAIT;
    loop {
        if let Some(lock) = StateLock::take(&folder)? {
            return Ok(ours(start_locked(config, Some(lock)).await?));
        }
        if let Some(url) = served(&folder).await {
            return Ok(Attached { url, running: None });
        }
        if time::Instant::now() >= deadline {
            return Err(StartError::StateInUse { path: folder });
        }
        time::sleep(BETWEEN_LOOKS).await;
    }
}

fn ours(running: Running) -> Attached {
    Attached {
        url: running.url().clone(),
        running: Some(running),
    }
}

/// The address in the folder, if somebody listens there. Only loopback is believed.
async fn served(folder: &Path) -> Option<Url> {
    let url = AddressFile::in_folder(folder).read()?;
    let address = url
        .socket_addrs(|| None)
        .ok()?
        .into_iter()
        .find(|a| a.ip().is_loopback())?;
    time::timeout(CONNECT, TcpStream::connect(address))
        .await
        .ok()?
        .ok()?;
    Some(url)
}

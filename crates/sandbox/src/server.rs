//! Starting and stopping a sandbox.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use tokio::{net::TcpListener, sync::oneshot, task::JoinHandle, time};
use url::Url;

use crate::{
    app::{App, router},
    clock,
    config::{Config, MAX_MEMBERS},
    error::StartError,
    faults::{BreakableListener, Breaker, Faults},
    mail::Mailer,
    oauth::{self, AccessTokens, Pending},
    ssh::Authority,
    state::{AddressFile, Data, StateFile, StateLock, Store, StoreError, make_folder},
    world::World,
};

/// How long requests under way may take to finish when a sandbox is stopped.
const STOPPING: Duration = Duration::from_secs(2);

/// Starts a sandbox on loopback.
///
/// # Errors
/// See [`StartError`]. A state folder that another process serves is
/// [`StartError::StateInUse`]; [`attach_or_start`](crate::attach_or_start) joins that process instead.
pub async fn start(config: Config) -> Result<Running, StartError> {
    let lock = match &config.state {
        None => None,
        Some(folder) => {
            make_folder(folder)?;
            let lock = StateLock::take(folder)?;
            Some(lock.ok_or_else(|| StartError::StateInUse {
                path: folder.clone(),
            })?)
        }
    };
    start_locked(config, lock).await
}

/// Starts a sandbox whose state folder, if any, is already locked by us.
pub(crate) async fn start_locked(
    config: Config,
    lock: Option<StateLock>,
) -> Result<Running, StartError> {
    check(&config)?;
    let mailer = config.smtp.as_ref().map(Mailer::new).transpose()?;
    let address_file = config.state.as_deref().map(AddressFile::in_folder);
    if let Some(file) = &address_file {
        file.clear();
    }
    let file = config.state.as_deref().map(StateFile::in_folder);
    let kept = file.as_ref().map(StateFile::load).transpose()?.flatten();
    let (world, data) = restore(&config, kept)?;
    let listener = listen(config.listen, data.port).await?;
    let address = listener.local_addr().map_err(|source| StartError::Listen {
        address: config.listen,
        source,
    })?;
    let base = base_url(address)?;
    let key = data.key.clone();
    let faults = Faults::new(config.faults.clone());
    let authority = Authority::new(&key).map_err(|_| StartError::Authority)?;
    let store = Store::new(data, file);
    store
        .change(|data| {
            data.port = Some(address.port());
            Ok::<_, StoreError>(())
        })
        .await
        .map_err(|StoreError(source)| StartError::State {
            path: config.state.clone().unwrap_or_default(),
            source,
        })?;
    let app = Arc::new(App {
        base: base.clone(),
        world,
        store,
        tokens: AccessTokens::new(&key),
        authority,
        key,
        mailer,
        faults: faults.clone(),
        error_shape: config.error_shape,
        pending: Mutex::new(Pending::default()),
    });
    let (stop, stopped) = oneshot::channel::<()>();
    let service = router(app).into_make_service_with_connect_info::<Breaker>();
    let serving = axum::serve(BreakableListener(listener), service).with_graceful_shutdown(async {
        // An error means that `Running` was dropped, which stops it too.
        let _ = stopped.await;
    });
    let task = tokio::spawn(async move {
        if let Err(error) = serving.await {
            tracing::error!(%error, "the sandbox stopped serving");
        }
    });
    if let Some(file) = &address_file {
        file.write(&base)?;
    }
    tracing::info!(url = %base, "sandbox started");
    Ok(Running {
        url: base,
        stop: Some(stop),
        task: Some(task),
        address_file,
        faults,
        _lock: lock,
    })
}

fn check(config: &Config) -> Result<(), StartError> {
    if !config.listen.ip().is_loopback() {
        return Err(StartError::NotLoopback {
            address: config.listen,
        });
    }
    if config.members > MAX_MEMBERS {
        return Err(StartError::TooManyMembers {
            asked: config.members,
            most: MAX_MEMBERS,
        });
    }
    Ok(())
}

/// A kept state keeps its people: its seed counts, and it never has fewer members than before.
fn restore(config: &Config, kept: Option<Data>) -> Result<(World, Data), StartError> {
    match kept {
        Some(mut data) => {
            data.members = data.members.max(config.members).min(MAX_MEMBERS);
            Ok((World::new(data.seed, data.members), data))
        }
        None => {
            let world = World::new(config.seed, config.members);
            let data = Data::new(config, &world, clock::now())?;
            Ok((world, data))
        }
    }
}

/// Prefers the port of last time, so that links in the outbox and configured clients keep working.
async fn listen(wanted: SocketAddr, last: Option<u16>) -> Result<TcpListener, StartError> {
    if let (0, Some(port)) = (wanted.port(), last)
        && let Ok(listener) = TcpListener::bind(SocketAddr::new(wanted.ip(), port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind(wanted)
        .await
        .map_err(|source| StartError::Listen {
            address: wanted,
            source,
        })
}

fn base_url(address: SocketAddr) -> Result<Url, StartError> {
    Url::parse(&format!("http://{address}/")).map_err(|_| StartError::NotLoopback { address })
}

/// A sandbox that is being served. Dropping it stops it at once; [`Running::stop`] lets requests finish.
pub struct Running {
    url: Url,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
    address_file: Option<AddressFile>,
    faults: Faults,
    _lock: Option<StateLock>,
}

impl Running {
    /// `http://127.0.0.1:PORT/`: the base of the API, of sign-in and of the pages.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The client id registered for Deskfob: public, any loopback port (RFC 8252, section 7.3).
    pub fn client_id(&self) -> &'static str {
        oauth::DESKFOB_CLIENT_ID
    }

    /// The faults in force, to look at and to change.
    pub fn faults(&self) -> &Faults {
        &self.faults
    }

    /// Stops serving, after letting requests under way finish for up to two seconds.
    pub async fn stop(mut self) {
        if let Some(file) = &self.address_file {
            file.clear();
        }
        if let Some(stop) = self.stop.take() {
            // The receiver is gone only if serving has ended by itself.
            let _ = stop.send(());
        }
        if let Some(mut task) = self.task.take()
            && time::timeout(STOPPING, &mut task).await.is_err()
        {
            task.abort();
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            if let Some(file) = &self.address_file {
                file.clear();
            }
            task.abort();
        }
    }
}

//! logind: the machine is about to sleep, a session is to be locked. See org.freedesktop.login1(5).

use std::os::unix::fs::MetadataExt;

use deskfob_lock::Event;
use futures_util::StreamExt;
use zbus::zvariant::{OwnedFd, OwnedObjectPath};
use zbus::{Connection, Message, Proxy};

use super::Heard;
use super::bus::{Owners, signals};
use crate::lock::LockWatch;

const LOGIND: &str = "org.freedesktop.login1";
const MANAGER: &str = "org.freedesktop.login1.Manager";
const MANAGER_PATH: &str = "/org/freedesktop/login1";
const SESSION: &str = "org.freedesktop.login1.Session";

pub(super) async fn follow(bus: &Connection, heard: &Heard, watch: &LockWatch) -> zbus::Result<()> {
    let mut owners = Owners::of(bus, &[LOGIND]).await?;
    let mut sleeps = signals(bus, LOGIND, MANAGER, "PrepareForSleep").await?;
    let mut locks = signals(bus, LOGIND, SESSION, "Lock").await?;
    let mut delay = delay_sleep(bus, &owners).await;
    heard.set(owners.any());
    loop {
        tokio::select! {
            biased;
            changed = owners.changed() => {
                changed?;
                heard.set(owners.any());
                // The old one went with the logind that gave it.
                drop(delay.take());
                delay = delay_sleep(bus, &owners).await;
            }
            message = sleeps.next() => {
                let message = message.ok_or(zbus::Error::InvalidReply)??;
                if !owners.sent(LOGIND, &message) {
                    continue;
                }
                match message.body().deserialize::<bool>() {
                    Ok(true) => {
                        watch.tell(Event::Suspending).await;
                        // The machine may sleep now.
                        drop(delay.take());
                    }
                    Ok(false) => delay = delay_sleep(bus, &owners).await,
                    Err(error) => tracing::debug!(%error, "an odd notice of sleep"),
                }
            }
            message = locks.next() => {
                let message = message.ok_or(zbus::Error::InvalidReply)??;
                if owners.sent(LOGIND, &message) && of_this_person(bus, &message).await {
                    watch.tell(Event::ScreenLocked).await;
                }
            }
        }
    }
}

/// As long as what is returned is kept, logind waits with suspending, up to its own limit (5 s, usually).
async fn delay_sleep(bus: &Connection, owners: &Owners) -> Option<OwnedFd> {
    if !owners.any() {
        return None;
    }
    let asked = async {
        let manager = Proxy::new(bus, LOGIND, MANAGER_PATH, MANAGER).await?;
        let why = "The vault is locked before the machine sleeps";
        manager
            .call::<_, _, OwnedFd>("Inhibit", &("sleep", "Deskfob", why, "delay"))
            .await
    };
    match asked.await {
        Ok(delay) => Some(delay),
        Err(error) => {
            tracing::debug!(%error, "suspending will not wait for the vault");
            None
        }
    }
}

/// Whether the session that is to be locked is one of this person's. One that cannot be told counts as theirs.
async fn of_this_person(bus: &Connection, lock: &Message) -> bool {
    let owner = async {
        let header = lock.header();
        let path = header.path()?.to_owned();
        let session = Proxy::new(bus, LOGIND, path, SESSION).await.ok()?;
        let (user, _) = session
            .get_property::<(u32, OwnedObjectPath)>("User")
            .await
            .ok()?;
        Some(user)
    };
    let own = std::fs::metadata("/proc/self").ok().map(|own| own.uid());
    match (owner.await, own) {
        (Some(owner), Some(own)) => owner == own,
        _ => true,
    }
}

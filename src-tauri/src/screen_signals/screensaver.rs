//! The desktop's screensaver: the screen was locked.

use deskfob_lock::Event;
use futures_util::StreamExt;
use futures_util::stream::SelectAll;
use zbus::Connection;

use super::Heard;
use super::bus::{Owners, signals};
use crate::lock::LockWatch;

/// Each desktop has a name of its own, which is the interface's name, too.
const SCREENSAVERS: [&str; 5] = [
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
    "org.xfce.ScreenSaver",
];

pub(super) async fn follow(bus: &Connection, heard: &Heard, watch: &LockWatch) -> zbus::Result<()> {
    let mut owners = Owners::of(bus, &SCREENSAVERS).await?;
    let mut changes = SelectAll::new();
    for name in SCREENSAVERS {
        let changed = signals(bus, name, name, "ActiveChanged").await?;
        changes.push(changed.map(move |message| (name, message)).boxed());
    }
    heard.set(owners.any());
    loop {
        tokio::select! {
            biased;
            changed = owners.changed() => {
                changed?;
                heard.set(owners.any());
            }
            change = changes.next() => {
                let (name, message) = change.ok_or(zbus::Error::InvalidReply)?;
                let message = message?;
                if owners.sent(name, &message) && matches!(message.body().deserialize(), Ok(true)) {
                    watch.tell(Event::ScreenLocked).await;
                }
            }
        }
    }
}

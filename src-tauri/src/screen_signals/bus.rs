//! Listening to a bus that may be missing, go away and come back.

use std::time::{Duration, Instant};

use futures_util::StreamExt;
use futures_util::stream::SelectAll;
use zbus::fdo::{DBusProxy, NameOwnerChangedStream};
use zbus::message::Type;
use zbus::names::{BusName, OwnedUniqueName};
use zbus::{Connection, MatchRule, Message, MessageStream, connection};

use super::{Bus, Heard};

/// How long a bus or a service on it may take to answer.
const ANSWER_WAIT: Duration = Duration::from_secs(5);

/// The pause before a bus is tried again: the first, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Signals kept for a listener that is busy; then the bus keeps them.
const QUEUED: usize = 16;

/// The two usual buses.
#[derive(Clone, Copy)]
pub(super) enum Which {
    System,
    Session,
}

/// Connects, listens as `listen` does until that fails, and begins again.
pub(super) async fn follow<L>(name: &'static str, bus: Bus, which: Which, heard: Heard, listen: L)
where
    L: AsyncFn(&Connection, &Heard) -> zbus::Result<()>,
{
    if bus == Bus::Absent {
        return;
    }
    let (mut pause, longest) = PAUSES;
    let mut told = false;
    loop {
        let started = Instant::now();
        let ended = match connect(&bus, which).await {
            Ok(connection) => {
                let ended = listen(&connection, &heard).await;
                // A connection that held is a new beginning.
                if started.elapsed() > longest || heard.is() {
                    (pause, told) = (PAUSES.0, false);
                }
                ended.err()
            }
            Err(error) => Some(error),
        };
        heard.set(false);
        if !told {
            let error =
                ended.map_or_else(|| "the connection ended".into(), |error| error.to_string());
            tracing::debug!(error, "{name} is not heard; trying again quietly");
            told = true;
        }
        tokio::time::sleep(pause).await;
        pause = longest.min(pause * 2);
    }
}

async fn connect(bus: &Bus, which: Which) -> zbus::Result<Connection> {
    let builder = match (bus, which) {
        (Bus::At(address), _) => connection::Builder::address(address.as_str())?,
        (_, Which::System) => connection::Builder::system()?,
        (_, Which::Session) => connection::Builder::session()?,
    };
    let connecting = builder.method_timeout(ANSWER_WAIT).build();
    tokio::time::timeout(ANSWER_WAIT, connecting)
        .await
        .unwrap_or_else(|_| Err(zbus::Error::Failure("no answer".into())))
}

/// The signals `member` of `interface` that the owner of `name` sends to everybody.
pub(super) async fn signals(
    connection: &Connection,
    name: &'static str,
    interface: &'static str,
    member: &'static str,
) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender(name)?
        .interface(interface)?
        .member(member)?
        .build();
    MessageStream::for_match_rule(rule, connection, Some(QUEUED)).await
}

/// Who owns some names on the bus. Anybody may send any signal, and straight to us; only an owner's counts.
pub(super) struct Owners {
    known: Vec<(&'static str, Option<OwnedUniqueName>)>,
    changes: SelectAll<NameOwnerChangedStream>,
}

impl Owners {
    pub(super) async fn of(connection: &Connection, names: &[&'static str]) -> zbus::Result<Self> {
        let bus = DBusProxy::new(connection).await?;
        let (mut known, mut changes) = (Vec::new(), SelectAll::new());
        for name in names {
            // First the changes, then what is, so that none is missed in between.
            changes.push(
                bus.receive_name_owner_changed_with_args(&[(0, name)])
                    .await?,
            );
            let owner = bus.get_name_owner(BusName::try_from(*name)?).await.ok();
            known.push((*name, owner));
        }
        Ok(Self { known, changes })
    }

    /// Waits until one of the names has another owner or none.
    pub(super) async fn changed(&mut self) -> zbus::Result<()> {
        let change = self.changes.next().await.ok_or(zbus::Error::InvalidReply)?;
        let change = change.args()?;
        for (name, owner) in &mut self.known {
            if change.name.as_str() == *name {
                *owner = change
                    .new_owner
                    .as_ref()
                    .map(|owner| owner.to_owned().into());
            }
        }
        Ok(())
    }

    /// Whether any of the names is owned.
    pub(super) fn any(&self) -> bool {
        self.known.iter().any(|(_, owner)| owner.is_some())
    }

    /// Whether the owner of `name` sent this.
    pub(super) fn sent(&self, name: &str, message: &Message) -> bool {
        let header = message.header();
        let sender = header.sender();
        sender.is_some()
            && self.known.iter().any(|(known, owner)| {
                *known == name && owner.as_ref().map(|owner| owner.inner()) == sender
            })
    }
}

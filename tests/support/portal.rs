//! A played desktop portal, on a bus of the test's own.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};

use zbus::fdo;
use zbus::message::Header;
use zbus::object_server::SignalEmitter;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use super::bus::{Somebody, TestBus};

const NAME: &str = "org.freedesktop.portal.Desktop";
const PATH: &str = "/org/freedesktop/portal/desktop";

/// What the portal does when a picture of the screen is asked for.
pub enum PortalAnswer {
    /// It has written one here.
    Picture(PathBuf),
    /// The person says no.
    Refused,
    /// Something goes wrong.
    Failed,
    /// The program is not one that it talks to.
    Forbidden,
}

/// A played portal.
pub struct Portal<'b> {
    _somebody: Somebody<'b>,
    asked: Receiver<u32>,
}

impl Portal<'_> {
    /// The process that asked since the last time.
    pub fn asked_by(&self) -> u32 {
        self.asked.try_recv().expect("a process has asked")
    }
}

/// A portal that takes pictures.
pub fn start(bus: &TestBus, answer: PortalAnswer) -> Portal<'_> {
    let (tell, asked) = channel();
    let screenshot = Screenshot {
        answer,
        tell: Mutex::new(tell),
    };
    let somebody = bus.somebody_with(&[NAME], PATH, screenshot);
    Portal {
        _somebody: somebody,
        asked,
    }
}

/// A portal without the part that takes pictures.
pub fn start_without_screenshots(bus: &TestBus) -> Somebody<'_> {
    bus.somebody_with(&[NAME], PATH, Nothing)
}

struct Nothing;

#[zbus::interface(name = "org.freedesktop.portal.Trash")]
impl Nothing {
    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        1
    }
}

struct Screenshot {
    answer: PortalAnswer,
    tell: Mutex<Sender<u32>>,
}

#[zbus::interface(name = "org.freedesktop.portal.Screenshot")]
impl Screenshot {
    async fn screenshot(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &zbus::Connection,
        _parent_window: String,
        options: HashMap<String, OwnedValue>,
    ) -> fdo::Result<OwnedObjectPath> {
        let sender = header.sender().unwrap().to_owned();
        let bus = fdo::DBusProxy::new(connection).await?;
        let process = bus
            .get_connection_unix_process_id(sender.clone().into())
            .await?;
        // The test may be over.
        let _ = self.tell.lock().unwrap().send(process);

        let mut results: HashMap<&str, Value<'_>> = HashMap::new();
        let code = match &self.answer {
            PortalAnswer::Picture(file) => {
                let uri = url::Url::from_file_path(file).unwrap().to_string();
                results.insert("uri", uri.into());
                0_u32
            }
            PortalAnswer::Refused => 1,
            PortalAnswer::Failed => 2,
            PortalAnswer::Forbidden => {
                let text = "Portal operation not allowed: Unable to open /proc/1/root";
                return Err(fdo::Error::AccessDenied(text.into()));
            }
        };
        let token: String = options["handle_token"]
            .try_clone()
            .unwrap()
            .try_into()
            .unwrap();
        let asker = sender.trim_start_matches(':').replace('.', "_");
        let path = format!("{PATH}/request/{asker}/{token}");
        let path = OwnedObjectPath::try_from(path).unwrap();
        let emitter = SignalEmitter::new(connection, path.clone())?.set_destination(sender.into());
        emitter
            .emit(
                "org.freedesktop.portal.Request",
                "Response",
                &(code, results),
            )
            .await?;
        Ok(path)
    }

    #[zbus(property, name = "version")]
    fn version(&self) -> u32 {
        2
    }
}

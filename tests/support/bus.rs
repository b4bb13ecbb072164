//! A D-Bus bus of the test's own, and services on it that the test plays.

use std::io::{BufRead, BufReader, PipeReader};
use std::os::fd::OwnedFd;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Runtime;
use zbus::zvariant::{self, DynamicType, OwnedObjectPath};
use zbus::{Connection, connection};

const LOGIND: &str = "org.freedesktop.login1";
const LOGIND_PATH: &str = "/org/freedesktop/login1";

/// A bus on which everybody may do everything.
pub struct TestBus {
    folder: tempfile::TempDir,
    daemon: Mutex<Option<Child>>,
    runtime: Runtime,
}

impl TestBus {
    /// A bus that is not there yet.
    pub fn absent() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            daemon: Mutex::default(),
            runtime: Runtime::new().unwrap(),
        }
    }

    pub fn start() -> Self {
        let bus = Self::absent();
        bus.come();
        bus
    }

    pub fn address(&self) -> String {
        format!("unix:path={}", self.socket().display())
    }

    fn socket(&self) -> PathBuf {
        self.folder.path().join("bus")
    }

    /// The daemon starts.
    pub fn come(&self) {
        let config = self.folder.path().join("bus.conf");
        std::fs::write(
            &config,
            format!(
                "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\"\n\
                 \x20\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\">\n\
                 <busconfig><listen>{}</listen><auth>EXTERNAL</auth><policy context=\"default\">\n\
                 <allow send_destination=\"*\"/><allow receive_sender=\"*\"/><allow own=\"*\"/>\n\
                 </policy></busconfig>",
                self.address()
            ),
        )
        .unwrap();
        let mut daemon = Command::new("dbus-daemon")
            .arg("--nofork")
            .arg("--print-address=1")
            .arg(format!("--config-file={}", config.display()))
            .stdout(Stdio::piped())
            // It tells of limits that it may not raise here.
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut line = String::new();
        BufReader::new(daemon.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        assert!(line.starts_with("unix:"), "the bus listens: {line:?}");
        *self.daemon.lock().unwrap() = Some(daemon);
    }

    /// The daemon ends, and all connections with it.
    pub fn go(&self) {
        if let Some(mut daemon) = self.daemon.lock().unwrap().take() {
            daemon.kill().unwrap();
            daemon.wait().unwrap();
        }
        // A killed daemon leaves it behind.
        let _ = std::fs::remove_file(self.socket());
    }

    /// Somebody on the bus, who owns these names.
    pub fn somebody(&self, names: &[&str]) -> Somebody<'_> {
        let connection = self.runtime.block_on(async {
            let connection = self.connect().await;
            for name in names {
                connection.request_name(*name).await.unwrap();
            }
            connection
        });
        Somebody {
            bus: self,
            connection,
        }
    }

    /// Somebody on the bus who owns these names and serves `interface` at `path`.
    pub fn somebody_with(
        &self,
        names: &[&str],
        path: &str,
        interface: impl zbus::object_server::Interface,
    ) -> Somebody<'_> {
        let connection = self.runtime.block_on(async {
            let connection = self.connect().await;
            connection
                .object_server()
                .at(path, interface)
                .await
                .unwrap();
            for name in names {
                connection.request_name(*name).await.unwrap();
            }
            connection
        });
        Somebody {
            bus: self,
            connection,
        }
    }

    /// logind, as far as the app knows it: it hands out delays and tells of sleep and of locked sessions. The
    /// first of the sessions is this person's, the second somebody else's.
    pub fn logind(&self, own_user: u32) -> Logind<'_> {
        let (given, delays) = channel();
        let connection = self.runtime.block_on(async {
            let connection = self.connect().await;
            let server = connection.object_server();
            server.at(LOGIND_PATH, Manager(given)).await.unwrap();
            for (path, user) in [(OWN_SESSION, own_user), (OTHER_SESSION, own_user + 1)] {
                server.at(path, Session(user)).await.unwrap();
            }
            connection.request_name(LOGIND).await.unwrap();
            connection
        });
        Logind {
            somebody: Somebody {
                bus: self,
                connection,
            },
            delays,
        }
    }

    async fn connect(&self) -> Connection {
        let builder = connection::Builder::address(self.address().as_str()).unwrap();
        builder.build().await.unwrap()
    }
}

impl Drop for TestBus {
    fn drop(&mut self) {
        self.go();
    }
}

/// A program on the bus.
pub struct Somebody<'b> {
    bus: &'b TestBus,
    connection: Connection,
}

impl Somebody<'_> {
    /// Sends a signal to everybody, or to one name.
    pub fn signal<B>(&self, to: Option<&str>, path: &str, interface: &str, member: &str, body: &B)
    where
        B: Serialize + DynamicType,
    {
        let sent = self
            .connection
            .emit_signal(to, path, interface, member, body);
        self.bus.runtime.block_on(sent).unwrap();
    }

    /// The unique names of all others on the bus.
    pub fn others(&self) -> Vec<String> {
        let own = self.connection.unique_name().unwrap().to_string();
        let names = self.bus.runtime.block_on(async {
            let bus = zbus::fdo::DBusProxy::new(&self.connection).await.unwrap();
            bus.list_names().await.unwrap()
        });
        let names = names.iter().map(ToString::to_string);
        names
            .filter(|name| name.starts_with(':') && *name != own)
            .collect()
    }
}

pub const OWN_SESSION: &str = "/org/freedesktop/login1/session/_31";
pub const OTHER_SESSION: &str = "/org/freedesktop/login1/session/_32";

/// A played logind.
pub struct Logind<'b> {
    somebody: Somebody<'b>,
    delays: Receiver<Delay>,
}

/// A delay that was asked for.
pub struct Delay {
    /// What, who, how.
    pub asked: [String; 3],
    /// At its end when the one who asked lets go.
    pub held: PipeReader,
}

impl Logind<'_> {
    /// The next delay that somebody asks for.
    pub fn delay(&self) -> Delay {
        self.delays
            .recv_timeout(Duration::from_secs(10))
            .expect("a delay is asked for")
    }

    pub fn prepare_for_sleep(&self, begins: bool) {
        self.somebody.signal(
            None,
            LOGIND_PATH,
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            &(begins,),
        );
    }

    pub fn lock_session(&self, session: &str) {
        self.somebody
            .signal(None, session, "org.freedesktop.login1.Session", "Lock", &());
    }
}

struct Manager(Sender<Delay>);

#[zbus::interface(name = "org.freedesktop.login1.Manager")]
impl Manager {
    fn inhibit(&self, what: String, who: String, _why: String, mode: String) -> zvariant::OwnedFd {
        let (held, handed) = std::io::pipe().unwrap();
        let delay = Delay {
            asked: [what, who, mode],
            held,
        };
        // The test may not care.
        let _ = self.0.send(delay);
        OwnedFd::from(handed).into()
    }
}

struct Session(u32);

#[zbus::interface(name = "org.freedesktop.login1.Session")]
impl Session {
    #[zbus(property)]
    fn user(&self) -> (u32, OwnedObjectPath) {
        let path = format!("/org/freedesktop/login1/user/_{}", self.0);
        (self.0, path.try_into().unwrap())
    }
}

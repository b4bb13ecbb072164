//! The app on Tauri's mock runtime: commands are asked as the page asks them.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use deskfob_app::{Bus, Buses, Person, ReadClocks, Surroundings, system_clocks};
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, Listener, WebviewWindow, WebviewWindowBuilder};

pub struct TestApp {
    pub home: tempfile::TempDir,
    window: WebviewWindow<MockRuntime>,
    opened: Mutex<Receiver<String>>,
    events: Mutex<Receiver<Value>>,
    pub app: App<MockRuntime>,
}

impl TestApp {
    /// An app that hears nothing of the desktop it runs on.
    pub fn start() -> Self {
        let buses = Buses {
            system: Bus::Absent,
            session: Bus::Absent,
        };
        Self::start_with(buses, system_clocks())
    }

    pub fn start_with(buses: Buses, clocks: ReadClocks) -> Self {
        let home = tempfile::tempdir().unwrap();
        let (send, opened) = channel();
        let surroundings = Surroundings {
            home: Some(home.path().join("vault")),
            keyring_service: None,
            smtp: None,
            open_url: Box::new(move |url| send.send(url.to_owned()).map_err(std::io::Error::other)),
            buses,
            clocks,
            // The tests' own OpenSSH configuration and command line are nobody's business.
            person: Person {
                home: Some(home.path().join("person")),
                path: home.path().join("bin").into(),
            },
        };
        let app = deskfob_app::build(mock_builder(), surroundings).unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        let (send, events) = channel();
        app.listen_any("deskfob", move |event| {
            // The test may be over.
            let _ = send.send(serde_json::from_str(event.payload()).unwrap());
        });
        Self {
            home,
            window,
            opened: Mutex::new(opened),
            events: Mutex::new(events),
            app,
        }
    }

    /// The next event of this kind, within `limit`. Those before it are forgotten.
    pub fn event(&self, kind: &str, limit: Duration) -> Option<Value> {
        let events = self.events.lock().unwrap();
        let end = Instant::now() + limit;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let event = events.recv_timeout(left).ok()?;
            if event["kind"] == kind {
                return Some(event);
            }
        }
    }

    pub fn invoke(&self, command: &str, arguments: Value) -> Result<Value, Value> {
        invoke(&self.window, command, arguments)
    }

    pub fn ask(&self, command: &str, arguments: Value) -> Value {
        self.invoke(command, arguments)
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    pub fn refused(&self, command: &str, arguments: Value) -> Value {
        match self.invoke(command, arguments) {
            Ok(answer) => panic!("{command} was to be refused, and answered {answer}"),
            Err(error) => error,
        }
    }

    /// Asks on a thread of its own.
    pub fn ask_meanwhile(
        &self,
        command: &str,
        arguments: Value,
    ) -> JoinHandle<Result<Value, Value>> {
        let (window, name) = (self.window.clone(), command.to_owned());
        std::thread::spawn(move || invoke(&window, &name, arguments))
    }

    pub fn create_vault(&self, password: &str) {
        self.ask(
            "vault_create",
            json!({"password": password, "useKeyring": false}),
        );
    }

    /// Asks for a sign-in; `browse` plays the person in the browser at the address that was opened.
    pub fn while_browsing(
        &self,
        command: &str,
        arguments: Value,
        browse: impl FnOnce(&str),
    ) -> Value {
        self.browse(command, arguments, browse)
            .unwrap_or_else(|error| panic!("{command}: {error}"))
    }

    pub fn while_browsing_refused(
        &self,
        command: &str,
        arguments: Value,
        browse: impl FnOnce(&str),
    ) -> Value {
        match self.browse(command, arguments, browse) {
            Ok(answer) => panic!("{command} was to be refused, and answered {answer}"),
            Err(error) => error,
        }
    }

    fn browse(
        &self,
        command: &str,
        arguments: Value,
        browse: impl FnOnce(&str),
    ) -> Result<Value, Value> {
        let asked = self.ask_meanwhile(command, arguments);
        let url = self
            .opened
            .lock()
            .unwrap()
            .recv_timeout(Duration::from_secs(20));
        match url {
            Ok(url) => browse(&url),
            Err(_) if asked.is_finished() => {}
            Err(_) => panic!("{command} opened no browser"),
        }
        asked.join().unwrap()
    }
}

fn invoke(
    window: &WebviewWindow<MockRuntime>,
    command: &str,
    arguments: Value,
) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: command.into(),
        callback: CallbackFn(0),
        error: CallbackFn(1),
        url: "tauri://localhost".parse().unwrap(),
        body: InvokeBody::Json(arguments),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_string(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

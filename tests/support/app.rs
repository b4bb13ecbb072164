//! The app on Tauri's mock runtime: commands are asked as the page asks them.

use std::sync::Mutex;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use deskfob_app::Surroundings;
use serde_json::{Value, json};
use tauri::ipc::{CallbackFn, InvokeBody};
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};

pub struct TestApp {
    pub home: tempfile::TempDir,
    window: WebviewWindow<MockRuntime>,
    opened: Mutex<Receiver<String>>,
    _app: App<MockRuntime>,
}

impl TestApp {
    pub fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let (send, opened) = channel();
        let surroundings = Surroundings {
            home: Some(home.path().join("vault")),
            keyring_service: None,
            smtp: None,
            open_url: Box::new(move |url| send.send(url.to_owned()).map_err(std::io::Error::other)),
        };
        let app = deskfob_app::build(mock_builder(), surroundings).unwrap();
        let window = WebviewWindowBuilder::new(&app, "main", Default::default())
            .build()
            .unwrap();
        Self {
            home,
            window,
            opened: Mutex::new(opened),
            _app: app,
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
        let (window, name) = (self.window.clone(), command.to_owned());
        let asked = std::thread::spawn(move || invoke(&window, &name, arguments));
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

//! The real window, driven through WebDriver on the display at hand.

use std::fs::File;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use fantoccini::elements::Element;
use fantoccini::error::NewSessionError;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::processes::Processes;

const WAIT: Duration = Duration::from_secs(30);

/// What one person has on their computer; windows are opened and closed on it.
pub struct Desktop {
    pub root: tempfile::TempDir,
    pub smtp: Option<String>,
    /// More of the window's environment.
    pub environment: Vec<(&'static str, PathBuf)>,
    /// What the window is started with.
    pub arguments: Vec<String>,
    shots: Option<PathBuf>,
    taken: u32,
}

impl Drop for Desktop {
    /// Lets the run that this test is part of look for secrets in the log, which has every detail.
    fn drop(&mut self) {
        if let (Some(file), Ok(log)) = (
            std::env::var_os("DESKFOB_TEST_OUTPUT"),
            std::fs::read(self.log()),
        ) && let Ok(mut file) = File::options().append(true).open(file)
        {
            let _ = file.write_all(&log);
        }
    }
}

impl Desktop {
    pub fn new() -> Self {
        let shots = std::env::var_os("DESKFOB_SCREENSHOTS").map(PathBuf::from);
        if let Some(folder) = &shots {
            std::fs::create_dir_all(folder).unwrap();
        }
        Self {
            root: tempfile::tempdir().unwrap(),
            smtp: None,
            environment: Vec::new(),
            arguments: Vec::new(),
            shots,
            taken: 0,
        }
    }

    pub fn home(&self) -> PathBuf {
        self.root.path().join("home")
    }

    pub fn log(&self) -> PathBuf {
        self.root.path().join("log")
    }

    /// Opens the window. A program that was killed a moment ago may still be taken for running, and the new one ends
    /// at once in its favour: then it is started again.
    pub async fn open(&self) -> Window {
        for attempt in 1.. {
            if let Some(window) = self.try_open().await {
                return window;
            }
            assert!(attempt < 3, "the window does not open");
            println!("  the window did not open; again");
        }
        unreachable!("the attempts are counted")
    }

    async fn try_open(&self) -> Option<Window> {
        let driver = std::env::var_os("TAURI_DRIVER").unwrap_or_else(|| "tauri-driver".into());
        let (port, native) = (free_port(), free_port());
        let log = File::options()
            .create(true)
            .append(true)
            .open(self.log())
            .unwrap();
        let mut command = Command::new(&driver);
        command
            .args([
                "--port",
                &port.to_string(),
                "--native-port",
                &native.to_string(),
            ])
            .env("DESKFOB_HOME", self.home())
            .env(
                "DESKFOB_LOG",
                "trace,sqlx=off,hyper=info,h2=info,tungstenite=info",
            )
            .env("DESKFOB_TEST_OPENED", self.opened())
            .env(
                "BROWSER",
                Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/record-url.sh"),
            )
            // The program then leaves its memory and environment open to this test, which only root could read.
            .env("DESKFOB_INSPECTABLE", "1")
            .envs(self.environment.iter().map(|(name, value)| (name, value)))
            .envs(self.folders())
            .process_group(0)
            .stdout(Stdio::from(log.try_clone().unwrap()))
            .stderr(Stdio::from(log));
        if let Some(smtp) = &self.smtp {
            command.env("DESKFOB_SANDBOX_SMTP", smtp);
        }
        let driver = command.spawn().unwrap_or_else(|error| {
            panic!(
                "{} does not start ({error}): cargo install tauri-driver --version ^2 --locked",
                driver.display()
            )
        });
        let driver = Driver(driver);
        listening(native).await;
        let capabilities = json!({
            "browserName": "wry",
            "tauri:options": { "application": env!("CARGO_BIN_EXE_deskfob"), "args": self.arguments },
        });
        let client = tokio::time::timeout(WAIT, session(port, capabilities))
            .await
            .ok()?
            .ok()?;
        Some(Window {
            client,
            driver,
            rejoined: None,
        })
    }

    fn folders(&self) -> impl Iterator<Item = (String, PathBuf)> {
        ["DATA", "CONFIG", "CACHE", "STATE"]
            .into_iter()
            .map(|name| {
                let folder = self.root.path().join(name.to_lowercase());
                (format!("XDG_{name}_HOME"), folder)
            })
    }

    /// Opens a link as a browser does: it starts the program once more, which hands the link over and ends.
    pub fn open_link(&self, link: &str) {
        let program = env!("CARGO_BIN_EXE_deskfob");
        let status = self.tool(program).arg(link).status().unwrap();
        assert!(status.success(), "the link is handed over: {status}");
    }

    /// Opens a link as a desktop does: it starts whatever is registered for such links.
    pub fn open_link_as_desktops_do(&self, link: &str) {
        let status = self.tool("gio").args(["open", link]).status().unwrap();
        assert!(status.success(), "the desktop opens the link: {status}");
    }

    /// The desktop entry of what opens links of a scheme.
    pub fn opener(&self, scheme: &str) -> String {
        let kind = format!("x-scheme-handler/{scheme}");
        let query = self
            .tool("xdg-mime")
            .args(["query", "default", &kind])
            .stdout(Stdio::piped())
            .output();
        let told = String::from_utf8(query.unwrap().stdout).unwrap();
        told.trim().to_owned()
    }

    fn tool(&self, name: &str) -> Command {
        let mut tool = Command::new(name);
        tool.env("DESKFOB_HOME", self.home())
            .envs(self.folders())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        tool
    }

    /// Keeps a numbered picture of the window.
    pub async fn shot(&mut self, window: &Window, name: &str) {
        self.taken += 1;
        window.at_rest().await;
        let picture = window
            .client
            .screenshot()
            .await
            .expect("a picture of the window");
        let Some(folder) = &self.shots else { return };
        let file = folder.join(format!("{:02}-{name}.png", self.taken));
        std::fs::write(&file, picture).unwrap();
        println!("  picture {}", file.display());
    }

    /// Addresses the app asked the system to open, so far.
    pub fn opened_so_far(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.opened()).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The address opened after the first `seen` ones.
    pub async fn opened_after(&self, seen: usize) -> String {
        until("the app opens the browser", || {
            self.opened_so_far().len() > seen
        })
        .await;
        self.opened_so_far()[seen].clone()
    }

    fn opened(&self) -> PathBuf {
        self.root.path().join("opened")
    }
}

async fn listening(port: u16) {
    until("the driver listens", || {
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    })
    .await;
}

async fn session(port: u16, capabilities: Value) -> Result<Client, NewSessionError> {
    listening(port).await;
    let Value::Object(capabilities) = capabilities else {
        panic!("capabilities are an object")
    };
    ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
}

/// The leader of a process group, which ends with it.
struct Driver(Child);

impl Drop for Driver {
    fn drop(&mut self) {
        // The group is the driver, the native driver and the window; all may have ended already.
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill")
            .args(["-KILL", "--", &group])
            .stderr(Stdio::null())
            .status();
        let _ = self.0.wait();
    }
}

/// The open window.
pub struct Window {
    pub client: Client,
    driver: Driver,
    /// The driver since the page was started anew; it leaves the program running.
    rejoined: Option<Driver>,
}

impl Window {
    pub async fn close(self) {
        self.client.close().await.expect("the window closes");
        drop(self.driver);
    }

    /// Locks the vault by the button.
    pub async fn lock(&mut self) {
        let page = self.processes().page();
        let button = self.find("lock-now").await;
        // The answer comes after the page's end, or never.
        let _ = tokio::time::timeout(Duration::from_secs(5), button.click()).await;
        self.rejoin(page).await;
    }

    /// Waits until the vault is locked. The process `page`, which ran the page, ends with that, and WebDriver takes it for
    /// a crash; so another driver joins the same program.
    pub async fn rejoin(&mut self, page: u32) {
        until("the page's process ends", || {
            !Path::new(&format!("/proc/{page}")).exists()
        })
        .await;
        let target = self.processes().inspector();
        // A driver whose command was never answered holds its session, and the program has one at a time.
        self.rejoined = None;
        self.processes().end_drivers();
        for attempt in 1.. {
            let port = free_port();
            let driver = Command::new("WebKitWebDriver")
                .arg(format!("--port={port}"))
                .arg(format!("--target={target}"))
                .process_group(0)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("this test needs the Debian package webkit2gtk-driver");
            let driver = Driver(driver);
            let joined = session(port, json!({ "browserName": "wry" }));
            match tokio::time::timeout(Duration::from_secs(15), joined).await {
                Ok(Ok(client)) => {
                    self.client = client;
                    self.rejoined = Some(driver);
                    return;
                }
                failed => println!("  driver {attempt} did not join: {:?}", failed.map(|_| ())),
            }
            assert!(attempt < 5, "no driver joins the program");
        }
    }

    /// Waits until fonts are there and transitions have ended; what moves all the time is not waited for. Then two more
    /// frames, so that what is there has been drawn.
    pub async fn at_rest(&self) {
        const AT_REST: &str = "
            const done = arguments[arguments.length - 1];
            const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
            const ends = (animation) => animation.effect.getComputedTiming().endTime < 2000;
            const moving = () => document.getAnimations().filter(ends).map((animation) => animation.finished);
            (async () => {
                await document.fonts.ready;
                for (let turn = 0; turn < 2; turn++) {
                    await frame();
                    await frame();
                    await Promise.allSettled(moving());
                }
                await frame();
                await frame();
                done(true);
            })();";
        self.client
            .execute_async(AT_REST, Vec::new())
            .await
            .unwrap();
    }

    /// The program and the processes of its web view.
    pub fn processes(&self) -> Processes {
        Processes::of_group(self.driver.0.id())
    }

    /// The program dies without a word.
    pub fn kill(self) {
        drop(self.driver);
    }

    pub async fn find(&self, id: &str) -> Element {
        self.find_selected(&by_id(id)).await
    }

    pub async fn find_selected(&self, css: &str) -> Element {
        self.client
            .wait()
            .at_most(WAIT)
            .for_element(Locator::Css(css))
            .await
            .unwrap_or_else(|error| panic!("{css} does not appear: {error}"))
    }

    pub async fn click(&self, id: &str) {
        self.click_selected(&by_id(id)).await;
    }

    pub async fn click_selected(&self, css: &str) {
        let started = Instant::now();
        loop {
            // The element may be drawn anew, or still be disabled, between finding and clicking it.
            let element = self.find_selected(css).await;
            let enabled = element.is_enabled().await.unwrap_or(false);
            if enabled && element.click().await.is_ok() {
                return;
            }
            assert!(started.elapsed() < WAIT, "{css} can't be clicked");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn enter(&self, id: &str, text: &str) {
        let element = self.find(id).await;
        element
            .clear()
            .await
            .unwrap_or_else(|error| panic!("{id} can't be cleared: {error}"));
        element
            .send_keys(text)
            .await
            .unwrap_or_else(|error| panic!("{id} takes no text: {error}"));
    }

    pub async fn text(&self, id: &str) -> String {
        self.find(id)
            .await
            .text()
            .await
            .unwrap_or_else(|error| panic!("{id} has no text: {error}"))
    }

    /// An attribute of an element, once it is there; empty without the attribute.
    pub async fn attribute(&self, id: &str, name: &str) -> String {
        let element = self.find(id).await;
        element.attr(name).await.unwrap().unwrap_or_default()
    }

    /// An attribute of what is there now; empty without the element or the attribute.
    pub async fn attribute_of(&self, css: &str, name: &str) -> String {
        let script =
            format!("return document.querySelector({css:?})?.getAttribute({name:?}) ?? ''");
        let value = self.script(&script).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    pub async fn count(&self, id: &str) -> usize {
        self.client
            .find_all(Locator::Css(&by_id(id)))
            .await
            .map_or(0, |all| all.len())
    }

    pub async fn all(&self, id: &str) -> Vec<Element> {
        self.client
            .find_all(Locator::Css(&by_id(id)))
            .await
            .unwrap()
    }

    pub async fn is_ticked(&self, id: &str) -> bool {
        let element = self.find(id).await;
        element.attr("aria-checked").await.unwrap().as_deref() == Some("true")
            || element.prop("checked").await.unwrap().as_deref() == Some("true")
    }

    pub async fn is_there(&self, id: &str) -> bool {
        self.count(id).await > 0
    }

    pub async fn gone(&self, id: &str) {
        self.gone_selected(&by_id(id)).await;
    }

    pub async fn gone_selected(&self, css: &str) {
        let started = Instant::now();
        let there = async || {
            let found = self.client.find_all(Locator::Css(css)).await;
            found.is_ok_and(|all| !all.is_empty())
        };
        while there().await {
            assert!(started.elapsed() < WAIT, "{css} does not go");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until `text` stands somewhere on the page.
    pub async fn says(&self, text: &str) {
        let started = Instant::now();
        loop {
            let page = self.page().await;
            if page.contains(text) {
                return;
            }
            assert!(
                started.elapsed() < WAIT,
                "the page does not say {text:?}, but:\n{page}"
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    pub async fn page(&self) -> String {
        let text = self
            .client
            .execute("return document.body.innerText", Vec::new())
            .await
            .unwrap();
        text.as_str().unwrap_or_default().to_owned()
    }

    pub async fn script(&self, script: &str) -> Value {
        self.client.execute(script, Vec::new()).await.unwrap()
    }

    pub async fn keys(&self, keys: &str) {
        let body = self.client.find(Locator::Css("body")).await.unwrap();
        body.send_keys(keys).await.unwrap();
    }
}

fn by_id(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}

/// Asks until there is an answer.
pub async fn until_some<T>(what: &str, ask: impl AsyncFn() -> Option<T>) -> T {
    let started = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(started.elapsed() < WAIT, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn until(what: &str, holds: impl Fn() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < WAIT, "not in time: {what}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// The text on the clipboard.
pub fn clipboard() -> String {
    let output = Command::new("xclip")
        .args(["-o", "-selection", "clipboard"])
        .output();
    let output = output.expect("this test needs the Debian package xclip");
    String::from_utf8(output.stdout).unwrap()
}

//! A person's browser in a window on the display at hand, as one that shows a platform's pages beside Deskfob.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

/// Chromium, driven by `browser-window.mjs`.
pub struct BrowserWindow {
    driver: Child,
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
}

impl BrowserWindow {
    pub fn open(url: &str) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/browser-window.mjs");
        let mut driver = Command::new("node")
            .arg(script)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("this test needs Node.js");
        let mut window = Self {
            orders: driver.stdin.take(),
            answers: BufReader::new(driver.stdout.take().unwrap()),
            driver,
        };
        window.go(url);
        window
    }

    pub fn go(&mut self, url: &str) {
        self.order(json!({"do": "open", "url": url}));
    }

    pub fn fill(&mut self, selector: &str, text: &str) {
        self.order(json!({"do": "fill", "selector": selector, "text": text}));
    }

    pub fn click(&mut self, selector: &str) {
        self.order(json!({"do": "click", "selector": selector}));
    }

    pub fn text(&mut self, selector: &str) -> String {
        let answer = self.order(json!({"do": "text", "selector": selector}));
        answer.as_str().unwrap_or_default().to_owned()
    }

    fn order(&mut self, order: Value) -> Value {
        let orders = self.orders.as_mut().expect("open until it is dropped");
        writeln!(orders, "{order}").unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line)
            .unwrap_or_else(|_| panic!("the browser is gone, at {}", order["do"]));
        assert!(answer["error"].is_null(), "{}: {answer}", order["do"]);
        answer["value"].take()
    }
}

impl Drop for BrowserWindow {
    fn drop(&mut self) {
        // At the end of its orders it closes the browser and ends.
        drop(self.orders.take());
        let _ = self.driver.wait();
    }
}

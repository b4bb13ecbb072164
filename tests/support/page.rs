//! A page whose program has an environment of its own: the test asks its commands over pipes.

use std::io::{BufRead, BufReader, Lines, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use super::app::TestApp;

/// What an answer's line begins with, among those of the test harness.
const ANSWER: &str = "answer ";

/// The program: it asks each command that it is sent, on an open vault. The body of a test named `page`, which is ignored.
pub fn serve(password: &str) {
    let app = TestApp::start();
    app.create_vault(password);
    for line in std::io::stdin().lines() {
        let asked: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let command = asked["command"].as_str().unwrap();
        println!("{ANSWER}{}", app.ask(command, asked["arguments"].clone()));
    }
}

pub struct Page {
    child: Child,
    asks: Option<ChildStdin>,
    answers: Lines<BufReader<ChildStdout>>,
}

impl Page {
    /// Starts the test named `page` of this program.
    pub fn open(program: &mut Command) -> Self {
        let mut child = program
            .args(["page", "--exact", "--ignored", "--nocapture"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let answers = BufReader::new(child.stdout.take().unwrap()).lines();
        Self {
            asks: child.stdin.take(),
            child,
            answers,
        }
    }

    pub fn ask(&mut self, command: &str, arguments: Value) -> Value {
        let line = json!({"command": command, "arguments": arguments});
        writeln!(self.asks.as_mut().unwrap(), "{line}").unwrap();
        let answer = self.answers.find_map(|line| {
            let line = line.unwrap();
            Some(line.split_once(ANSWER)?.1.to_owned())
        });
        serde_json::from_str(&answer.expect("the page answers")).unwrap()
    }

    pub fn close(mut self) {
        drop(self.asks.take());
        assert!(self.child.wait().unwrap().success(), "the page ends well");
    }
}

impl Drop for Page {
    fn drop(&mut self) {
        // Ended already unless the test failed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

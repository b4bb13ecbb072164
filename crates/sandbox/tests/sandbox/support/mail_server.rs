//! A real mail server for a test: Debian's aiosmtpd, which files what it takes in a maildir.

use std::{
    net::TcpListener,
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use mail_parser::MessageParser;
use tempfile::TempDir;

const PYTHON: &str = "/usr/bin/python3";

pub(crate) struct MailServer {
    process: Child,
    folder: TempDir,
    pub(crate) port: u16,
}

/// A mail as the server filed it.
pub(crate) struct Filed {
    pub(crate) recipients: Vec<String>,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn unused_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl MailServer {
    pub(crate) fn start() -> Self {
        let installed = Command::new(PYTHON)
            .args(["-c", "import aiosmtpd"])
            .output();
        assert!(
            installed.is_ok_and(|output| output.status.success()),
            "this test needs the Debian package python3-aiosmtpd"
        );
        let folder = tempfile::tempdir().unwrap();
        let port = unused_port();
        let process = Command::new(PYTHON)
            .args(["-m", "aiosmtpd", "-n", "-c", "aiosmtpd.handlers.Mailbox"])
            .arg(folder.path().join("mail"))
            .args(["-l", &format!("127.0.0.1:{port}")])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let server = Self {
            process,
            folder,
            port,
        };
        let deadline = Instant::now() + Duration::from_secs(20);
        while std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < deadline, "the mail server does not listen");
            std::thread::sleep(Duration::from_millis(50));
        }
        server
    }

    pub(crate) fn filed(&self) -> Vec<Filed> {
        let new = self.folder.path().join("mail/new");
        let Ok(entries) = std::fs::read_dir(&new) else {
            return Vec::new();
        };
        entries.map(|entry| read(&entry.unwrap().path())).collect()
    }
}

fn read(path: &Path) -> Filed {
    let raw = std::fs::read(path).unwrap();
    let message = MessageParser::default().parse(&raw).unwrap();
    let header = |name: &str| {
        message
            .header_raw(name)
            .unwrap_or_default()
            .trim()
            .to_owned()
    };
    Filed {
        // What the server was told in RCPT TO, not what the message says.
        recipients: header("X-RcptTo").split(", ").map(str::to_owned).collect(),
        subject: message.subject().unwrap().to_owned(),
        text: message.body_text(0).unwrap().into_owned(),
        html: message.body_html(0).unwrap().into_owned(),
    }
}

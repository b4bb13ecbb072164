//! The platform's own command line, which others wrote, against the sandbox: before and after `fob enrol`.
//!
//! It is installed by `cargo xtask test`, where it exists for the machine, and named by `DESKFOB_OFFICIAL_CLI`.
#![allow(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and says what it left out"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use ssh_key::Certificate;
use support::Fob;
use support::platform::{ADA, ADA_TOKEN, Platform};
use tempfile::TempDir;

/// Longest that one run may take.
const LIMIT: Duration = Duration::from_secs(90);

/// The program, if it is installed.
fn program() -> Option<PathBuf> {
    if let Some(path) = std::env::var_os("DESKFOB_OFFICIAL_CLI") {
        let path = PathBuf::from(path);
        assert!(path.is_file(), "{} is not there", path.display());
        return Some(path);
    }
    let installed = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../tests/official-cli/node_modules/@upsun/cli-linux-x64/bin/upsun");
    let here = cfg!(all(target_os = "linux", target_arch = "x86_64")) && installed.is_file();
    if !here {
        println!("left out: the official command line is not installed here");
    }
    here.then_some(installed)
}

/// The program with a home of its own, pointed at a sandbox.
struct Official {
    program: PathBuf,
    home: TempDir,
    url: String,
}

struct Ran {
    stdout: String,
    stderr: String,
}

impl Official {
    fn new(platform: &Platform) -> Option<Self> {
        Some(Self {
            program: program()?,
            home: tempfile::tempdir().expect("a temporary folder"),
            url: platform.url().trim_end_matches('/').to_owned(),
        })
    }

    fn command(&self, args: &[&str], env: &[(&str, &str)]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.home.path())
            .env("UPSUN_CLI_API_URL", &self.url)
            .env("UPSUN_CLI_AUTH_URL", &self.url)
            .env("UPSUN_CLI_API_DISABLE_CREDENTIAL_HELPERS", "1")
            .env("UPSUN_CLI_UPDATES_CHECK", "0")
            .envs(env.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs without a terminal and without questions; it has to end well and in time.
    #[track_caller]
    fn run(&self, args: &[&str], token: Option<&str>) -> Ran {
        let token = token.map(|token| ("UPSUN_CLI_TOKEN", token));
        let env: Vec<_> = [("UPSUN_CLI_NO_INTERACTION", "1")]
            .into_iter()
            .chain(token)
            .collect();
        let child = self.command(args, &env).spawn().expect("it starts");
        let (good, ran) = end(child, String::new());
        assert!(good, "{args:?}: {}{}", ran.stdout, ran.stderr);
        ran
    }

    /// Signs in with the browser; `code` is typed where one is asked for.
    fn sign_in(&self, platform: &Platform, more: &[&str], code: &str) {
        let args = [&["login", "--browser", "0"], more].concat();
        let mut child = self
            .command(&args, &[("SHELL_INTERACTIVE", "1")])
            .spawn()
            .expect("it starts");
        let stderr = child.stderr.as_mut().expect("piped");
        let mut said = String::new();
        let mut lines = BufReader::new(stderr).lines().map_while(Result::ok);
        let address = lines.find_map(|line| {
            said.push_str(&line);
            said.push('\n');
            line.split_whitespace()
                .find(|word| word.starts_with("http://"))
                .map(str::to_owned)
        });
        drop(lines);
        let Some(address) = address else {
            let (_, ran) = end(child, said);
            panic!("no address to open: {}{}", ran.stdout, ran.stderr);
        };
        // The program listens there before it says so, and leads to the platform.
        platform.sign_in(&address, code);
        let (good, ran) = end(child, said);
        assert!(good, "{}{}", ran.stdout, ran.stderr);
    }

    /// The certificate that it keeps.
    fn certificate(&self) -> Certificate {
        let sessions = self.home.path().join(".upsun-cli/.session");
        let files = std::fs::read_dir(&sessions).expect("sessions");
        let file = files
            .map(|session| session.expect("a session").path())
            .map(|session| session.join("ssh/id_ed25519-cert.pub"))
            .find(|file| file.is_file())
            .expect("a certificate");
        let text = std::fs::read_to_string(file).expect("readable");
        Certificate::from_openssh(text.trim()).expect("a certificate")
    }
}

/// Waits for the end, at most as long as a run may take.
fn end(mut child: Child, mut stderr: String) -> (bool, Ran) {
    let mut out = child.stdout.take().expect("piped");
    let mut err = child.stderr.take().expect("piped");
    let out = std::thread::spawn(move || {
        let mut text = String::new();
        out.read_to_string(&mut text).map(|_| text)
    });
    let err = std::thread::spawn(move || {
        let mut text = String::new();
        err.read_to_string(&mut text).map(|_| text)
    });
    let deadline = Instant::now() + LIMIT;
    let status = loop {
        match child.try_wait().expect("a child") {
            Some(status) => break Some(status),
            None if Instant::now() > deadline => {
                child.kill().expect("ended");
                child.wait().expect("a child");
                break None;
            }
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let stdout = out.join().expect("read").expect("text");
    stderr.push_str(&err.join().expect("read").expect("text"));
    let ran = Ran { stdout, stderr };
    let Some(status) = status else {
        panic!("it did not end: {}{}", ran.stdout, ran.stderr);
    };
    (status.success(), ran)
}

/// Rows of a table in its plain form.
fn rows(table: &str) -> Vec<Vec<&str>> {
    let lines = table.lines().filter(|line| !line.is_empty());
    lines.map(|line| line.split('\t').collect()).collect()
}

fn has_mfa(certificate: &Certificate) -> bool {
    certificate.extensions().contains_key("has-mfa@platform.sh")
}

fn amr(certificate: &Certificate) -> Value {
    let claims = &certificate.extensions()["token-claims@platform.sh"];
    let claims: Value = serde_json::from_str(claims).expect("JSON");
    claims["amr"].clone()
}

#[test]
fn with_an_api_token_it_sees_account_organisations_and_members() {
    let platform = Platform::start();
    let Some(official) = Official::new(&platform) else {
        return;
    };
    let token = Some(ADA_TOKEN);
    let email = official.run(&["auth:info", "email"], token).stdout;
    assert_eq!(email.trim(), ADA);
    let table = ["--format", "plain", "--no-header"];
    let args = [&["org:list", "--columns", "name"], &table[..]].concat();
    let listed = official.run(&args, token).stdout;
    let names: Vec<_> = listed.split_whitespace().collect();
    assert_eq!(names, ["acme", "globex", "initech", "umbrella"]);
    let columns = "email,mfa_enabled,sso_enabled";
    let args = [
        "org:users",
        "-o",
        "acme",
        "--count",
        "100",
        "--columns",
        columns,
    ];
    let users = official.run(&[&args, &table[..]].concat(), token).stdout;
    let users = rows(&users);
    assert!(users.len() >= 50, "the members of acme: {users:?}");
    let of = |email: &str| users.iter().find(|row| row[0] == email).cloned();
    assert_eq!(of(ADA), Some(vec![ADA, "false", "false"]));
    let grace = "grace@acme.example";
    assert_eq!(of(grace), Some(vec![grace, "true", "false"]));
}

#[test]
fn its_certificate_gains_mfa_when_fob_has_enrolled_the_account() {
    let platform = Platform::start();
    let Some(official) = Official::new(&platform) else {
        return;
    };
    official.sign_in(&platform, &[], "");
    let email = official.run(&["auth:info", "email"], None).stdout;
    assert_eq!(email.trim(), ADA, "signed in with the browser");
    official.run(&["ssh-cert:load", "--new", "--yes"], None);
    let before = official.certificate();
    assert!(!has_mfa(&before), "MFA is off");
    assert_eq!(amr(&before), serde_json::json!(["pwd"]));

    let fob = Fob::with_vault();
    platform.connect(&fob);
    let enrolled = fob.json(&["enrol"], "");
    let entry = enrolled["account"]["entry_id"].as_str().expect("an entry");
    // The code that confirmed was used up; the next one is good already.
    let code = fob.run(&["code", entry, "--next"], "").ends(0).stdout;
    official.sign_in(&platform, &["--force"], code.trim_end());
    official.run(&["ssh-cert:load", "--yes"], None);
    let after = official.certificate();
    assert!(has_mfa(&after), "the certificate gained MFA");
    assert_eq!(amr(&after), serde_json::json!(["pwd", "mfa"]));
    assert_eq!(before.key_id(), after.key_id(), "the same person");
}

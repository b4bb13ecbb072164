//! The real `fob` on a home of its own.
#![allow(dead_code, reason = "each test program uses its part")]

#[cfg(unix)]
pub(crate) mod openssh;
pub(crate) mod platform;
pub(crate) mod proxy;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;

use serde_json::Value;
use tempfile::TempDir;

pub(crate) const PASSWORD: &str = "a long enough password";

/// One run of the program.
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Ran {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().expect("ended by itself"),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// The run, when it ended with `code`.
    #[track_caller]
    pub(crate) fn ends(self, code: i32) -> Self {
        let Self { stdout, stderr, .. } = &self;
        assert_eq!(
            self.code, code,
            "exit code\nstdout: {stdout}\nstderr: {stderr}"
        );
        self
    }

    /// Its standard output, a line of JSON.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}", self.stdout))
    }
}

/// Runs the program without any state.
pub(crate) fn fob(args: &[&str], input: impl AsRef<[u8]>) -> Ran {
    Fob::new().bare(args, input)
}

/// The program with a home of its own. Remembers all it printed.
pub(crate) struct Fob {
    folder: TempDir,
    printed: Mutex<String>,
}

impl Fob {
    pub(crate) fn new() -> Self {
        Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
            printed: Mutex::default(),
        }
    }

    /// With a vault.
    pub(crate) fn with_vault() -> Self {
        let fob = Self::new();
        fob.run(&["vault", "create"], "").ends(0);
        fob
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// A path for a file of the test, outside of the home.
    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The program, to be started with the vault's password and `input` on standard input.
    pub(crate) fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_fob"));
        command
            .args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", self.folder.path())
            .env("DESKFOB_HOME", self.home())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Runs with exactly `input` on standard input.
    pub(crate) fn bare(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        self.in_session(&[], args, input)
    }

    /// As [`Self::bare`], with the variables that tell of a desktop session.
    pub(crate) fn in_session(
        &self,
        session: &[(&str, &str)],
        args: &[&str],
        input: impl AsRef<[u8]>,
    ) -> Ran {
        let mut command = self.command(args);
        command.envs(session.iter().copied());
        let ran = Ran::of(feed(&mut command, input.as_ref()));
        let mut printed = self.printed.lock().expect("no panic while printing");
        printed.push_str(&format!("$ fob {}\n", args.join(" ")));
        printed.push_str(&ran.stdout);
        printed.push_str(&ran.stderr);
        ran
    }

    /// Runs with `--password-stdin`: the password, then `input`.
    pub(crate) fn run(&self, args: &[&str], input: &str) -> Ran {
        let args = [args, &["--password-stdin"]].concat();
        self.bare(&args, format!("{PASSWORD}\n{input}"))
    }

    /// As [`Self::run`] with `--json`, when it ended well.
    #[track_caller]
    pub(crate) fn json(&self, args: &[&str], input: &str) -> Value {
        self.run(&[args, &["--json"]].concat(), input)
            .ends(0)
            .json()
    }

    /// Runs with `--password-stdin` and another secret than the vault's password in its place.
    pub(crate) fn by(&self, secret: &str, args: &[&str], input: &str) -> Ran {
        let args = [args, &["--password-stdin"]].concat();
        self.bare(&args, format!("{secret}\n{input}"))
    }

    /// Adds entries by their URIs.
    #[track_caller]
    pub(crate) fn add(&self, uris: &[&str]) {
        self.run(&["add", "--uri-stdin"], &uris.join("\n")).ends(0);
    }

    /// The names of what the list shows, as `issuer account`.
    #[track_caller]
    pub(crate) fn listed(&self) -> Vec<String> {
        let list = self.json(&["list"], "");
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        let entries = list["entries"].as_array().expect("entries").iter();
        entries
            .map(|entry| format!("{} {}", text(&entry["issuer"]), text(&entry["account"])))
            .collect()
    }

    /// Files of one kind in the vault's own folder of backups.
    pub(crate) fn backups(&self, kind: &str) -> Vec<PathBuf> {
        let Ok(files) = std::fs::read_dir(self.home().join("backups")) else {
            return Vec::new();
        };
        let mut found: Vec<PathBuf> = files
            .map(|file| file.expect("a file").path())
            .filter(|path| path.to_string_lossy().ends_with(&format!("-{kind}.zip")))
            .collect();
        found.sort();
        found
    }

    /// All that was printed so far.
    pub(crate) fn printed(&self) -> String {
        self.printed
            .lock()
            .expect("no panic while printing")
            .clone()
    }
}

impl Drop for Fob {
    /// Lets the run that this test is part of look for secrets in all that was printed.
    fn drop(&mut self) {
        let printed = self.printed.lock().map(|text| text.clone());
        if let (Some(file), Ok(printed)) = (std::env::var_os("DESKFOB_TEST_OUTPUT"), printed)
            && let Ok(mut file) = std::fs::File::options().append(true).open(file)
        {
            // One write, as other tests append at the same time.
            let _ = file.write_all(printed.as_bytes());
        }
    }
}

/// Lets the run that this test is part of look for this secret in all that it printed.
pub(crate) fn remember_secret(secret: &str) {
    if let Some(file) = std::env::var_os("DESKFOB_TEST_SECRETS") {
        let mut file = std::fs::File::options()
            .create(true)
            .append(true)
            .open(file)
            .expect("the list of secrets");
        for line in secret.lines().filter(|line| !line.starts_with("-----")) {
            writeln!(file, "{line}").expect("written");
        }
    }
}

fn feed(command: &mut Command, input: &[u8]) -> Output {
    let mut child = command.spawn().expect("the program starts");
    let mut stdin = child.stdin.take().expect("piped");
    let input = input.to_owned();
    let writer = std::thread::spawn(move || {
        // A program that refuses early does not read it all.
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("written");
    output
}

/// Runs a program of the system.
#[track_caller]
pub(crate) fn tool(program: &str, debian_package: &str, args: &[&str]) -> String {
    let output = Command::new(program)
        .args(args)
        .output()
        .unwrap_or_else(|error| {
            panic!("{program} cannot be run ({error}): install the Debian package {debian_package}")
        });
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} failed: {stderr}");
    String::from_utf8(output.stdout)
        .expect("text")
        .trim()
        .to_owned()
}

/// A picture of a QR code, made by another program.
pub(crate) fn qr_picture(path: &Path, text: &str) {
    tool(
        "qrencode",
        "qrencode",
        &["-o", path.to_str().expect("UTF-8"), text],
    );
}

/// The code of a key by another program.
pub(crate) fn oathtool(key: &str, at: u64) -> String {
    tool(
        "oathtool",
        "oathtool",
        &["--totp", "--base32", "--now", &format!("@{at}"), key],
    )
}

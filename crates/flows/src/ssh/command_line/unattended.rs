//! The command line's sign-in without a terminal.

use std::process::Stdio;
use std::time::Duration;

use deskfob_otp::printable;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::process::{Child, ChildStderr, ChildStdout, Command};
use url::{Host, Url};

use super::{CommandLine, CommandLineError};

/// Most bytes of what it says that are kept: the last ones.
const MAX_HEARD: usize = 16 * 1024;

/// How long what it said last is waited for once it has ended: a program that it started may hold the pipe open.
const LAST_WORDS: Duration = Duration::from_millis(300);

/// A `login -f` that runs without a terminal. It starts no browser but names an address of its own on loopback, which
/// leads to the platform. Dropping this ends it.
#[derive(Debug)]
pub struct UnattendedSignIn {
    name: &'static str,
    child: Child,
    pipes: Pipes,
    /// Whole lines of both pipes, as they came.
    heard: Vec<u8>,
    /// What each pipe said of the line that is not at its end yet: half a secret is not known as one, and half an address
    /// is another.
    begun: [Vec<u8>; 2],
}

#[derive(Debug)]
struct Pipes {
    out: Option<ChildStdout>,
    err: Option<ChildStderr>,
}

impl CommandLine {
    /// Starts its `login -f` without a terminal: it signs in anew, with MFA, and makes a certificate.
    ///
    /// # Errors
    /// [`CommandLineError::Start`].
    pub fn start_sign_in(&self) -> Result<UnattendedSignIn, CommandLineError> {
        let mut command = Command::new(&self.program);
        command
            .args(["login", "-f", "--browser", "0"])
            // Without a terminal it signs in nobody, unless it is told that somebody is there.
            .env("SHELL_INTERACTIVE", "1")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        // Of its own, so that it can be ended together with what it starts.
        #[cfg(unix)]
        command.process_group(0);
        let mut child = command.spawn().map_err(|source| CommandLineError::Start {
            name: self.name,
            source,
        })?;
        Ok(UnattendedSignIn {
            name: self.name,
            pipes: Pipes {
                out: child.stdout.take(),
                err: child.stderr.take(),
            },
            child,
            heard: Vec::new(),
            begun: [Vec::new(), Vec::new()],
        })
    }
}

impl UnattendedSignIn {
    /// Waits until it has said another line. The answer is all that it said so far, of which the last 16 KiB are kept:
    /// without secrets, and without what could act on a page. `None` when it says no more.
    pub async fn said(&mut self) -> Option<String> {
        loop {
            let more = tokio::select! {
                biased;
                more = self.pipes.more() => more,
                _ = self.child.wait() => {
                    let last = tokio::time::timeout(LAST_WORDS, self.pipes.more()).await;
                    last.ok().flatten()
                }
            };
            let (lines, over) = match more {
                Some((pipe, more)) => (self.lines_of(pipe, more), false),
                // It says no more, so that what it has begun is all there is of it.
                None => {
                    let mut begun = std::mem::take(&mut self.begun).to_vec();
                    begun.retain(|line| !line.is_empty());
                    (begun.join(&b'\n'), true)
                }
            };
            if !lines.is_empty() {
                self.heard.extend(lines);
                keep_last(&mut self.heard);
                return Some(shown(&String::from_utf8_lossy(&self.heard)));
            }
            if over {
                return None;
            }
        }
    }

    /// What has come to the end of its line with these bytes of a pipe.
    fn lines_of(&mut self, pipe: usize, more: Vec<u8>) -> Vec<u8> {
        let begun = &mut self.begun[pipe];
        begun.extend(more);
        let whole = begun.iter().rposition(|byte| *byte == b'\n');
        let lines = begun.drain(..whole.map_or(0, |end| end + 1)).collect();
        keep_last(begun);
        lines
    }

    /// Waits for its end.
    ///
    /// # Errors
    /// [`CommandLineError::Failed`] says how it gave up.
    pub async fn finish(mut self) -> Result<(), CommandLineError> {
        let name = self.name;
        let ended = self.child.wait().await;
        let status = ended.map_err(|source| CommandLineError::Start { name, source })?;
        if status.success() {
            Ok(())
        } else {
            Err(CommandLineError::Failed { name, status })
        }
    }

    /// The address on loopback that it waits at, once it has named it.
    pub fn address(&self) -> Option<Url> {
        address_in(&String::from_utf8_lossy(&self.heard))
    }
}

impl Drop for UnattendedSignIn {
    fn drop(&mut self) {
        // Known as long as its end was not seen, so that the number is no other program's.
        #[cfg(unix)]
        if let Some(group) = self
            .child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .and_then(rustix::process::Pid::from_raw)
        {
            // Ended by itself at this moment: nothing is left to end.
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::TERM);
        }
    }
}

impl Pipes {
    /// The next bytes of either, and of which; `None` when both have ended.
    async fn more(&mut self) -> Option<(usize, Vec<u8>)> {
        while self.out.is_some() || self.err.is_some() {
            let (mut out, mut err) = ([0; 1024], [0; 1024]);
            tokio::select! {
                read = next(&mut self.out, &mut out) => match read {
                    0 => self.out = None,
                    read => return Some((0, out[..read].to_vec())),
                },
                read = next(&mut self.err, &mut err) => match read {
                    0 => self.err = None,
                    read => return Some((1, err[..read].to_vec())),
                },
            }
        }
        None
    }
}

/// How many bytes came; 0 at the end. Of a pipe that has ended nothing comes any more.
async fn next(pipe: &mut Option<impl AsyncRead + Unpin>, buffer: &mut [u8]) -> usize {
    match pipe {
        // One that cannot be read has nothing more to say.
        Some(pipe) => pipe.read(buffer).await.unwrap_or(0),
        None => std::future::pending().await,
    }
}

/// Forgets all but the last of it.
fn keep_last(heard: &mut Vec<u8>) {
    let too_much = heard.len().saturating_sub(MAX_HEARD);
    heard.drain(..too_much);
}

fn address_in(text: &str) -> Option<Url> {
    text.split_whitespace()
        .filter(|word| word.starts_with("http://"))
        .filter_map(|word| Url::parse(word).ok())
        .find(|url| matches!(url.host(), Some(Host::Ipv4(host)) if host.is_loopback()))
}

fn shown(text: &str) -> String {
    let masked = deskfob_doctor::mask(text);
    let lines: Vec<_> = masked.lines().map(printable).collect();
    lines.join("\n").trim().to_owned()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::time::Instant;

    use super::*;

    /// A command line that does what `script` says, in a home of its own.
    fn command_line(home: &Path, script: &str) -> CommandLine {
        let bin = home.join("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::create_dir_all(home.join(".upsun-cli")).unwrap();
        let program = bin.join("upsun");
        // Written by another process: as long as one that this process starts meanwhile holds it open, it cannot be run.
        let text = home.join("script");
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        let copied = std::process::Command::new("cp")
            .arg(&text)
            .arg(&program)
            .status();
        assert!(copied.unwrap().success());
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        CommandLine::find(home, bin.as_os_str()).unwrap()
    }

    async fn all(sign_in: &mut UnattendedSignIn) -> String {
        let mut all = String::new();
        while let Some(said) = sign_in.said().await {
            all = said;
        }
        all
    }

    #[tokio::test]
    async fn what_it_says_is_told_as_it_comes_and_without_secrets() {
        let home = tempfile::tempdir().unwrap();
        let script = "echo \"$* $SHELL_INTERACTIVE $NO_COLOR\"\n\
            echo 'Please open the following URL in a browser and log in:' >&2\n\
            printf http://127.0.0.1:50 >&2; sleep 0.1; echo between; sleep 0.1; echo 03 >&2\n\
            while [ ! -e \"$0.go\" ]; do sleep 0.01; done\n\
            printf 'Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzd'; sleep 0.1; echo aside >&2; sleep 0.1\n\
            echo 'WIiOiJhZGEifQ.c2lnbmF0dXJlb2Z0aGF0'; printf last";
        let cli = command_line(home.path(), script);
        let mut sign_in = cli.start_sign_in().unwrap();
        let address = loop {
            sign_in.said().await.expect("it waits for the browser");
            if let Some(address) = sign_in.address() {
                break address;
            }
        };
        assert_eq!(address.as_str(), "http://127.0.0.1:5003/");
        fs::write(home.path().join("bin/upsun.go"), "").unwrap();
        let mut said = String::new();
        while let Some(more) = sign_in.said().await {
            assert!(!more.contains("eyJ"), "not for a moment: {more}");
            said = more;
        }
        assert!(said.contains("login -f --browser 0 1 1"), "{said}");
        assert!(said.contains("aside") && said.ends_with("last"), "{said}");
        assert!(said.contains("Authorization: Bearer"), "{said}");
        assert!(!said.contains("eyJ"), "{said}");
        sign_in.finish().await.unwrap();
    }

    #[tokio::test]
    async fn giving_up_is_an_error_that_says_how() {
        let home = tempfile::tempdir().unwrap();
        let cli = command_line(home.path(), "echo 'Please try again.' >&2; exit 7");
        let mut sign_in = cli.start_sign_in().unwrap();
        assert_eq!(all(&mut sign_in).await, "Please try again.");
        let error = sign_in.finish().await.unwrap_err();
        assert_eq!(error.code(), "command_line_failed");
        assert!(error.to_string().contains('7'), "{error}");
    }

    #[tokio::test]
    async fn a_program_that_it_leaves_behind_holds_nobody_up() {
        let home = tempfile::tempdir().unwrap();
        let cli = command_line(home.path(), "sleep 30 & echo done");
        let begun = Instant::now();
        let mut sign_in = cli.start_sign_in().unwrap();
        assert_eq!(all(&mut sign_in).await, "done");
        sign_in.finish().await.unwrap();
        assert!(begun.elapsed() < Duration::from_secs(10));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn dropped_it_ends_with_all_that_it_started() {
        let home = tempfile::tempdir().unwrap();
        let cli = command_line(home.path(), "sleep 300 & echo $!; wait");
        let mut sign_in = cli.start_sign_in().unwrap();
        let started = sign_in.said().await.unwrap();
        let state = format!("/proc/{started}/stat");
        // What has ended may be there until it is waited for.
        let runs = || fs::read_to_string(&state).is_ok_and(|state| !state.contains(") Z "));
        assert!(runs(), "{started}");
        drop(sign_in);
        let begun = Instant::now();
        while runs() {
            assert!(begun.elapsed() < Duration::from_secs(10), "still running");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    #[test]
    fn only_loopback_addresses_are_opened() {
        for (said, expected) in [
            ("open http://127.0.0.1:5000", Some("http://127.0.0.1:5000/")),
            (
                "see http://example.com/ and http://127.0.0.1:5001",
                Some("http://127.0.0.1:5001/"),
            ),
            ("see http://127.0.0.1.example.com:5000", None),
            ("see https://127.0.0.1:5000", None),
            ("nothing", None),
        ] {
            let address = address_in(said);
            assert_eq!(address.as_ref().map(Url::as_str), expected, "{said}");
        }
    }
}

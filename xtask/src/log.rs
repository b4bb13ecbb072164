//! Runs commands with their output both on the terminal and in one file.

use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::process;
use crate::say;
use crate::trouble::{Trouble, at};

/// How long to wait for the last output of a command that has ended. A daemon that it left behind may hold the
/// pipe open for ever.
const LAST_WORDS: Duration = Duration::from_secs(3);

/// A file that holds all that the commands of one run printed.
pub(crate) struct Log {
    path: PathBuf,
    file: File,
}

impl Log {
    /// An empty log at this path.
    pub(crate) fn create(path: PathBuf) -> Result<Self, Trouble> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).map_err(at(folder))?;
        }
        let file = File::create(&path).map_err(at(&path))?;
        Ok(Self { path, file })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// All that is in it from this position on, without terminal colours.
    pub(crate) fn text_from(&self, position: u64) -> Result<String, Trouble> {
        let bytes = std::fs::read(&self.path).map_err(at(&self.path))?;
        let start = usize::try_from(position)
            .unwrap_or(usize::MAX)
            .min(bytes.len());
        Ok(without_colours(&String::from_utf8_lossy(&bytes[start..])))
    }

    /// Where the next output goes.
    pub(crate) fn position(&self) -> Result<u64, Trouble> {
        Ok(self.file.metadata().map_err(at(&self.path))?.len())
    }

    /// Runs a command to its end, at most for `limit`, its output on the terminal and in the file.
    pub(crate) fn run(&mut self, command: Command, limit: Duration) -> Result<(), Trouble> {
        say::command(&process::line(&command));
        self.run_onto(std::io::stdout(), command, limit)
    }

    fn run_onto(
        &mut self,
        terminal: impl Write + Send + 'static,
        mut command: Command,
        limit: Duration,
    ) -> Result<(), Trouble> {
        let line = process::line(&command);
        writeln!(self.file, "$ {line}").map_err(at(&self.path))?;
        let (reader, writer) = std::io::pipe().map_err(at("(pipe)"))?;
        let error_writer = writer.try_clone().map_err(at("(pipe)"))?;
        command
            .stdin(Stdio::null())
            .stdout(writer)
            .stderr(error_writer);
        let group = own_group(&mut command);
        let mut child = command
            .spawn()
            .map_err(|error| process::not_started(&command, &error))?;
        // The command holds our writing ends of the pipe: the reader would wait for them.
        drop(command);

        let file = self.file.try_clone().map_err(at(&self.path))?;
        let (ended, end) = mpsc::channel();
        std::thread::spawn(move || {
            copy(reader, terminal, file);
            // The receiver is gone when the wait for the last words was over first.
            let _ = ended.send(());
        });
        let status = wait(&mut child, limit).map_err(at("(child)"))?;
        let Some(status) = status else {
            stop(&mut child, group);
            return Err(Trouble::TooLong {
                command: line,
                limit,
            });
        };
        let _ = end.recv_timeout(LAST_WORDS);
        if status.success() {
            Ok(())
        } else {
            Err(Trouble::Failed {
                command: line,
                code: status.code(),
            })
        }
    }
}

/// Copies as it comes, so that progress is seen while it happens.
fn copy(mut reader: impl Read, mut terminal: impl Write, mut file: File) {
    let mut buffer = [0; 16 * 1024];
    while let Ok(length @ 1..) = reader.read(&mut buffer) {
        // Losing the terminal must not end the tests, and the file is checked by its reader.
        let _ = terminal
            .write_all(&buffer[..length])
            .and_then(|()| terminal.flush());
        let _ = file.write_all(&buffer[..length]);
    }
}

/// The exit status, or nothing when the time is over.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let end = Instant::now() + limit;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= end {
            return Ok(None);
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Puts the command into a process group of its own, so that all it starts can be stopped with it. Not on a
/// terminal: there Ctrl+C has to reach it.
fn own_group(command: &mut Command) -> bool {
    let group = cfg!(unix) && !std::io::stdin().is_terminal();
    #[cfg(unix)]
    if group {
        use std::os::unix::process::CommandExt;
        command.process_group(0);
    }
    group
}

fn stop(child: &mut Child, group: bool) {
    if group {
        let mut kill = process::command("kill");
        kill.args(["-KILL", "--", &format!("-{}", child.id())]);
        let _ = kill.status();
    }
    // Both fail only when it has ended meanwhile.
    let _ = child.kill();
    let _ = child.wait();
}

/// Text without the escape sequences that colour it.
fn without_colours(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        if c != '\x1b' {
            plain.push(c);
        } else if rest.clone().next() == Some('[') {
            rest.by_ref().skip(1).find(|c| ('@'..='~').contains(c));
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn log(name: &str) -> Log {
        Log::create(std::env::temp_dir().join(format!("xtask-log-{name}-{}", std::process::id())))
            .unwrap()
    }

    fn shell(script: &str) -> Command {
        let mut shell = process::command("sh");
        shell.args(["-c", script]);
        shell
    }

    #[test]
    #[cfg(unix)]
    fn both_streams_are_kept_in_order() {
        let mut log = log("order");
        log.run_onto(
            std::io::sink(),
            shell("echo one; echo two >&2; printf '\\033[1;31mred\\033[0m\\n'"),
            Duration::from_secs(20),
        )
        .unwrap();
        let text = log.text_from(0).unwrap();
        assert!(text.ends_with("\none\ntwo\nred\n"), "{text:?}");
        std::fs::remove_file(log.path()).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_failure_tells_its_command_and_code() {
        let mut log = log("failure");
        let trouble = log
            .run_onto(std::io::sink(), shell("exit 7"), Duration::from_secs(20))
            .unwrap_err();
        assert!(
            matches!(&trouble, Trouble::Failed { command, code: Some(7) } if command == "sh -c 'exit 7'")
        );
        std::fs::remove_file(log.path()).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_command_that_hangs_is_stopped() {
        let mut log = log("hang");
        let start = Instant::now();
        let trouble = log
            .run_onto(
                std::io::sink(),
                shell("sleep 60"),
                Duration::from_millis(200),
            )
            .unwrap_err();
        assert!(matches!(trouble, Trouble::TooLong { .. }));
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "the limit was not kept"
        );
        std::fs::remove_file(log.path()).unwrap();
    }

    #[test]
    #[cfg(unix)]
    fn a_daemon_left_behind_does_not_hold_the_run() {
        let mut log = log("daemon");
        let start = Instant::now();
        log.run_onto(
            std::io::sink(),
            shell("sleep 30 & echo started"),
            Duration::from_secs(60),
        )
        .unwrap();
        assert!(
            start.elapsed() < Duration::from_secs(25),
            "waited for the daemon"
        );
        std::fs::remove_file(log.path()).unwrap();
    }
}

//! Which programs have the vault open, as far as the system tells.

use std::path::Path;

use serde::Serialize;

/// A running program.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Program {
    pub(super) pid: u32,
    /// Null when the system does not tell.
    pub(super) name: Option<String>,
}

/// Locked by every program that has the vault open: see docs/vault-format.md.
#[cfg(target_os = "linux")]
const IN_USE: &str = "vault.in-use";

/// The programs that hold the lock on the file in `folder`; none when the system does not tell.
#[cfg(target_os = "linux")]
pub(super) fn that_have_open(folder: &Path) -> Vec<Program> {
    use std::os::unix::fs::MetadataExt;

    let Ok(file) = std::fs::metadata(folder.join(IN_USE)) else {
        return Vec::new();
    };
    let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let mut pids: Vec<u32> = locks
        .lines()
        .filter_map(|line| holder(line, file.ino()))
        .collect();
    pids.sort_unstable();
    pids.dedup();
    pids.into_iter()
        .map(|pid| Program {
            pid,
            name: std::fs::read_to_string(format!("/proc/{pid}/comm"))
                .ok()
                .map(|name| name.trim().to_owned()),
        })
        .collect()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn that_have_open(_folder: &Path) -> Vec<Program> {
    Vec::new()
}

/// The process of a line such as `1: FLOCK  ADVISORY  READ 4711 08:01:9874 0 EOF`, when its lock is on this
/// inode and held, not waited for. The device is left out: some file systems tell another one there.
#[cfg(target_os = "linux")]
fn holder(line: &str, inode: u64) -> Option<u32> {
    let mut words = line.split_whitespace().skip(1);
    let (kind, _, _, pid, file) = (
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
        words.next()?,
    );
    let of_file = file.rsplit(':').next()?.parse::<u64>().ok()?;
    if kind != "FLOCK" || of_file != inode {
        return None;
    }
    pid.parse().ok().filter(|pid| *pid > 0)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn a_line_tells_who_holds_the_lock() {
        let cases = [
            ("1: FLOCK  ADVISORY  READ 4711 08:01:9874 0 EOF", Some(4711)),
            ("1: FLOCK  ADVISORY  READ 4711 08:01:9875 0 EOF", None),
            ("1: POSIX  ADVISORY  READ 4711 08:01:9874 0 EOF", None),
            ("1: -> FLOCK  ADVISORY  WRITE 12 08:01:9874 0 EOF", None),
            ("1: FLOCK  ADVISORY  READ -1 08:01:9874 0 EOF", None),
            ("", None),
        ];
        for (line, expected) in cases {
            assert_eq!(holder(line, 9874), expected, "{line}");
        }
    }

    #[test]
    fn this_program_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let file = std::fs::File::create(folder.path().join(IN_USE)).unwrap();
        assert_eq!(that_have_open(folder.path()), []);
        file.lock_shared().unwrap();
        let pids: Vec<u32> = that_have_open(folder.path())
            .iter()
            .map(|program| program.pid)
            .collect();
        assert_eq!(pids, [std::process::id()]);
    }
}

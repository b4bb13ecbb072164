//! Private folders inside the vault's for work on copies of it. They hold nothing that is not encrypted.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::durable;
use crate::home::{Home, make_private};

/// Holds all of them.
pub(crate) const FOLDER: &str = "vault.scratch";
/// Held while one is made or old ones are removed.
const MAKING: &str = "lock";
/// Held in each one as long as somebody works in it.
const IN_USE: &str = "in-use";

/// A folder of its own, removed when dropped, or at the next opening after a crash.
pub(super) struct Scratch {
    path: PathBuf,
    in_use: Option<File>,
}

impl Scratch {
    /// Blocks.
    pub(super) fn make(home: &Home) -> io::Result<Self> {
        let all = home.file(FOLDER);
        make_private(&all)?;
        let _making = hold(&all)?;
        let path = all.join(Uuid::new_v4().to_string());
        make_private(&path)?;
        let in_use = durable::create_private(&path.join(IN_USE))?;
        in_use.lock()?;
        Ok(Self {
            path,
            in_use: Some(in_use),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Another folder in it.
    pub(super) fn folder(&self, name: &str) -> io::Result<PathBuf> {
        let folder = self.path.join(name);
        make_private(&folder)?;
        Ok(folder)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // Some systems remove no file that is open.
        drop(self.in_use.take());
        if let Err(error) = std::fs::remove_dir_all(&self.path) {
            // The next opening removes it.
            tracing::warn!(%error, "a scratch folder was not removed");
        }
    }
}

/// Removes those that a crash left behind. Blocks, shortly.
pub(crate) fn sweep(home: &Home) -> io::Result<()> {
    let all = home.file(FOLDER);
    if !all.exists() {
        return Ok(());
    }
    let _making = hold(&all)?;
    for folder in std::fs::read_dir(&all)? {
        let path = folder?.path();
        if !path.is_dir() {
            continue;
        }
        let in_use = durable::open_private(&path.join(IN_USE))?;
        if in_use.try_lock().is_ok() {
            drop(in_use);
            std::fs::remove_dir_all(&path)?;
        }
    }
    Ok(())
}

fn hold(all: &Path) -> io::Result<File> {
    let making = durable::open_private(&all.join(MAKING))?;
    making.lock()?;
    Ok(making)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_crash_left_is_removed_and_what_is_in_use_stays() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        sweep(&home).unwrap();
        let used = Scratch::make(&home).unwrap();
        std::fs::write(used.path().join("copy"), b"x").unwrap();
        let left = home.file(FOLDER).join("left by a crash");
        std::fs::create_dir(&left).unwrap();
        std::fs::write(left.join("copy"), b"x").unwrap();
        sweep(&home).unwrap();
        assert!(!left.exists(), "nobody uses it");
        assert!(used.path().join("copy").exists(), "somebody does");
        let path = used.path().to_owned();
        drop(used);
        assert!(!path.exists(), "removed when dropped");
    }
}

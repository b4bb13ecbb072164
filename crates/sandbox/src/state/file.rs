//! The state folder: `sandbox.json`, `lock` and `address`.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use url::Url;

use super::Data;
use crate::error::StartError;

/// Largest state file read.
const MOST_BYTES: u64 = 256 << 20;

fn state_error(path: &Path) -> impl Fn(io::Error) -> StartError {
    let path = path.to_owned();
    move |source| StartError::State {
        path: path.clone(),
        source,
    }
}

/// Makes the state folder, for its owner only.
pub(crate) fn make_folder(folder: &Path) -> Result<(), StartError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(state_error(folder))
}

/// Replaces a file so that a reader, or a crash, sees the old or the new content and nothing else.
fn replace(path: &Path, content: &[u8]) -> io::Result<()> {
    let temporary = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    fs::rename(&temporary, path)?;
    // Only Unix can make the rename itself durable.
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// `sandbox.json`.
pub(crate) struct StateFile {
    path: PathBuf,
    /// Number of the last change written: a slow older write must not replace a newer one.
    written: Mutex<u64>,
}

impl StateFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self {
            path: folder.join("sandbox.json"),
            written: Mutex::new(0),
        }
    }

    /// The state, or `None` where there is none yet. Never repairs: an unreadable file is left alone.
    pub(crate) fn load(&self) -> Result<Option<Data>, StartError> {
        let unreadable = |reason: String| StartError::StateUnreadable {
            path: self.path.clone(),
            reason,
        };
        match fs::metadata(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(state_error(&self.path)(error)),
            Ok(about) if about.len() > MOST_BYTES => return Err(unreadable("too large".into())),
            Ok(_) => {}
        }
        let bytes = fs::read(&self.path).map_err(state_error(&self.path))?;
        // Line and column only: the message of a parser may quote content.
        let data: Data = serde_json::from_slice(&bytes).map_err(|error| {
            unreadable(format!(
                "stopped at line {} column {}",
                error.line(),
                error.column()
            ))
        })?;
        if !data.readable() {
            return Err(unreadable(format!("layout {} is not known", data.layout)));
        }
        Ok(Some(data))
    }

    /// Writes change number `change`, unless a later one is already there.
    pub(crate) fn write(&self, change: u64, content: &[u8]) -> io::Result<()> {
        let mut written = self.written.lock().unwrap_or_else(PoisonError::into_inner);
        if change < *written {
            return Ok(());
        }
        replace(&self.path, content)?;
        *written = change;
        Ok(())
    }
}

/// `lock`: held by the one process that serves this state. The system frees it when that ends.
pub(crate) struct StateLock(#[expect(dead_code, reason = "held for its lock")] File);

impl StateLock {
    /// The lock, or `None` if another process has it.
    pub(crate) fn take(folder: &Path) -> Result<Option<Self>, StartError> {
        let path = folder.join("lock");
        let mut options = OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(&path).map_err(state_error(&path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Self(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(source)) => Err(StartError::State { path, source }),
        }
    }
}

/// `address`: where the process with the lock serves.
pub(crate) struct AddressFile(PathBuf);

impl AddressFile {
    pub(crate) fn in_folder(folder: &Path) -> Self {
        Self(folder.join("address"))
    }

    pub(crate) fn read(&self) -> Option<Url> {
        fs::read_to_string(&self.0).ok()?.trim().parse().ok()
    }

    pub(crate) fn write(&self, url: &Url) -> Result<(), StartError> {
        replace(&self.0, format!("{url}\n").as_bytes()).map_err(state_error(&self.0))
    }

    /// Takes the address away, so that nobody attaches to what is not there.
    pub(crate) fn clear(&self) {
        // A file that is already gone is what was wanted; one that stays is found dead on connecting.
        let _ = fs::remove_file(&self.0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::Config, world::World};

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn state_is_private_and_comes_back() {
        let folder = folder();
        let file = StateFile::in_folder(folder.path());
        assert!(file.load().unwrap().is_none(), "nothing yet");
        let data = Data::new(&Config::default(), &World::new(1, 3), 0).unwrap();
        file.write(1, &serde_json::to_vec(&data).unwrap()).unwrap();
        let back = file.load().unwrap().unwrap();
        assert_eq!((back.seed, back.factors.len()), (1, 1));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(folder.path().join("sandbox.json"))
                .unwrap()
                .permissions()
                .mode();
            assert_eq!(mode & 0o777, 0o600, "for its owner only");
        }
        let files: Vec<_> = fs::read_dir(folder.path())
            .unwrap()
            .map(|e| e.unwrap().file_name())
            .collect();
        assert_eq!(files, ["sandbox.json"], "no temporary file is left");
    }

    #[test]
    fn an_older_change_never_replaces_a_newer_one() {
        let folder = folder();
        let file = StateFile::in_folder(folder.path());
        file.write(2, b"newer").unwrap();
        file.write(1, b"older").unwrap();
        assert_eq!(
            fs::read(folder.path().join("sandbox.json")).unwrap(),
            b"newer"
        );
    }

    #[test]
    fn an_unreadable_state_is_refused_and_kept() {
        let cases = [
            ("cut off", "{\"layout\":1"),
            ("another layout", "{\"layout\":99}"),
            ("empty", ""),
        ];
        for (name, content) in cases {
            let folder = folder();
            let path = folder.path().join("sandbox.json");
            fs::write(&path, content).unwrap();
            let error = StateFile::in_folder(folder.path()).load().err();
            assert_eq!(
                error.map(|e| e.code()),
                Some("sandbox_state_unreadable"),
                "{name}"
            );
            assert_eq!(
                fs::read_to_string(&path).unwrap(),
                content,
                "{name}: left as it was"
            );
        }
    }
}

//! A file that gets its name when it is whole (`O_TMPFILE`, open(2)), so that a crash leaves nothing of it.

use std::fs::File;
use std::io;
use std::path::Path;

/// An empty file without a name, mode 0600; `None` where the system or the file system has none.
#[cfg(target_os = "linux")]
pub(super) fn create(folder: &Path) -> io::Result<Option<File>> {
    use rustix::fs::{Mode, OFlags, open};
    use rustix::io::Errno;

    let flags = OFlags::TMPFILE | OFlags::WRONLY | OFlags::CLOEXEC;
    match open(folder, flags, Mode::RUSR | Mode::WUSR) {
        Ok(file) => Ok(Some(file.into())),
        // A file system without it, or a kernel that takes the folder for what is to be opened.
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Gives the file its name.
///
/// # Errors
/// [`io::ErrorKind::AlreadyExists`] unless `replace`.
#[cfg(target_os = "linux")]
pub(super) fn name(file: &File, path: &Path, folder: &Path, replace: bool) -> io::Result<()> {
    use std::os::fd::AsRawFd;

    use rustix::fs::{AtFlags, CWD, linkat};

    let unnamed = format!("/proc/self/fd/{}", file.as_raw_fd());
    let link = |to: &Path| {
        linkat(CWD, &unnamed, CWD, to, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
    };
    match link(path) {
        // A link takes no other's place: another name does.
        Err(error) if replace && error.kind() == io::ErrorKind::AlreadyExists => {
            let whole = tempfile::Builder::new()
                .prefix(".deskfob-")
                .suffix(".tmp")
                .make_in(folder, |path| link(path))?;
            whole
                .persist(path)
                .map(|_| ())
                .map_err(|refused| refused.error)
        }
        named => named,
    }
}

#[cfg(not(target_os = "linux"))]
pub(super) fn create(_folder: &Path) -> io::Result<Option<File>> {
    Ok(None)
}

#[cfg(not(target_os = "linux"))]
pub(super) fn name(_file: &File, _path: &Path, _folder: &Path, _replace: bool) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

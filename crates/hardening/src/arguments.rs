//! Arguments that hold a secret: the system hands links over in them, and every program may read them.

use std::ffi::OsStr;
use std::io;

/// This process's arguments as other programs see them.
///
/// To be taken before [`harden`](crate::harden), which closes the way to them for this process too, and to be
/// used when the last library has read them.
#[derive(Debug)]
pub struct Arguments {
    #[cfg(target_os = "linux")]
    memory: std::fs::File,
}

impl Arguments {
    /// The arguments that this process was started with. `None` where they cannot be changed.
    pub fn here() -> Option<Self> {
        #[cfg(target_os = "linux")]
        return std::fs::OpenOptions::new()
            .write(true)
            .open("/proc/self/mem")
            .ok()
            .map(|memory| Self { memory });
        #[cfg(not(target_os = "linux"))]
        None
    }

    /// Overwrites those that `is_secret` says, also for this process: they are empty from now on.
    ///
    /// # Errors
    /// When the system does not let it, or does not say where they are.
    pub fn forget(self, is_secret: impl Fn(&OsStr) -> bool) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        return self.overwrite(is_secret);
        #[cfg(not(target_os = "linux"))]
        {
            let _ = is_secret;
            Ok(())
        }
    }

    #[cfg(target_os = "linux")]
    fn overwrite(self, is_secret: impl Fn(&OsStr) -> bool) -> io::Result<()> {
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::FileExt;

        let start = argument_start()?;
        let line = std::fs::read("/proc/self/cmdline")?;
        let mut at = start;
        for argument in line.split_inclusive(|byte| *byte == 0) {
            let text = argument.strip_suffix(&[0]).unwrap_or(argument);
            if is_secret(OsStr::from_bytes(text)) {
                // Where the kernel itself reads them; nothing else lies in that range.
                self.memory.write_all_at(&vec![0; text.len()], at)?;
            }
            at += argument.len() as u64;
        }
        Ok(())
    }
}

/// Where the arguments begin in memory: field 48 of proc_pid_stat(5).
#[cfg(target_os = "linux")]
fn argument_start() -> io::Result<u64> {
    let stat = std::fs::read_to_string("/proc/self/stat")?;
    // The second field is the program's name in brackets, which may hold anything.
    let after_name = stat.rsplit_once(')').map(|(_, rest)| rest);
    after_name
        .and_then(|rest| rest.split_whitespace().nth(48 - 3))
        .and_then(|field| field.parse().ok())
        .filter(|start| *start != 0)
        .ok_or_else(|| io::Error::other("the system does not say where the arguments are"))
}

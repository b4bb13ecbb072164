//! Settings that libraries read before `main` runs.
#![allow(
    unsafe_code,
    reason = "changing the environment: says what it relies on"
)]

#[cfg(all(unix, not(target_os = "macos")))]
use std::ffi::OsString;

/// A setting that a library takes from the environment while it is being loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Setting {
    /// WebKit allocates through the system's allocator instead of its own, which keeps what it frees.
    WebKitSystemMalloc,
    /// GLib allocates its small pieces through the system's allocator.
    GlibSystemMalloc,
    /// The GNU C library gives the stacks of threads that ended back to the system instead of keeping them.
    NoStackCache,
}

#[cfg(all(unix, not(target_os = "macos")))]
impl Setting {
    fn variable(self) -> &'static str {
        match self {
            Self::WebKitSystemMalloc => "Malloc",
            Self::GlibSystemMalloc => "G_SLICE",
            Self::NoStackCache => "GLIBC_TUNABLES",
        }
    }

    fn value(self) -> &'static str {
        match self {
            Self::WebKitSystemMalloc => "1",
            Self::GlibSystemMalloc => "always-malloc",
            Self::NoStackCache => "glibc.pthread.stack_cache_size=0",
        }
    }
}

/// Starts this program anew, as the same process, with `settings` in its environment, and takes them out of it
/// there, so that programs started from this one do not get them. Call it first thing in `main`, before any thread
/// is started.
///
/// Does nothing where no library has such a setting, and the program goes on without them when it can't be started
/// anew.
pub fn restart_with_settings(settings: &[Setting]) {
    #[cfg(all(unix, not(target_os = "macos")))]
    restart(settings);
    #[cfg(not(all(unix, not(target_os = "macos"))))]
    let _ = settings;
}

/// Keeps the values that were there before; its presence says that the program was started anew.
#[cfg(all(unix, not(target_os = "macos")))]
const BEFORE: &str = "DESKFOB_RESTARTED";

#[cfg(all(unix, not(target_os = "macos")))]
fn restart(settings: &[Setting]) {
    use std::os::unix::process::CommandExt;

    if std::env::var_os(BEFORE).is_some() {
        // SAFETY: `main` has only just begun and, by this function's contract, no thread of the program runs; the
        // libraries' own that may have begun while loading do not read the environment.
        unsafe {
            for setting in settings {
                restore(setting.variable());
            }
            std::env::remove_var(BEFORE);
        }
        return;
    }
    let Ok(program) = std::env::current_exe() else {
        return;
    };
    let mut arguments = std::env::args_os();
    let name = arguments.next().unwrap_or_default();
    let mut again = std::process::Command::new(program);
    again.arg0(name).args(arguments).env(BEFORE, "1");
    for setting in settings {
        let variable = setting.variable();
        if let Some(before) = std::env::var_os(variable) {
            again.env(kept(variable), before);
        }
        again.env(variable, setting.value());
    }
    // Returns only when it failed: the program's file is gone, or starting programs is forbidden.
    let _failed = again.exec();
}

#[cfg(all(unix, not(target_os = "macos")))]
fn kept(variable: &str) -> OsString {
    format!("{BEFORE}_{variable}").into()
}

/// Gives `variable` the value that it had, or none.
///
/// # Safety
/// No other thread reads or writes the environment.
#[cfg(all(unix, not(target_os = "macos")))]
unsafe fn restore(variable: &str) {
    let kept = kept(variable);
    // SAFETY: the caller's promise.
    unsafe {
        match std::env::var_os(&kept) {
            Some(before) => std::env::set_var(variable, before),
            None => std::env::remove_var(variable),
        }
        std::env::remove_var(&kept);
    }
}

//! What keeps other programs out of this process's memory, and secrets out of memory that is no longer used.
//!
//! A program that links this crate wipes all memory that it frees: `allocator.rs` says how on each system.
//! It calls [`restart_with_settings`] and [`harden`] first thing in `main`.
//!
//! | | Linux | macOS | Windows |
//! | --- | --- | --- | --- |
//! | freed memory is wiped | every library of the process | Rust's own | Rust's own |
//! | core dump | none | none | not covered: error reporting is the system's |
//! | memory read by a program of the same user | refused | left to a signed app's hardened runtime | not covered |
//! | files made | for the owner only | for the owner only | the folder's rights |

// Unsafe code is allowed in `allocator.rs` and `environment.rs` only.
mod allocator;
mod arguments;
mod environment;
mod panics;
mod stack;

#[cfg(unix)]
use std::io;

pub use arguments::Arguments;
pub use environment::{Setting, restart_with_settings};
pub use stack::wipe_unused_stack;

/// Leaves a debug build open to a test that looks through its memory; a release build does not know it.
#[cfg(all(target_os = "linux", debug_assertions))]
const INSPECTABLE: &str = "DESKFOB_INSPECTABLE";

/// A protection that the system did not grant.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HardeningError {
    /// A crash may write the process's memory to disk.
    #[cfg(unix)]
    #[error("core dumps cannot be turned off: {0}")]
    CoreDumps(#[source] io::Error),
    /// Programs of the same user may read the process's memory.
    #[cfg(target_os = "linux")]
    #[error("other programs cannot be kept from reading this one's memory: {0}")]
    Dumpable(#[source] io::Error),
    /// Freed memory keeps what it held.
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    #[error("freed memory is not wiped: the system's allocator is not reached")]
    Allocator,
}

/// Hardens this process: no core dump, no reading of its memory by other programs of the same user, new files for
/// their owner only, and no panic message that could quote a secret. Call it before any secret is read.
///
/// # Errors
/// [`HardeningError`] names the first protection that is missing; the others are in place.
pub fn harden() -> Result<(), HardeningError> {
    panics::tell_only_where();
    #[cfg(unix)]
    {
        rustix::process::umask(rustix::fs::Mode::RWXG | rustix::fs::Mode::RWXO);
        let core_dumps = no_core_dumps();
        #[cfg(target_os = "linux")]
        let unreadable = keep_out();
        core_dumps?;
        #[cfg(target_os = "linux")]
        unreadable?;
    }
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    if !allocator::is_in_place() {
        return Err(HardeningError::Allocator);
    }
    Ok(())
}

#[cfg(unix)]
fn no_core_dumps() -> Result<(), HardeningError> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let none = Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    setrlimit(Resource::Core, none).map_err(|error| HardeningError::CoreDumps(error.into()))
}

/// No ptrace, no `/proc/PID/mem` for others, and no core dump to a program that collects them either.
#[cfg(target_os = "linux")]
fn keep_out() -> Result<(), HardeningError> {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    #[cfg(debug_assertions)]
    if std::env::var_os(INSPECTABLE).is_some() {
        return Ok(());
    }
    set_dumpable_behavior(DumpableBehavior::NotDumpable)
        .map_err(|error| HardeningError::Dumpable(error.into()))
}

//! macOS: the workspace tells of sleep and of another user's turn, and what locks the screen tells everybody.
#![allow(unsafe_code, reason = "the system's functions are Objective-C")]

use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use block2::RcBlock;
use objc2_app_kit::{
    NSWorkspace, NSWorkspaceSessionDidResignActiveNotification, NSWorkspaceWillSleepNotification,
};
use objc2_foundation::{
    NSDistributedNotificationCenter, NSNotification, NSNotificationCenter, NSString, ns_string,
};

use super::Notice;

/// Calls `told` for each notice, until the program ends. It is called on the main thread, which closing the vault may
/// need: what it returns is not waited for.
pub(super) fn listen(told: impl Fn(Notice) -> Receiver<()> + Send + Sync + 'static) {
    let told = Arc::new(told);
    let workspace = NSWorkspace::sharedWorkspace().notificationCenter();
    let everybody = NSDistributedNotificationCenter::defaultCenter();
    // SAFETY: AppKit's constants are there before the program's own code runs.
    let (sleeps, leaves) = unsafe {
        (
            NSWorkspaceWillSleepNotification,
            NSWorkspaceSessionDidResignActiveNotification,
        )
    };
    let locks = ns_string!("com.apple.screenIsLocked");
    observe(&workspace, sleeps, Notice::Sleeping, &told);
    observe(&workspace, leaves, Notice::ScreenLocked, &told);
    observe(&everybody, locks, Notice::ScreenLocked, &told);
}

fn observe(
    center: &NSNotificationCenter,
    name: &NSString,
    notice: Notice,
    told: &Arc<impl Fn(Notice) -> Receiver<()> + Send + Sync + 'static>,
) {
    let told = Arc::clone(told);
    let block = RcBlock::new(move |_: NonNull<NSNotification>| drop(told(notice)));
    // SAFETY: the block may be called on any thread, as all that it holds is Send and Sync.
    let observer = unsafe {
        center.addObserverForName_object_queue_usingBlock(Some(name), None, None, &block)
    };
    // The center lets go of one that is dropped.
    std::mem::forget(observer);
}

//! Windows: the power manager calls back before the machine sleeps and waits for the answer; the session manager posts to
//! a window, so there is one that nobody sees.
#![allow(unsafe_code, reason = "the system's functions are C")]

use std::ffi::c_void;
use std::io;
use std::ptr::{null, null_mut};
use std::sync::OnceLock;
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use windows_sys::Win32::Foundation::{ERROR_SUCCESS, HWND, LPARAM, LRESULT, WPARAM};
use windows_sys::Win32::System::LibraryLoader::GetModuleHandleW;
use windows_sys::Win32::System::Power::{
    DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS, PowerRegisterSuspendResumeNotification,
};
use windows_sys::Win32::System::RemoteDesktop::{
    NOTIFY_FOR_THIS_SESSION, WTSRegisterSessionNotification,
};
use windows_sys::Win32::UI::WindowsAndMessaging::{
    CreateWindowExW, DEVICE_NOTIFY_CALLBACK, DefWindowProcW, DispatchMessageW, GetMessageW,
    HWND_MESSAGE, MSG, PBT_APMSUSPEND, RegisterClassW, WM_WTSSESSION_CHANGE, WNDCLASSW,
    WTS_SESSION_LOCK,
};
use windows_sys::core::w;

use super::Notice;

/// Windows gives a program about two seconds.
const BEFORE_SLEEP: Duration = Duration::from_millis(1500);

type Told = Box<dyn Fn(Notice) -> Receiver<()> + Send + Sync>;

/// C's callbacks may come until the program ends.
static TOLD: OnceLock<Told> = OnceLock::new();

/// Calls `told` for each notice, until the program ends. What it returns is sent to when the notice is dealt with.
pub(super) fn listen(
    told: impl Fn(Notice) -> Receiver<()> + Send + Sync + 'static,
) -> io::Result<()> {
    if TOLD.set(Box::new(told)).is_err() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    listen_for_sleep()?;
    let (send, opened) = channel();
    std::thread::Builder::new()
        .name("session notices".into())
        .spawn(move || {
            let window = open_window();
            let is_open = window.is_ok();
            // The receiver waits for it.
            let _ = send.send(window);
            if is_open {
                deliver();
            }
        })?;
    opened
        .recv()
        .unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
}

fn listen_for_sleep() -> io::Result<()> {
    // Lives as long as the registration, which is never taken back.
    let recipient: *const _ = Box::leak(Box::new(DEVICE_NOTIFY_SUBSCRIBE_PARAMETERS {
        Callback: Some(power_changes),
        Context: null_mut(),
    }));
    let mut registration = null_mut();
    // SAFETY: the recipient is never freed, and the registration is written to this variable.
    let code = unsafe {
        PowerRegisterSuspendResumeNotification(
            DEVICE_NOTIFY_CALLBACK,
            recipient.cast_mut().cast(),
            &mut registration,
        )
    };
    if code == ERROR_SUCCESS {
        Ok(())
    } else {
        Err(io::Error::from_raw_os_error(code.cast_signed()))
    }
}

unsafe extern "system" fn power_changes(
    _context: *const c_void,
    change: u32,
    _setting: *const c_void,
) -> u32 {
    if change == PBT_APMSUSPEND
        && let Some(told) = TOLD.get()
    {
        // The machine sleeps when this returns. Too late is no reason to keep it awake.
        let _ = told(Notice::Sleeping).recv_timeout(BEFORE_SLEEP);
    }
    ERROR_SUCCESS
}

/// A window for messages only, which hears of this session.
fn open_window() -> io::Result<()> {
    const CLASS: windows_sys::core::PCWSTR = w!("DeskfobSessionNotices");
    // SAFETY: all that is pointed to is static or lives until the call returns; the class's function is one of this program.
    let window = unsafe {
        let instance = GetModuleHandleW(null());
        let class = WNDCLASSW {
            lpfnWndProc: Some(session_changes),
            hInstance: instance,
            lpszClassName: CLASS,
            ..WNDCLASSW::default()
        };
        if RegisterClassW(&class) == 0 {
            return Err(io::Error::last_os_error());
        }
        CreateWindowExW(
            0,
            CLASS,
            null(),
            0,
            0,
            0,
            0,
            0,
            HWND_MESSAGE,
            null_mut(),
            instance,
            null(),
        )
    };
    // SAFETY: the window was just made by this thread.
    if window.is_null()
        || unsafe { WTSRegisterSessionNotification(window, NOTIFY_FOR_THIS_SESSION) } == 0
    {
        return Err(io::Error::last_os_error());
    }
    Ok(())
}

unsafe extern "system" fn session_changes(
    window: HWND,
    message: u32,
    what: WPARAM,
    more: LPARAM,
) -> LRESULT {
    if message == WM_WTSSESSION_CHANGE
        && u32::try_from(what) == Ok(WTS_SESSION_LOCK)
        && let Some(told) = TOLD.get()
    {
        drop(told(Notice::ScreenLocked));
    }
    // SAFETY: the arguments are the system's own.
    unsafe { DefWindowProcW(window, message, what, more) }
}

/// Hands the window's messages on, until the program ends.
fn deliver() {
    let mut message = MSG::default();
    // SAFETY: the message is this function's own. 0 is the end, -1 an error.
    unsafe {
        while GetMessageW(&mut message, null_mut(), 0, 0) > 0 {
            DispatchMessageW(&message);
        }
    }
}

//! Deskfob's own window: out of the way of the screen, and all over it.
//!
//! Both are undone when the value is dropped, however what was meant to happen meanwhile ends.

use deskfob_capture::screen::{ScreenError, wait_until_gone};
use tauri::{AppHandle, Manager, PhysicalPosition, Runtime, WebviewWindow};

use crate::window::MAIN_WINDOW;

/// The window is not on the screen.
pub(crate) struct Hidden<R: Runtime> {
    window: Option<WebviewWindow<R>>,
    /// Where it was, for a window manager that would place it anew.
    position: Option<PhysicalPosition<i32>>,
}

impl<R: Runtime> Hidden<R> {
    /// Hides the window, and waits until it is in no picture of the screen. Blocks.
    ///
    /// # Errors
    /// [`ScreenError::WindowStays`] when it does not go; it is left as it was.
    pub(crate) fn from_screen(app: &AppHandle<R>) -> Result<Self, ScreenError> {
        let window = app
            .get_webview_window(MAIN_WINDOW)
            .filter(|window| window.is_visible().unwrap_or(false));
        let hidden = Self {
            position: window
                .as_ref()
                .and_then(|window| window.outer_position().ok()),
            window,
        };
        if let Some(window) = &hidden.window {
            let number = x11_window(window);
            window.hide().map_err(|_| ScreenError::WindowStays)?;
            // The answer comes after what was asked before it was done.
            if window.is_visible().unwrap_or(true) {
                return Err(ScreenError::WindowStays);
            }
            wait_until_gone(number)?;
        }
        Ok(hidden)
    }

    /// The window comes back and fills the screen.
    pub(crate) fn fill_screen(mut self) -> Filling<R> {
        // Its place is of no use then, and the window manager knows it afterwards.
        self.position = None;
        let filling = Filling {
            window: self.window.clone(),
        };
        set_full_screen(self.window.as_ref(), true);
        filling
    }
}

impl<R: Runtime> Drop for Hidden<R> {
    fn drop(&mut self) {
        let Some(window) = &self.window else { return };
        if let Some(position) = self.position
            && let Err(error) = window.set_position(position)
        {
            tracing::debug!(%error, "the window may come back in another place");
        }
        if let Err(error) = window.show().and_then(|()| window.set_focus()) {
            tracing::warn!(%error, "the window was not brought back");
        }
    }
}

/// The window fills the screen.
pub(crate) struct Filling<R: Runtime> {
    window: Option<WebviewWindow<R>>,
}

impl<R: Runtime> Drop for Filling<R> {
    fn drop(&mut self) {
        set_full_screen(self.window.as_ref(), false);
    }
}

fn set_full_screen<R: Runtime>(window: Option<&WebviewWindow<R>>, on: bool) {
    if let Some(window) = window
        && let Err(error) = window.set_fullscreen(on)
    {
        tracing::warn!(%error, on, "the window's size was not changed");
    }
}

/// The window's number on an X11 display.
#[cfg(target_os = "linux")]
fn x11_window<R: Runtime>(window: &WebviewWindow<R>) -> Option<u32> {
    use raw_window_handle::{HasWindowHandle, RawWindowHandle};
    match window.window_handle().ok()?.as_raw() {
        RawWindowHandle::Xlib(handle) => handle.window.try_into().ok(),
        RawWindowHandle::Xcb(handle) => Some(handle.window.get()),
        _ => None,
    }
}

#[cfg(not(target_os = "linux"))]
fn x11_window<R: Runtime>(_window: &WebviewWindow<R>) -> Option<u32> {
    None
}

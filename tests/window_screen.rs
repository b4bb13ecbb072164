//! Scanning the screen in the real window, beside a browser window that shows a platform's set-up page.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use fantoccini::actions::{InputSource, MOUSE_BUTTON_LEFT, MouseActions, PointerAction};
use support::browser_window::BrowserWindow;
use support::newcomer::{ADA, create_vault, early_in_a_period};
use support::window::{Desktop, Window};
use support::{pictures, secrets};

/// The key of the picture in a region; RFC 6238 appendix B.
const SCANNED: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn step(text: &str) {
    println!("· {text}");
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn from_a_set_up_page_to_a_confirmed_code() {
    let mut desktop = Desktop::new();
    let window = desktop.open().await;
    window.find("create-password").await;
    create_vault(&window).await;

    step("a browser window shows the platform's set-up page, and Deskfob's window covers it");
    window.click("empty-connect").await;
    let seen = desktop.opened_so_far().len();
    window.click("sandbox-start").await;
    let sandbox = desktop.opened_after(seen).await;
    let mut browser = BrowserWindow::open(&format!("{sandbox}profile/security"));
    browser.fill("#email", ADA.0);
    browser.fill("#password", ADA.1);
    browser.click("form:has(#email) button[type=submit]");
    browser.click("text=Set up application");
    assert!(browser.text("main").contains("1. Scan the QR code"));
    picture_of_the_desktop("set-up-page");
    to_the_front();
    window.click("nav-codes").await;
    window.click("add-open").await;
    window.find("add-screen").await;
    picture_of_the_desktop("covered");
    desktop.shot(&window, "add-with-the-screen").await;

    step("scan the screen: the window steps aside, and is back with what was found");
    window.click("add-screen").await;
    window.find("review-save").await;
    assert!(is_shown(), "the window is back");
    desktop.shot(&window, "found-on-the-screen").await;
    window.click("review-save").await;
    window.gone("review-save").await;
    window.find("code-row").await;

    step("the code that Deskfob shows is what the platform wants");
    early_in_a_period().await;
    let shown = window.find("code-digits").await;
    let code = shown.attr("data-code").await.unwrap().unwrap();
    browser.fill("#passcode", &code);
    browser.click("text=Verify & save");
    let page = browser.text("main");
    assert!(page.contains("MFA is on"), "{page}");
    desktop.shot(&window, "code-confirmed").await;
    picture_of_the_desktop("confirmed");

    step("without a code on the screen that is said, and the window is back");
    window.click("add-open").await;
    window.click("add-screen").await;
    let note = window.find("error-note").await;
    let told = note.attr("data-code").await.unwrap();
    assert_eq!(told.as_deref(), Some("no_code_found"));
    assert!(is_shown(), "the window is back");
    assert!(window.is_there("add-image").await && window.is_there("add-region").await);
    desktop.shot(&window, "no-code-on-the-screen").await;

    step("a region is marked in a picture of the screen");
    let picture = desktop.root.path().join("code.png");
    let link = format!("otpauth://totp/Example:alice?secret={SCANNED}&issuer=Example");
    pictures::qrencode(&link, &picture);
    browser.go(&format!("file://{}", picture.display()));
    window.click("add-region").await;
    window.find("region-stage").await;
    assert!(is_shown(), "the window is back");
    desktop.shot(&window, "region").await;
    mark_everything(&window).await;
    window.find("review-save").await;
    assert_eq!(window.count("region-stage").await, 0, "the picture is gone");
    window.says("alice").await;
    desktop.shot(&window, "found-in-the-region").await;
    window.click("review-save").await;
    window.gone("review-save").await;
    window.find_selected("[data-issuer=\"Example\"]").await;
    assert_eq!(window.count("code-row").await, 2, "two accounts");

    step("nothing of the screen stays behind");
    window.click("add-open").await;
    window.click("add-region").await;
    window.find("region-stage").await;
    let page = window.client.source().await.unwrap();
    window.close().await;

    let mut known: Vec<Vec<u8>> = secrets::seeds(&desktop.home().join("sandbox/sandbox.json"))
        .iter()
        .flat_map(|seed| secrets::forms(seed))
        .collect();
    known.extend(secrets::forms(SCANNED));
    secrets::absent(page.as_bytes(), &known, "the page");
    let sandbox = desktop.home().join("sandbox");
    secrets::absent_under(desktop.root.path(), &[&sandbox, &picture], &known);
    std::fs::remove_file(&picture).unwrap();
    let png = b"\x89PNG\r\n\x1a\n".to_vec();
    secrets::absent_under(&desktop.home(), &[], &[png]);
}

/// Draws a frame around the whole picture with the mouse.
async fn mark_everything(window: &Window) {
    let stage = window.find("region-stage").await;
    let (x, y, width, height) = stage.rectangle().await.unwrap();
    let to = |x: f64, y: f64| PointerAction::MoveTo {
        duration: Some(Duration::from_millis(50)),
        x,
        y,
    };
    let mouse = MouseActions::new("mouse".to_owned())
        .then(to(x + 2.0, y + 2.0))
        .then(PointerAction::Down {
            button: MOUSE_BUTTON_LEFT,
        })
        .then(to(x + width / 2.0, y + height / 2.0))
        .then(to(x + width - 2.0, y + height - 2.0))
        .then(PointerAction::Up {
            button: MOUSE_BUTTON_LEFT,
        });
    window.client.perform_actions(mouse).await.unwrap();
}

fn xdotool(arguments: &[&str]) -> bool {
    let status = Command::new("xdotool")
        .args(arguments)
        .stdout(Stdio::null())
        .status();
    status
        .expect("this test needs the Debian package xdotool")
        .success()
}

/// Deskfob's window, by its name; the name of a browser's window ends otherwise.
const NAME: &str = "^Deskfob$";

fn is_shown() -> bool {
    xdotool(&["search", "--onlyvisible", "--name", NAME])
}

fn to_the_front() {
    assert!(xdotool(&[
        "search",
        "--onlyvisible",
        "--name",
        NAME,
        "windowraise"
    ]));
}

/// Keeps a picture of the whole display, for whoever wants to look at it.
fn picture_of_the_desktop(name: &str) {
    let Some(folder) = std::env::var_os("DESKFOB_SCREENSHOTS") else {
        return;
    };
    let capture = deskfob_capture::screen::capture().unwrap();
    let file = Path::new(&folder).join(format!("desktop-{name}.png"));
    image::save_buffer(
        &file,
        capture.rgba(),
        capture.width(),
        capture.height(),
        image::ColorType::Rgba8,
    )
    .unwrap();
    println!("  picture {}", file.display());
}

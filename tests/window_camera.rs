//! The camera in the real window: what it sees is shown, a code in front of it is added, and what keeps it from being
//! read is told. The cameras are folders (`crates/capture/tests/video`), read through the system's own calls.
//!
//! Needs a display, a session bus and tauri-driver, which `cargo xtask test` sets up; hence ignored elsewhere.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;
#[path = "../crates/capture/tests/video/mod.rs"]
mod video;

use support::newcomer::create_vault;
use support::pictures::oathtool;
use support::window::{Desktop, Window};
use support::{secrets, window};
use video::{Frame, Video};

const KEY: &str = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

fn step(text: &str) {
    println!("· {text}");
}

/// A vault without a keyring.
async fn create(window: &Window) {
    window.find("create-password").await;
    create_vault(window).await;
    window.find("codes-empty").await;
}

/// Brightness of the preview's pixels, least and most; nothing while it is not live.
async fn seen(window: &Window) -> Option<(u64, u64)> {
    let script = "const canvas = document.querySelector('[data-testid=\"camera-preview\"]');
        if (canvas?.dataset.live !== 'true') return null;
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        let [least, most] = [255, 0];
        for (let at = 0; at < data.length; at += 4) { least = Math.min(least, data[at]); most = Math.max(most, data[at]); }
        return [least, most];";
    let value = window.script(script).await;
    Some((value.get(0)?.as_u64()?, value.get(1)?.as_u64()?))
}

async fn sees(window: &Window, what: impl Fn((u64, u64)) -> bool) {
    let found = window::until_some("the preview shows it", async || {
        seen(window).await.filter(|range| what(*range))
    });
    found.await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn a_code_in_front_of_the_camera_is_added() {
    let mut desktop = Desktop::new();
    let video = Video::new();
    desktop.environment.extend(video.environment());
    let uri = format!("otpauth://totp/Upsun:alice?secret={KEY}&issuer=Upsun");
    secrets::remember([KEY]);
    let mut window = desktop.open().await;
    create(&window).await;

    step("without a camera the other ways are one click away; one that is plugged in starts");
    window.click("add-open").await;
    window.click("add-camera").await;
    window
        .find_selected("[data-testid=camera-trouble][data-code=camera_none]")
        .await;
    desktop.shot(&window, "camera-none").await;
    let camera = video.plug(0, "Integrated Camera", "MJPG");
    sees(&window, |(least, most)| least > 20 && most > 180).await;
    desktop.shot(&window, "camera-preview").await;

    step("what would help is said");
    let sharp = Frame::of(&uri, 9);
    camera.show(&Frame::blank().dark());
    window.says("More light").await;
    sees(&window, |(_, most)| most < 60).await;
    camera.show(&sharp.blurred(16));
    window.says("Hold it still").await;
    desktop.shot(&window, "camera-blurred").await;
    camera.show(&Frame::of("https://example.com/", 9));
    window.says("not for an authenticator").await;
    desktop.shot(&window, "camera-unusable").await;

    step("leaving releases the camera");
    window.keys("\u{e00c}").await;
    window.find("add-camera").await;
    camera.is_released();

    step("another camera is chosen and remembered");
    let second = video.plug(2, "Logitech BRIO", "YUYV");
    window.click("add-camera").await;
    window.find("camera-choose").await;
    window
        .client
        .find(fantoccini::Locator::Css("[data-testid=camera-choose]"))
        .await
        .unwrap()
        .select_by_label("Logitech BRIO")
        .await
        .unwrap();
    second.takes(3);
    camera.is_released();
    window.keys("\u{e00c}").await;
    window.click("add-camera").await;
    second.takes(3);
    assert!(!camera.is_streaming(), "the one that was used last");

    step("a sharp code is found, reviewed, added");
    second.show(&sharp);
    window.find("review-save").await;
    second.is_released();
    desktop.shot(&window, "camera-review").await;
    window.click("review-save").await;
    window.find("code-row").await;
    let row = window.find("code-digits").await;
    let shown = row.attr("data-code").await.unwrap().unwrap();
    assert!(
        oathtool(KEY).contains(&shown),
        "{shown} is a code of that key"
    );
    desktop.shot(&window, "camera-added").await;

    step("locking releases the camera");
    second.show(&Frame::blank());
    window.click("add-open").await;
    window.click("add-camera").await;
    second.takes(3);
    window.lock().await;
    second.is_released();
    window.close().await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs a display and tauri-driver; `cargo xtask test` runs it"]
async fn a_camera_that_cannot_be_read_is_told_as_what_it_is() {
    let mut desktop = Desktop::new();
    let video = Video::new();
    desktop.environment.extend(video.environment());
    let camera = video.plug(0, "Integrated Camera", "YUYV");
    let window = desktop.open().await;
    create(&window).await;
    window.click("add-open").await;
    for (fault, code) in [
        ("open 13", "camera_denied"),
        ("streamon 16", "camera_busy"),
        ("stall", "camera_stalled"),
    ] {
        step(code);
        camera.fail(fault);
        window.click("add-camera").await;
        let trouble = format!("[data-testid=camera-trouble][data-code={code}]");
        window.find_selected(&trouble).await;
        desktop.shot(&window, &code.replace('_', "-")).await;
        camera.is_released();
        camera.mend();
        window.click("camera-retry").await;
        camera.takes(3);
        window.keys("\u{e00c}").await;
        window.find("add-camera").await;
        camera.is_released();
    }

    step("unplugged");
    window.click("add-camera").await;
    camera.takes(3);
    camera.unplug();
    window
        .find_selected("[data-testid=camera-trouble][data-code=camera_unplugged]")
        .await;
    desktop.shot(&window, "camera-unplugged").await;
    let camera = video.plug(4, "Integrated Camera", "YUYV");
    sees(&window, |(least, _)| least > 20).await;
    camera.takes(3);

    step("the other ways are one click away");
    window.click("camera-other-form").await;
    window.find("form-key").await;
    camera.is_released();
    window.close().await;
}

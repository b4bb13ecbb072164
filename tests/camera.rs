//! The page's commands for a camera, and when it is let go. The cameras are folders (`crates/capture/tests/video`), read
//! through the system's own calls.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test fails by panicking"
)]

mod support;
#[path = "../crates/capture/tests/video/mod.rs"]
mod video;

use std::process::Command;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::page::Page;
use video::Video;

const PASSWORD: &str = "a long enough password";

/// As `src-tauri/src/camera.rs` has it.
const PAGE_PATIENCE: Duration = Duration::from_secs(10);

/// What a busy machine may add.
const SLACK: Duration = Duration::from_secs(5);

/// A program of its own, whose cameras are folders.
#[test]
#[ignore = "started by the other tests"]
fn page() {
    support::page::serve(PASSWORD);
}

fn open(video: &Video) -> Page {
    Page::open(Command::new(std::env::current_exe().unwrap()).envs(video.environment()))
}

fn start(page: &mut Page) -> Value {
    page.ask(
        "camera_start",
        json!({"id": null, "channel": "__CHANNEL__:1"}),
    )
}

#[test]
fn a_camera_is_let_go_when_nobody_draws_its_pictures() {
    let video = Video::new();
    let camera = video.plug(0, "Integrated Camera", "YUYV");
    let mut page = open(&video);
    assert_eq!(start(&mut page)["name"], "Integrated Camera");
    camera.takes(3);

    // A page that draws keeps it for longer than one that does not.
    let began = Instant::now();
    while began.elapsed() < PAGE_PATIENCE + Duration::from_secs(2) {
        page.ask("camera_drawn", json!({}));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert!(camera.is_streaming(), "somebody looks");

    let last_drawn = Instant::now();
    while camera.is_streaming() {
        assert!(
            last_drawn.elapsed() < PAGE_PATIENCE + SLACK,
            "nobody looks any more"
        );
        std::thread::sleep(Duration::from_millis(20));
    }
    // The picture that is not drawn was sent a moment before or after.
    let kept = last_drawn.elapsed();
    assert!(kept + Duration::from_secs(1) > PAGE_PATIENCE, "{kept:?}");
    camera.is_released();

    // It starts again when the page asks for it.
    start(&mut page);
    camera.is_started();
    page.close();
}

#[test]
fn a_camera_is_let_go_at_once_when_the_page_is_hidden_or_the_vault_locked() {
    let video = Video::new();
    let camera = video.plug(0, "Integrated Camera", "MJPG");
    let mut page = open(&video);
    for (command, back) in [
        ("camera_stop", None),
        (
            "vault_lock",
            Some(("vault_unlock", json!({"password": PASSWORD}))),
        ),
    ] {
        start(&mut page);
        camera.takes(3);
        let asked = Instant::now();
        page.ask(command, json!({}));
        camera.is_released();
        assert!(
            asked.elapsed() < SLACK,
            "{command} took {:?}",
            asked.elapsed()
        );
        if let Some((command, arguments)) = back {
            page.ask(command, arguments);
        }
    }
    // Another one takes the place of the first, which is released.
    let second = video.plug(2, "Logitech BRIO", "YUYV");
    start(&mut page);
    camera.takes(3);
    let started = page.ask(
        "camera_start",
        json!({"id": "/dev/video2", "channel": "__CHANNEL__:2"}),
    );
    assert_eq!(started["name"], "Logitech BRIO");
    second.takes(3);
    camera.is_released();
    page.ask("camera_stop", json!({}));
    second.is_released();
    page.close();
}

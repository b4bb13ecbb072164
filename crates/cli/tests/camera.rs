//! `fob scan --camera`, from the system's calls for cameras up.
#![cfg(target_os = "linux")]
#![allow(clippy::expect_used, reason = "a test fails by panicking")]

mod support;
#[path = "../../capture/tests/video/mod.rs"]
mod video;

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use serde_json::Value;
use support::{Fob, PASSWORD};
use video::{Frame, Video};

const URI: &str =
    "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";

/// One entry in each of the three codes of a transfer.
const TRANSFER: [&str; 3] = [
    "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu8QARgDIAAoBw%3D%3D",
    "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu4QARgDIAEoBw%3D%3D",
    "otpauth-migration://offline?data=CgwKCkhlbGxvId6tvu0QARgDIAIoBw%3D%3D",
];

/// A run that goes on while the test changes what the camera sees.
struct Running {
    child: Child,
    said: Arc<Mutex<String>>,
    listener: JoinHandle<()>,
}

impl Running {
    fn start(fob: &Fob, video: &Video, args: &[&str]) -> Self {
        let mut command: Command = fob.command(&[&["scan"], args].concat());
        command.envs(video.environment());
        let mut child = command.spawn().expect("fob starts");
        // A program that asks for nothing does not read it.
        let mut stdin = child.stdin.take().expect("piped");
        let _ = writeln!(stdin, "{PASSWORD}");
        let said = Arc::new(Mutex::new(String::new()));
        let (told, stderr) = (Arc::clone(&said), child.stderr.take().expect("piped"));
        let listener = std::thread::spawn(move || {
            for line in BufReader::new(stderr).lines() {
                let line = line.expect("text");
                told.lock()
                    .expect("no panic")
                    .push_str(&format!("{line}\n"));
            }
        });
        Self {
            child,
            said,
            listener,
        }
    }

    fn said(&self) -> String {
        self.said.lock().expect("no panic").clone()
    }

    #[track_caller]
    fn says(&self, words: &str) {
        let began = Instant::now();
        while !self.said().contains(words) {
            let late = began.elapsed() > Duration::from_secs(60);
            assert!(!late, "not said: {words}\n{}", self.said());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// The exit code, standard output and standard error.
    fn end(self) -> (i32, String, String) {
        let output = self.child.wait_with_output().expect("it ends");
        self.listener.join().expect("all is heard");
        let stdout = String::from_utf8(output.stdout).expect("text");
        let stderr = self.said.lock().expect("no panic").clone();
        (output.status.code().unwrap_or(-1), stdout, stderr)
    }

    #[track_caller]
    fn ends(self, code: i32) -> Value {
        let (ended, stdout, stderr) = self.end();
        assert_eq!(ended, code, "stdout: {stdout}\nstderr: {stderr}");
        serde_json::from_str(&stdout).expect("one object")
    }
}

#[test]
fn a_code_is_read_in_every_format_and_the_camera_released() {
    for (format, module) in [("MJPG", 8), ("YUYV", 5), ("NV12", 12), ("GREY", 4)] {
        let (fob, video) = (Fob::new(), Video::new());
        let camera = video.plug(2, "Folder Camera", format);
        video.plug_useless(0, "Folder Camera");
        camera.show(&Frame::of(URI, module));
        let ran = Running::start(&fob, &video, &["--camera", "--json"]).ends(0);
        assert_eq!(
            ran["file"], "Folder Camera",
            "{format}: the one that captures"
        );
        assert_eq!(ran["error"], Value::Null, "{format}");
        let payloads = ran["payloads"].as_array().expect("payloads");
        assert_eq!(payloads.len(), 1, "{format}: {ran}");
        assert_eq!(payloads[0]["issuer"], "Example", "{format}");
        assert_eq!(
            payloads[0]["id"],
            Value::Null,
            "{format}: no vault is opened"
        );
        camera.is_released();
    }
}

#[test]
fn what_would_help_is_said_until_the_picture_is_good() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "MJPG");
    let sharp = Frame::of(URI, 9);
    camera.show(&Frame::blank().dark());
    let running = Running::start(&fob, &video, &["--camera", "--json"]);
    running.says("more light");
    camera.show(&sharp.blurred(16));
    running.says("hold still");
    camera.show(&Frame::of("https://example.com/", 9));
    running.says("not for an authenticator");
    camera.show(&sharp);
    assert_eq!(running.ends(0)["payloads"][0]["account"], "ada");
    camera.is_released();
}

#[test]
fn several_codes_are_read_at_once() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "YUYV");
    let mut frame = Frame::blank();
    frame.hold(URI, 6, (300, 360));
    frame.hold(
        "otpauth://totp/Other:bob?secret=GEZDGNBVGY3TQOJQ",
        6,
        (900, 360),
    );
    camera.show(&frame);
    let ran = Running::start(&fob, &video, &["--camera", "--json"]).ends(0);
    assert_eq!(
        ran["payloads"].as_array().expect("payloads").len(),
        2,
        "{ran}"
    );
}

#[test]
fn a_transfer_is_collected_code_by_code() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "MJPG");
    camera.show(&Frame::of(TRANSFER[2], 8));
    let running = Running::start(&fob, &video, &["--camera", "--json"]);
    running.says("1 of 3 codes scanned, missing numbers 1 and 2");
    camera.show(&Frame::of(TRANSFER[0], 8));
    running.says("2 of 3 codes scanned, missing number 2");
    camera.show(&Frame::of(TRANSFER[1], 8));
    let ran = running.ends(0);
    assert_eq!(
        ran["payloads"].as_array().expect("payloads").len(),
        3,
        "{ran}"
    );
    assert_eq!(ran["error"], Value::Null);
}

#[test]
fn what_is_read_goes_into_the_vault_once() {
    let (fob, video) = (Fob::with_vault(), Video::new());
    let camera = video.plug(0, "Camera", "GREY");
    camera.show(&Frame::of(URI, 8));
    let args = ["--camera", "--add", "--json", "--password-stdin"];
    let added = Running::start(&fob, &video, &args).ends(0);
    assert!(added["payloads"][0]["id"].is_string(), "{added}");
    assert_eq!(fob.listed(), ["Example ada"]);
    let again = Running::start(&fob, &video, &args).ends(1);
    assert_eq!(again["error"]["code"], "duplicate");
    camera.is_released();
}

#[test]
fn a_camera_that_cannot_be_read_is_told_as_what_it_is() {
    /// What is done to the camera before it is opened, or while it is read.
    type Trouble = fn(&video::Camera);
    let cases: &[(&str, &'static str, Trouble, &str)] = &[
        (
            "denied",
            "MJPG",
            |camera| camera.fail("open 13"),
            "camera_denied",
        ),
        (
            "busy when opened",
            "MJPG",
            |camera| camera.fail("open 16"),
            "camera_busy",
        ),
        (
            "busy when started",
            "YUYV",
            |camera| camera.fail("streamon 16"),
            "camera_busy",
        ),
        (
            "a driver's own error",
            "YUYV",
            |camera| camera.fail("streamon 71"),
            "camera_failed",
        ),
        (
            "it delivers nothing",
            "MJPG",
            |camera| camera.fail("stall"),
            "camera_stalled",
        ),
        (
            "damaged frames",
            "MJPG",
            |camera| camera.deliver(b"no picture"),
            "camera_damaged",
        ),
        (
            "empty frames",
            "NV12",
            |camera| camera.deliver(b""),
            "camera_stalled",
        ),
        (
            "short frames",
            "GREY",
            |camera| camera.deliver(&[9; 5000]),
            "camera_damaged",
        ),
        ("depths of a scene", "Z16_", |_| (), "camera_format"),
    ];
    std::thread::scope(|scope| {
        for (name, format, trouble, code) in cases {
            scope.spawn(move || {
                let (fob, video) = (Fob::new(), Video::new());
                let camera = video.plug(0, "Camera", format);
                trouble(&camera);
                let ran = Running::start(&fob, &video, &["--camera", "--json"]).ends(1);
                assert_eq!(ran["error"]["code"], *code, "{name}: {ran}");
                assert!(ran["error"]["hint"].is_string(), "{name}: {ran}");
                camera.is_released();
            });
        }
    });

    let (fob, video) = (Fob::new(), Video::new());
    let none = Running::start(&fob, &video, &["--camera", "--json"]).ends(1);
    assert_eq!(none["error"]["code"], "camera_none");
}

#[test]
fn a_camera_may_go_at_any_moment() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "YUYV");
    let running = Running::start(&fob, &video, &["--camera", "--json"]);
    camera.takes(5);
    camera.unplug();
    assert_eq!(running.ends(1)["error"]["code"], "camera_unplugged");

    // A short standstill is no reason to give up.
    let camera = video.plug(0, "Camera", "YUYV");
    let running = Running::start(&fob, &video, &["--camera", "--json"]);
    camera.takes(5);
    camera.fail("stall");
    std::thread::sleep(Duration::from_millis(300));
    camera.mend();
    camera.show(&Frame::of(URI, 8));
    running.ends(0);
}

#[test]
fn damaged_frames_among_good_ones_do_no_harm() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "MJPG");
    let whole = Frame::of(URI, 8).encoded("MJPG");
    let mut flipped = whole.clone();
    for at in (600..flipped.len()).step_by(97) {
        flipped[at] ^= 0xff;
    }
    let running = Running::start(&fob, &video, &["--camera", "--json"]);
    camera.takes(2);
    for damaged in [
        &whole[..0],
        &whole[..2],
        &whole[..400],
        &[0xff; 9000],
        &flipped,
    ] {
        camera.deliver(damaged);
        camera.takes(3);
    }
    // Bytes of an older frame stand behind the newest one.
    camera.deliver(&[&whole[..], &flipped[..]].concat());
    assert_eq!(running.ends(0)["payloads"][0]["account"], "ada");
}

#[test]
fn without_a_code_it_ends_when_it_was_told_to() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "NV12");
    let args = ["--camera", "--json", "--timeout", "1"];
    let ran = Running::start(&fob, &video, &args).ends(1);
    assert_eq!(ran["error"]["code"], "no_code_found");
    camera.show(&Frame::of("https://example.com/", 8));
    let ran = Running::start(&fob, &video, &args).ends(1);
    assert_eq!(ran["error"]["code"], "not_an_enrolment");
    camera.show(&Frame::of(TRANSFER[0], 8));
    let ran = Running::start(&fob, &video, &args).ends(1);
    assert_eq!(ran["error"]["code"], "transfer_incomplete");
    camera.is_released();
}

#[test]
fn the_camera_is_chosen_by_its_name() {
    let (fob, video) = (Fob::new(), Video::new());
    video.plug(0, "Integrated Camera", "MJPG");
    let second = video.plug(2, "Bild\u{e4}r HD 1080", "YUYV");
    second.show(&Frame::of(URI, 8));
    for wanted in ["hd", "/dev/video2", "Bild\u{e4}r HD 1080"] {
        let ran = Running::start(&fob, &video, &["--camera", wanted, "--json"]).ends(0);
        assert_eq!(ran["file"], "Bild\u{e4}r HD 1080", "{wanted}");
    }
    let unknown = Running::start(&fob, &video, &["--camera", "scanner", "--json"]).ends(1);
    assert_eq!(unknown["error"]["code"], "camera_unknown");
    let message = unknown["error"]["message"].as_str().expect("text");
    assert!(message.contains("Integrated Camera"), "{message}");
}

#[test]
fn neither_hints_nor_the_log_tell_what_was_read() {
    let (fob, video) = (Fob::new(), Video::new());
    let camera = video.plug(0, "Camera", "MJPG");
    camera.show(&Frame::of(URI, 8));
    let mut command = fob.command(&["scan", "--camera"]);
    command
        .envs(video.environment())
        .env("DESKFOB_LOG", "trace");
    let output = command.output().expect("fob runs");
    assert!(output.status.success());
    let stderr = String::from_utf8(output.stderr).expect("text");
    assert!(stderr.contains("a camera starts"), "it logs: {stderr}");
    let stdout = String::from_utf8(output.stdout).expect("text");
    for text in [&stderr, &stdout] {
        assert!(
            !text.contains("JBSWY3DP") && !text.contains("otpauth:"),
            "{text}"
        );
    }
    // Only what asks for it gets the text.
    let raw = Running::start(&fob, &video, &["--camera", "--raw", "--json"]).ends(0);
    assert_eq!(raw["payloads"][0], URI);
    let files: Vec<_> = walk(fob.file("").as_path());
    assert!(files.is_empty(), "nothing is written: {files:?}");
}

fn walk(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths
        .flat_map(|path| {
            if path.is_dir() {
                walk(&path)
            } else {
                vec![path]
            }
        })
        .collect()
}

//! From a camera's frame to what its code says, at 1280 x 720 pixels: `cargo xtask bench camera`.
//!
//! The camera is a folder (`tests/video`), read through the system's own calls by a process of its own.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a benchmark may fail"
)]

#[cfg(target_os = "linux")]
#[path = "../tests/video/mod.rs"]
mod video;

#[cfg(not(target_os = "linux"))]
fn main() {
    deskfob_measure::note("cameras are measured on Linux only, where they can be made of folders");
}

#[cfg(target_os = "linux")]
fn main() {
    if std::env::var_os("DESKFOB_TEST_VIDEO").is_some() {
        linux::look();
    } else {
        linux::measure();
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::io::{BufRead, BufReader, Write};
    use std::process::{Command, Stdio};
    use std::time::{Duration, Instant};

    use deskfob_capture::camera::{Camera, choose, list};
    use deskfob_measure::Benchmark;
    use deskfob_scan::{FrameLayout, FrameReader, Picture, PixelFormat, Seen};

    use super::video::{Frame, HEIGHT, Video, WIDTH};

    const URI: &str =
        "otpauth://totp/Example:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Example";

    /// A frame is done before the next of 30 a second comes.
    const FRAME: Duration = Duration::from_millis(33);

    /// A person sees no wait: that of the camera for its next frame, and two frames.
    const HELD_UP: Duration = Duration::from_millis(100);

    const RUNS: usize = 40;

    /// The process that reads the camera: for each line it is sent it looks until it has found a code, and says so.
    pub(super) fn look() {
        let mut camera = Camera::start(&choose(&list().unwrap(), None).unwrap());
        let mut told = std::io::stdout();
        for line in std::io::stdin().lines() {
            line.unwrap();
            let mut reader = FrameReader::default();
            while let Some(frame) = camera.next(None).unwrap() {
                if matches!(reader.look(&frame).seen, Seen::Done) {
                    break;
                }
            }
            writeln!(told, "found").unwrap();
            told.flush().unwrap();
        }
    }

    pub(super) fn measure() {
        for (format, name) in [("MJPG", "MJPEG"), ("YUYV", "YUYV")] {
            frame_to_found(format, name);
            held_up_to_found(format, name);
        }
    }

    /// The bytes that the camera delivers to what the code says.
    fn frame_to_found(format: &'static str, name: &str) {
        let bytes = Frame::of(URI, 6).encoded(format);
        let layout = FrameLayout {
            format: if format == "MJPG" {
                PixelFormat::Jpeg
            } else {
                PixelFormat::LumaFirst
            },
            width: WIDTH as u32,
            height: HEIGHT as u32,
            stride: (bytes.len() / HEIGHT) as u32,
        };
        Benchmark::of(&format!("camera frame to found, 1280x720 {name}"))
            .below(FRAME)
            .run(RUNS, || {
                let picture = Picture::from_frame(&bytes, &layout).unwrap();
                let sight = FrameReader::default().look(&picture);
                assert!(matches!(sight.seen, Seen::Done), "the code is read");
            });
    }

    /// From the moment that the camera sees a code, with the wait for its next frame, the system's calls, and a frame
    /// without a code that is being looked at.
    fn held_up_to_found(format: &'static str, name: &str) {
        let video = Video::new();
        let camera = video.plug(0, "Camera", format);
        let mut reading = Command::new(std::env::current_exe().unwrap())
            .envs(video.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut asks = reading.stdin.take().unwrap();
        let mut says = BufReader::new(reading.stdout.take().unwrap()).lines();
        let (wall, code) = (Frame::blank(), Frame::of(URI, 6));
        Benchmark::of(&format!("code held up to found, 1280x720 {name}"))
            .below(HELD_UP)
            .run_timed(RUNS, || {
                camera.show(&wall);
                // No frame with the code of the run before is left.
                camera.takes(3);
                writeln!(asks, "look").unwrap();
                let encoded = code.encoded(format);
                let shown = Instant::now();
                camera.deliver(&encoded);
                assert_eq!(says.next().unwrap().unwrap(), "found");
                shown.elapsed()
            });
        drop(asks);
        assert!(reading.wait().unwrap().success());
        camera.is_released();
    }
}

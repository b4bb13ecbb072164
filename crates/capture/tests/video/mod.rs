//! Cameras made of folders, read through the system's own calls: `video.c`, preloaded into a program, stands between it
//! and `/dev`. What a camera shows and how it fails is changed while the program runs.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "each test uses some of it"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use tempfile::TempDir;

pub const WIDTH: usize = 1280;
pub const HEIGHT: usize = 720;

/// No test waits longer for anything.
const WAIT: Duration = Duration::from_secs(60);

/// A computer's cameras.
pub struct Video {
    folder: TempDir,
}

/// One of them.
pub struct Camera {
    folder: PathBuf,
    format: &'static str,
}

impl Video {
    /// Without any camera, but with what else may be called so.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("video")).unwrap();
        fs::create_dir(folder.path().join("video-dec0")).unwrap();
        Self { folder }
    }

    /// What a program's environment has to have.
    pub fn environment(&self) -> [(&'static str, PathBuf); 2] {
        [
            ("LD_PRELOAD", library().to_owned()),
            ("DESKFOB_TEST_VIDEO", self.folder.path().to_owned()),
        ]
    }

    /// Plugs a camera in that delivers `format`: MJPG, YUYV, NV12, GREY, or one that cannot be used.
    pub fn plug(&self, number: u32, name: &str, format: &'static str) -> Camera {
        let camera = self.node(number, name, format);
        let stride = match format {
            "MJPG" => 0,
            // Drivers leave gaps between rows.
            "YUYV" => 2 * WIDTH + 64,
            _ => WIDTH,
        };
        let formats = format!("{format} {WIDTH} {HEIGHT} {stride}\n");
        fs::write(camera.folder.join("formats"), formats).unwrap();
        camera.show(&Frame::blank());
        camera
    }

    /// Plugs in what captures nothing, such as the second node of a webcam.
    pub fn plug_useless(&self, number: u32, name: &str) -> Camera {
        self.node(number, name, "none")
    }

    fn node(&self, number: u32, name: &str, format: &'static str) -> Camera {
        // Whole when it appears.
        let making = self.folder.path().join("making");
        fs::create_dir(&making).unwrap();
        fs::write(making.join("name"), format!("{name}\n")).unwrap();
        let folder = self.folder.path().join(format!("video{number}"));
        fs::rename(making, &folder).unwrap();
        Camera { folder, format }
    }
}

impl Camera {
    /// What it delivers from now on.
    pub fn show(&self, frame: &Frame) {
        self.deliver(&frame.encoded(self.format));
    }

    /// As [`Self::show`], any bytes.
    pub fn deliver(&self, bytes: &[u8]) {
        let new = self.folder.join("new");
        fs::write(&new, bytes).unwrap();
        fs::rename(new, self.folder.join("frame")).unwrap();
    }

    /// How it fails: `open ERRNO`, `streamon ERRNO`, `stall`.
    pub fn fail(&self, how: &str) {
        fs::write(self.folder.join("fault"), how).unwrap();
    }

    pub fn mend(&self) {
        fs::remove_file(self.folder.join("fault")).unwrap();
    }

    pub fn unplug(self) {
        let gone = self.folder.with_file_name("gone");
        fs::rename(&self.folder, &gone).unwrap();
        fs::remove_dir_all(gone).unwrap();
    }

    /// Waits until the program has taken so many frames from now on.
    pub fn takes(&self, frames: u64) {
        let wanted = self.served() + frames;
        self.until("frames are taken", || self.served() >= wanted);
    }

    /// Waits until the program reads it.
    pub fn is_started(&self) {
        self.until("the camera is started", || self.is_streaming());
    }

    /// Waits until the program has closed it.
    pub fn is_released(&self) {
        self.until("the camera is released", || {
            let log = self.log();
            let times = |what: &str| log.iter().filter(|line| *line == what).count();
            times("open") == times("close") && times("streamon") == times("streamoff")
        });
    }

    pub fn is_streaming(&self) -> bool {
        let log = self.log();
        let times = |what: &str| log.iter().filter(|line| *line == what).count();
        times("streamon") > times("streamoff")
    }

    fn log(&self) -> Vec<String> {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines().map(str::to_owned).collect()
    }

    fn served(&self) -> u64 {
        let served = fs::read_to_string(self.folder.join("served")).unwrap_or_default();
        // Being written anew.
        served.trim().parse().unwrap_or(0)
    }

    fn until(&self, what: &str, holds: impl Fn() -> bool) {
        let began = Instant::now();
        while !holds() {
            assert!(
                began.elapsed() < WAIT,
                "not in time: {what}; the camera saw {:?} and gave {} frames",
                self.log(),
                self.served()
            );
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// What a camera sees: brightness, [`WIDTH`] by [`HEIGHT`].
#[derive(Clone)]
pub struct Frame(Vec<u8>);

impl Frame {
    /// A wall, lit from the left, with a picture on it.
    pub fn blank() -> Self {
        let light = |at: usize| {
            let (x, y) = (at % WIDTH, at / WIDTH);
            let wall = 215 - x / 16;
            let framed = (900..1180).contains(&x) && (80..260).contains(&y);
            let wall = if framed {
                wall / 2 + (x * 7 + y * 3) % 40
            } else {
                wall
            };
            wall as u8
        };
        Self((0..WIDTH * HEIGHT).map(light).collect())
    }

    /// A code, held in front of that wall, so many pixels a module.
    pub fn of(text: &str, module: usize) -> Self {
        let mut frame = Self::blank();
        frame.hold(text, module, (WIDTH / 2, HEIGHT / 2));
        frame
    }

    /// Holds another code, its middle there.
    pub fn hold(&mut self, text: &str, module: usize, (x, y): (usize, usize)) {
        let code = qrcode::QrCode::new(text).unwrap();
        let (modules, quiet) = (code.width(), 4);
        let side = (modules + 2 * quiet) * module;
        let (left, top) = (x - side / 2, y - side / 2);
        for at in 0..side * side {
            let (x, y) = (at % side, at / side);
            let (column, row) = (
                (x / module).wrapping_sub(quiet),
                (y / module).wrapping_sub(quiet),
            );
            let dark =
                column < modules && row < modules && code[(column, row)] == qrcode::Color::Dark;
            self.0[(top + y) * WIDTH + left + x] = if dark { 24 } else { 230 };
        }
    }

    /// Out of focus: the mean of the pixels around each, `reach` far, twice.
    #[must_use]
    pub fn blurred(&self, reach: usize) -> Self {
        let along = |luma: &[u8], step: usize, end: &dyn Fn(usize) -> (usize, usize)| {
            let mean = |at: usize| {
                let (position, length) = end(at);
                let before = reach.min(position);
                let after = reach.min(length - 1 - position);
                let first = at - before * step;
                let count = before + after + 1;
                let sum: usize = (0..count)
                    .map(|n| usize::from(luma[first + n * step]))
                    .sum();
                (sum / count) as u8
            };
            (0..luma.len()).map(mean).collect::<Vec<u8>>()
        };
        let mut luma = self.0.clone();
        for _ in 0..2 {
            luma = along(&luma, 1, &|at| (at % WIDTH, WIDTH));
            luma = along(&luma, WIDTH, &|at| (at / WIDTH, HEIGHT));
        }
        Self(luma)
    }

    /// In a room with hardly any light.
    #[must_use]
    pub fn dark(&self) -> Self {
        Self(self.0.iter().map(|luma| luma / 9).collect())
    }

    pub fn encoded(&self, format: &str) -> Vec<u8> {
        match format {
            "MJPG" => self.jpeg(),
            "YUYV" => {
                let row = |row: &[u8]| {
                    let pixels = row.iter().flat_map(|luma| [*luma, 128]);
                    pixels.chain([0x55; 64]).collect::<Vec<u8>>()
                };
                self.0.chunks(WIDTH).flat_map(row).collect()
            }
            "NV12" => [&self.0[..], &vec![128; WIDTH * HEIGHT / 2]].concat(),
            _ => self.0.clone(),
        }
    }

    fn jpeg(&self) -> Vec<u8> {
        let rgb: Vec<u8> = self.0.iter().flat_map(|luma| [*luma; 3]).collect();
        let mut file = Vec::new();
        let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut file, 80);
        image::ImageEncoder::write_image(
            encoder,
            &rgb,
            WIDTH as u32,
            HEIGHT as u32,
            image::ExtendedColorType::Rgb8,
        )
        .unwrap();
        file
    }
}

/// The library to preload, compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &LIBRARY
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let library = folder.path().join("video.so");
            let source = Path::new(file!()).with_file_name("video.c");
            // The name is from the workspace's own folder, and tests run in their package's.
            let source = Path::new(env!("CARGO_MANIFEST_DIR"))
                .ancestors()
                .map(|folder| folder.join(&source))
                .find(|path| path.exists())
                .expect("video.c is beside this file");
            let compiled = Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .arg(&library)
                .arg(source)
                .arg("-ldl")
                .status()
                .expect("a C compiler (cc)");
            assert!(compiled.success(), "video.c does not compile");
            (folder, library)
        })
        .1
}

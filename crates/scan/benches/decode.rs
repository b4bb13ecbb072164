//! Decode rate and time for every class of the robustness set, beside zxing-cpp alone and zbarimg on the same pictures.
//!
//! `cargo bench -p deskfob-scan` prints a table, `cargo bench -p deskfob-scan -- --tsv` one line of tab-separated values
//! a row: what; codes read by us, by zxing-cpp, by zbarimg; codes there are; our median and 95th percentile and the medians
//! of zxing-cpp and zbarimg in milliseconds. Below the table stands whether what was promised is kept, and what was promised
//! as measurements for `cargo xtask bench`. `--seeds N` takes N pictures of every condition. zbarimg is asked if it is
//! installed.
//!
//! Pictures of invented codes are written to a temporary directory for zbarimg.
#![allow(clippy::unwrap_used, reason = "a benchmark may fail")]
#![allow(clippy::print_stdout, reason = "its output is its purpose")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::collections::HashMap;
use std::process::Command;
use std::time::{Duration, Instant};

use deskfob_measure::{Measurement, note};
use deskfob_scan::{Picture, scan, scan_frame};
use image::{GrayImage, Luma, imageops};
use support::conditions::{CONDITIONS, Expected, Order, Shot, Size};
use support::{Numbers, clutter, paste, picture, texts};

struct Args {
    tsv: bool,
    seeds: u64,
    only: Option<String>,
}

/// No camera sees this: finder patterns everywhere, the dearest there is for a reader.
const HOSTILE: &str = "made of finder patterns";

/// One picture and what is in it.
struct Case {
    name: String,
    shot: Shot,
    wanted: Vec<String>,
}

fn main() {
    let mut args = Args {
        tsv: false,
        seeds: 2,
        only: None,
    };
    let mut given = std::env::args().skip(1);
    while let Some(one) = given.next() {
        match one.as_str() {
            "--tsv" => args.tsv = true,
            "--seeds" => args.seeds = given.next().unwrap().parse().unwrap(),
            "--only" => args.only = given.next(),
            // What cargo adds.
            _ => {}
        }
    }
    if !args.tsv {
        println!(
            "{:<34}{:>12}{:>12}{:>12}{:>9}{:>9}{:>10}{:>10}",
            "", "ours", "zxing-cpp", "zbarimg", "ms", "p95 ms", "zxing ms", "zbar ms"
        );
    }
    let mut classes: Vec<&str> = CONDITIONS.iter().map(|row| row.class).collect();
    classes.dedup();
    let mut promises = Promises::default();
    for class in classes {
        if args.only.as_deref().is_none_or(|only| only == class) {
            stills(&args, class, &mut promises);
        }
    }
    if args.only.as_deref().is_none_or(|only| only == "live") {
        live(&args, &mut promises);
        large(&args, &mut promises);
    }
    if !args.tsv {
        promises.tell();
    }
}

/// A frame's processor time on one thread, and a still picture's time, 95th percentiles.
const LIVE_MOST: Duration = Duration::from_millis(33);
const STILL_MOST: Duration = Duration::from_secs(1);

/// What was promised, as it was measured.
#[derive(Default)]
struct Promises {
    /// Classes of pictures where another reader read more.
    behind: Vec<String>,
    /// What took longest of frames, and of stills.
    live: Duration,
    still: Duration,
    measured: Vec<Measurement>,
}

impl Promises {
    fn rate(&mut self, class: &str, ours: usize, others: impl IntoIterator<Item = usize>) {
        if others.into_iter().any(|theirs| theirs > ours) {
            self.behind.push(class.to_owned());
        }
    }

    /// Times that a promise is about, beside those of the others.
    fn times(
        &mut self,
        what: &str,
        target: Duration,
        ours: &mut Tally,
        others: &mut [(&str, &mut Tally)],
    ) {
        let ours = [(None, Some(target), ours)].into_iter();
        let others = others
            .iter_mut()
            .map(|(peer, tally)| (Some(*peer), None, &mut **tally));
        for (peer, target, tally) in ours.chain(others) {
            self.measured.push(Measurement {
                what: what.to_owned(),
                peer: peer.map(str::to_owned),
                target,
                median: tally.percentile(0.5),
                p95: tally.percentile(0.95),
                runs: tally.times.len(),
            });
        }
    }

    fn tell(&self) {
        for measurement in &self.measured {
            note(&measurement.to_string());
        }
        let word = |kept: bool| if kept { "kept" } else { "MISSED" };
        println!(
            "reads as much as the best of the others in every class: {} {}",
            word(self.behind.is_empty()),
            self.behind.join(", ")
        );
        for (what, most, took) in [
            ("p95 of a live frame of 1280x720", LIVE_MOST, self.live),
            ("p95 of a 4K still", STILL_MOST, self.still),
        ] {
            if took > Duration::ZERO {
                println!(
                    "{what} below {} ms: {} ({:.1} ms)",
                    most.as_millis(),
                    word(took < most),
                    took.as_secs_f64() * 1000.0
                );
            }
        }
    }
}

fn cases(class: &str, seeds: u64) -> Vec<Case> {
    let mut cases = Vec::new();
    for row in CONDITIONS.iter().filter(|row| row.class == class) {
        for size in [Size::Short, Size::Dense] {
            for seed in 1..=seeds {
                let order = Order::new(size, seed);
                let (shot, expected) = (row.shoot)(&order);
                let wanted = match expected {
                    Expected::Text => vec![order.text],
                    Expected::Texts(texts) => texts,
                    Expected::Nothing => Vec::new(),
                };
                let name = format!("{} ({size:?}, {seed})", row.name);
                cases.push(Case { name, shot, wanted });
            }
        }
    }
    cases
}

/// How many of the wanted texts were read; a text that is not there must not be.
fn read(case: &Case, got: &[&str], reader: &str) -> usize {
    for text in got {
        assert!(
            case.wanted.iter().any(|wanted| wanted == text) || reader != "ours",
            "{}: read as something else",
            case.name
        );
    }
    case.wanted
        .iter()
        .filter(|wanted| got.contains(&wanted.as_str()))
        .count()
}

fn stills(args: &Args, class: &str, promises: &mut Promises) {
    let cases = cases(class, args.seeds);
    let all: usize = cases.iter().map(|case| case.wanted.len()).sum();
    let (mut ours, mut zxing) = (Tally::default(), Tally::default());
    for case in &cases {
        let scene = case.shot.picture();
        let start = Instant::now();
        let found = scan(&scene);
        ours.add(read(case, &texts(&found), "ours"), start.elapsed());

        let start = Instant::now();
        let found = zxing_alone(&case.shot);
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        let theirs = read(case, &found, "zxing-cpp");
        zxing.add(theirs, start.elapsed());
        if std::env::var_os("VERBOSE").is_some() && ours.last < case.wanted.len() {
            println!("  missed: {} (zxing-cpp {theirs})", case.name);
        }
    }
    let zbar = zbarimg(&cases);
    let others = zbar.iter().map(|tally| tally.read).chain([zxing.read]);
    promises.rate(class, ours.read, others);
    row(args, class, all, &mut ours, Some(&mut zxing), zbar);
}

fn zxing_alone(shot: &Shot) -> Vec<String> {
    let grey = shot.grey();
    let view = zxingcpp::ImageView::from_slice(
        grey.as_raw(),
        grey.width(),
        grey.height(),
        zxingcpp::ImageFormat::Lum,
    )
    .unwrap();
    let found = zxingcpp::read()
        .formats(zxingcpp::BarcodeFormat::QRCode)
        .text_mode(zxingcpp::TextMode::Plain)
        .from(view)
        .unwrap();
    found
        .iter()
        .filter(|one| one.is_valid())
        .map(zxingcpp::Barcode::text)
        .collect()
}

/// Codes read and time a picture, one process for all of them; nothing if it is not installed.
fn zbarimg(cases: &[Case]) -> Option<Tally> {
    let directory = tempfile::tempdir().unwrap();
    let path = |at: usize| directory.path().join(format!("{at}.pgm"));
    for (at, case) in cases.iter().enumerate() {
        let grey = case.shot.grey();
        let head = format!("P5\n{} {}\n255\n", grey.width(), grey.height());
        std::fs::write(path(at), [head.as_bytes(), grey.as_raw()].concat()).unwrap();
    }
    let start = Instant::now();
    let output = Command::new("zbarimg")
        .args([
            "-q",
            "--xml",
            "--nodbus",
            "-S*.enable=0",
            "-Sqrcode.enable=1",
        ])
        .args((0..cases.len()).map(path))
        .output()
        .ok()?;
    let each = start.elapsed() / cases.len() as u32;
    let found = by_file(&String::from_utf8_lossy(&output.stdout));
    let mut tally = Tally::default();
    for (at, case) in cases.iter().enumerate() {
        let got = found.get(&path(at).display().to_string());
        let got: Vec<&str> = got.into_iter().flatten().map(String::as_str).collect();
        tally.add(read(case, &got, "zbarimg"), each);
    }
    Some(tally)
}

/// What zbarimg's XML says of each file.
fn by_file(xml: &str) -> HashMap<String, Vec<String>> {
    let mut found: HashMap<String, Vec<String>> = HashMap::new();
    for source in xml.split("<source href='").skip(1) {
        let (href, rest) = source.split_once('\'').unwrap();
        for data in rest.split("<![CDATA[").skip(1) {
            let (text, _) = data.split_once("]]>").unwrap();
            found
                .entry(href.to_owned())
                .or_default()
                .push(text.to_owned());
        }
    }
    found
}

/// Frames of 1280 x 720 pixels on one thread: processor time a frame, and codes read within twelve frames.
fn live(args: &Args, promises: &mut Promises) {
    let (mut ours, mut zxing, mut all) = (Tally::default(), Tally::default(), 0);
    let mut cases = Vec::new();
    for row in CONDITIONS {
        for size in [Size::Short, Size::Dense] {
            let order = Order::new(size, 5);
            let (shot, expected) = (row.shoot)(&order);
            let grey = shot.grey();
            let (Expected::Text, true) = (expected, grey.width() <= 1280 && grey.height() <= 720)
            else {
                continue;
            };
            all += 1;
            let mut frame = GrayImage::from_pixel(1280, 720, Luma([170]));
            let (x, y) = ((1280 - grey.width()) / 2, (720 - grey.height()) / 2);
            paste(&mut frame, &grey, x, y);
            let case = Case {
                name: row.name.to_owned(),
                shot: Shot::Grey(frame.clone()),
                wanted: vec![order.text.clone()],
            };
            let start = processor_time();
            let found = zxing_alone(&case.shot);
            let theirs = usize::from(found.contains(&order.text));
            zxing.add(theirs, processor_time().saturating_sub(start));
            cases.push(case);
            let frame = picture(&frame);
            let mut got = false;
            for turn in 0..12 {
                let (found, took) = frame_time(&frame, turn);
                got = got || texts(&found).contains(&order.text.as_str());
                ours.add(0, took);
                if got {
                    break;
                }
            }
            if !got && std::env::var_os("VERBOSE").is_some() {
                println!("  missed: {} ({size:?})", row.name);
            }
            ours.read += usize::from(got);
        }
    }
    let zbar = zbarimg(&cases);
    let what = "live 1280x720, a code in it";
    let others = zbar.iter().map(|tally| tally.read).chain([zxing.read]);
    promises.rate(what, ours.read, others);
    promises.live = ours.percentile(0.95);
    // What zbarimg takes is a mean, with the start of its program in it.
    promises.times(
        "live frame, 1280x720, a code in it",
        LIVE_MOST,
        &mut ours,
        &mut [("zxing-cpp", &mut zxing)],
    );
    row(args, what, all, &mut ours, Some(&mut zxing), zbar);

    let mut idle = Tally::default();
    for (name, frame) in idle_frames(1280, 720) {
        let frame = picture(&frame);
        let mut one = Tally::default();
        for turn in 0..48 {
            let took = frame_time(&frame, turn).1;
            one.add(0, took);
            if name != HOSTILE {
                idle.add(0, took);
            }
        }
        row(
            args,
            &format!("live 1280x720, idle: {name}"),
            0,
            &mut one,
            None,
            None,
        );
    }
    promises.live = promises.live.max(idle.percentile(0.95));
    promises.times(
        "live frame, 1280x720, no code",
        LIVE_MOST,
        &mut idle,
        &mut [],
    );
    row(args, "live 1280x720, idle", 0, &mut idle, None, None);
}

fn frame_time(frame: &Picture, turn: usize) -> (Vec<deskfob_scan::Found>, Duration) {
    let start = processor_time();
    let found = scan_frame(frame, turn);
    (found, processor_time().saturating_sub(start))
}

/// What this thread has spent, which is not disturbed by other programs.
#[cfg(unix)]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

#[cfg(not(unix))]
fn processor_time() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}

fn idle_frames(width: u32, height: u32) -> Vec<(&'static str, GrayImage)> {
    let mut numbers = Numbers(3);
    let page = clutter(width, height, 21);
    let noise = GrayImage::from_fn(width, height, |_, _| Luma([numbers.below(256) as u8]));
    let soft = imageops::fast_blur(&page, 3.0);
    // Rings as finder patterns have them, everywhere.
    let rings = GrayImage::from_fn(width, height, |x, y| {
        let ring = |at: u32| (at % 30 / 3).abs_diff(3);
        let dark = matches!(ring(x).max(ring(y)), 0 | 1 | 3);
        Luma([if dark { 0 } else { 255 }])
    });
    let blank = GrayImage::from_pixel(width, height, Luma([120]));
    vec![
        ("text", page),
        ("noise", noise),
        ("out of focus", soft),
        (HOSTILE, rings),
        ("blank", blank),
    ]
}

/// 4K stills without a code: the time of every look there is.
fn large(args: &Args, promises: &mut Promises) {
    let mut all = Tally::default();
    for (name, image) in idle_frames(3840, 2160) {
        let still = picture(&image);
        let mut tally = Tally::default();
        for _ in 0..3 {
            let start = Instant::now();
            assert!(scan(&still).is_empty());
            let took = start.elapsed();
            tally.add(0, took);
            all.add(0, took);
        }
        promises.still = promises.still.max(tally.percentile(0.95));
        row(
            args,
            &format!("4K still, idle: {name}"),
            0,
            &mut tally,
            None,
            None,
        );
    }
    promises.times("4K still, no code", STILL_MOST, &mut all, &mut []);
}

#[derive(Default)]
struct Tally {
    read: usize,
    last: usize,
    times: Vec<Duration>,
}

impl Tally {
    fn add(&mut self, read: usize, time: Duration) {
        self.read += read;
        self.last = read;
        self.times.push(time);
    }

    /// `part` of the pictures took no longer.
    fn percentile(&mut self, part: f64) -> Duration {
        self.times.sort_unstable();
        let at = ((self.times.len() - 1) as f64 * part).round() as usize;
        self.times[at]
    }

    /// The same in milliseconds.
    fn time(&mut self, part: f64) -> f64 {
        self.percentile(part).as_secs_f64() * 1000.0
    }
}

fn row(
    args: &Args,
    what: &str,
    all: usize,
    ours: &mut Tally,
    zxing: Option<&mut Tally>,
    zbar: Option<Tally>,
) {
    let (median, slow) = (ours.time(0.5), ours.time(0.95));
    let (zxing_read, zxing_ms) = match zxing {
        Some(tally) => (Some(tally.read), Some(tally.time(0.5))),
        None => (None, None),
    };
    let (zbar_read, zbar_ms) = match zbar {
        Some(mut tally) => (Some(tally.read), Some(tally.time(0.5))),
        None => (None, None),
    };
    if args.tsv {
        let number = |value: Option<usize>| value.map_or("-".to_owned(), |value| value.to_string());
        let ms = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.2}"));
        println!(
            "{what}\t{}\t{}\t{}\t{all}\t{median:.2}\t{slow:.2}\t{}\t{}",
            ours.read,
            number(zxing_read),
            number(zbar_read),
            ms(zxing_ms),
            ms(zbar_ms)
        );
        return;
    }
    let rate = |value: Option<usize>| match value {
        Some(value) if all > 0 => format!("{value}/{all}"),
        _ => "-".to_owned(),
    };
    let ms = |value: Option<f64>| value.map_or("-".to_owned(), |value| format!("{value:.1}"));
    println!(
        "{what:<34}{:>12}{:>12}{:>12}{median:>9.1}{slow:>9.1}{:>10}{:>10}",
        rate(Some(ours.read)),
        rate(zxing_read),
        rate(zbar_read),
        ms(zxing_ms),
        ms(zbar_ms)
    );
}

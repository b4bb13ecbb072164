//! What a picture may cost, and what a camera's frames say to a person.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use deskfob_scan::{Effort, FrameHint, frame_hint, scan_frame, scan_with};
use image::{GrayImage, Luma, imageops};
use support::conditions::{Order, Size};
use support::scene::{Code, Plane, View};
use support::{Numbers, clutter, paste, picture, texts};

fn effort(budget: Option<Duration>, threads: usize) -> Effort<'static> {
    Effort {
        budget,
        threads,
        ..Effort::thorough()
    }
}

#[test]
fn the_plain_look_is_taken_whatever_the_budget() {
    let order = Order::new(Size::Short, 3);
    let mut page = clutter(1920, 1080, 4);
    paste(&mut page, &support::qr(&order.text, 4), 700, 300);
    let found = scan_with(&picture(&page), &effort(Some(Duration::ZERO), 1));
    assert_eq!(texts(&found), [order.text]);
}

#[test]
fn a_budget_is_kept() {
    let page = picture(&clutter(3840, 2160, 8));
    let time = |effort: &Effort<'_>| {
        let start = Instant::now();
        assert!(scan_with(&page, effort).is_empty());
        start.elapsed()
    };
    let none = time(&effort(Some(Duration::ZERO), 1));
    let all = time(&effort(None, 1));
    assert!(
        none * 3 < all,
        "{none:?} without further looks, {all:?} with all of them"
    );
}

#[test]
fn a_scan_that_nobody_waits_for_ends() {
    let page = picture(&clutter(3840, 2160, 8));
    let cancelled = AtomicBool::new(false);
    let effort = Effort {
        cancelled: Some(&cancelled),
        ..Effort::thorough()
    };
    std::thread::scope(|scope| {
        let scan = scope.spawn(|| scan_with(&page, &effort));
        cancelled.store(true, Ordering::Relaxed);
        let start = Instant::now();
        assert!(scan.join().unwrap().is_empty());
        // A few looks at most, however busy the machine is; all of them are dozens.
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "took {:?}",
            start.elapsed()
        );
    });
}

#[test]
fn any_number_of_threads_reads_the_same() {
    let texts_of: Vec<String> = (0..9)
        .map(|seed| Order::new(Size::Short, seed).text)
        .collect();
    let mut page = clutter(2600, 1500, 6);
    for (at, text) in (0..).zip(&texts_of) {
        let code = support::qr(text, 2);
        let small = imageops::resize(&code, 84, 84, imageops::FilterType::Triangle);
        paste(&mut page, &small, 100 + at % 3 * 900, 60 + at / 3 * 500);
    }
    let one = scan_with(&picture(&page), &effort(None, 1));
    for threads in [0, 2, 7] {
        let more = scan_with(&picture(&page), &effort(None, threads));
        assert_eq!(texts(&more), texts(&one), "{threads} threads");
    }
    assert_eq!(texts(&one), texts_of, "each once, top to bottom");
}

/// A frame of 1280 x 720 pixels with a code in its middle.
fn frame(module: f32) -> Plane {
    let order = Order::new(Size::Short, 3);
    let view = View {
        module,
        frame: (1280, 720),
        turn: 4.0,
        ..View::PLAIN
    };
    view.of(&Code::new(&order.text, qrcode::EcLevel::L))
}

#[test]
fn hints() {
    let mut numbers = Numbers(7);
    let mut noisy = |plane: Plane| plane.noisy(3.0, &mut numbers).grey();
    let desk = Plane::of(&clutter(1280, 720, 3));
    let cases: [(&str, GrayImage, Option<FrameHint>); 9] = [
        ("good", noisy(frame(5.0)), None),
        ("too small", noisy(frame(1.8)), Some(FrameHint::Closer)),
        (
            "too small and on a dark page",
            noisy(frame(1.8).map(|_, _, light| 255.0 - light)),
            Some(FrameHint::Closer),
        ),
        (
            "dark",
            noisy(frame(5.0).levels(3.0, 22.0)),
            Some(FrameHint::MoreLight),
        ),
        (
            "a covered lens",
            noisy(frame(5.0).levels(0.0, 2.0)),
            Some(FrameHint::MoreLight),
        ),
        (
            "moving",
            noisy(frame(5.0).blurred(1.0).moved(22.0, 15.0)),
            Some(FrameHint::HoldStill),
        ),
        (
            "out of focus",
            noisy(frame(5.0).blurred(6.0)),
            Some(FrameHint::HoldStill),
        ),
        ("a desk without a code", noisy(desk), None),
        (
            "a wall",
            GrayImage::from_pixel(1280, 720, Luma([140])),
            None,
        ),
    ];
    for (name, image, expected) in cases {
        assert_eq!(frame_hint(&picture(&image)), expected, "{name}");
    }
    for size in [(1, 1), (1, 900), (2, 2), (5000, 1)] {
        let _ = frame_hint(&picture(&GrayImage::new(size.0, size.1)));
    }
}

#[test]
fn a_frame_of_any_size_is_looked_at_in_every_way() {
    for (width, height) in [
        (1, 1),
        (2, 900),
        (160, 120),
        (641, 479),
        (1280, 720),
        (2592, 1944),
    ] {
        let image = clutter(width, height, 5);
        for turn in (0..14).chain([usize::MAX]) {
            assert!(
                scan_frame(&picture(&image), turn).is_empty(),
                "{width} x {height}, {turn}"
            );
        }
    }
}

//! The robustness set: every condition, with a short and a dense code.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use deskfob_scan::{Effort, scan_with};
use support::conditions::{BEYOND_REACH, CONDITIONS, Expected, Order, Size};
use support::texts;

/// Reads every row and tells which were missed.
fn read_all(size: Size) {
    let mut missed = Vec::new();
    for condition in CONDITIONS {
        let order = Order::new(size, 1);
        let (shot, expected) = (condition.shoot)(&order);
        let scene = shot.picture();
        let found = scan_with(&scene, &Effort::thorough());
        let mut got = texts(&found);
        got.sort_unstable();
        let mut wanted = match expected {
            Expected::Text => vec![order.text],
            Expected::Texts(texts) => texts,
            Expected::Nothing => Vec::new(),
        };
        wanted.sort_unstable();
        if got != wanted {
            let (got, wanted) = (got.len(), wanted.len());
            missed.push(format!("{}: {got} of {wanted} read", condition.name));
        }
    }
    assert!(
        missed.is_empty(),
        "{} of {} conditions ({size:?}) missed:\n{}",
        missed.len(),
        CONDITIONS.len(),
        missed.join("\n")
    );
}

#[test]
fn every_condition_is_read_with_a_short_code() {
    read_all(Size::Short);
}

#[test]
fn every_condition_is_read_with_a_dense_code() {
    read_all(Size::Dense);
}

/// When one of these is read, it belongs into the set.
#[test]
fn what_is_beyond_reach_is_still_so() {
    for (name, size, reason, shoot) in BEYOND_REACH {
        let (shot, _) = shoot(&Order::new(*size, 1));
        let found = scan_with(&shot.picture(), &Effort::thorough());
        assert!(found.is_empty(), "{name} is read by now, though {reason}");
    }
}

#[test]
fn the_set_is_as_hard_as_it_says() {
    assert!(CONDITIONS.len() >= 40, "{} conditions", CONDITIONS.len());
    let dense = Order::new(Size::Dense, 1);
    let side = qrcode::QrCode::with_error_correction_level(&dense.text, qrcode::EcLevel::L)
        .unwrap()
        .width();
    assert!(
        side >= 97,
        "version 20 has 97 modules a side, this one {side}"
    );
}

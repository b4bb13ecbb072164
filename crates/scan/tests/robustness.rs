//! The robustness set: every condition, with a short and a dense code.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod support;

use deskfob_scan::{Effort, scan_with};
use support::conditions::{CONDITIONS, Expected, Order, Size};
use support::texts;

#[test]
fn every_condition_is_read() {
    let mut missed = Vec::new();
    for condition in CONDITIONS {
        for size in [Size::Short, Size::Dense] {
            let order = Order::new(size, 1);
            let (shot, expected) = (condition.shoot)(&order);
            let t = std::time::Instant::now();
            let found = scan_with(&shot.picture(), &Effort::thorough());
            let el = t.elapsed().as_millis();
            let mut got = texts(&found);
            got.sort_unstable();
            let mut wanted = match expected {
                Expected::Text => vec![order.text],
                Expected::Texts(texts) => texts,
                Expected::Nothing => Vec::new(),
            };
            wanted.sort_unstable();
            if got != wanted {
                missed.push(format!(
                    "{}: {} ({size:?}): {} of {} in {} x {} [{el} ms]",
                    condition.class,
                    condition.name,
                    got.len(),
                    wanted.len(),
                    shot.grey().width(),
                    shot.grey().height()
                ));
            }
        }
    }
    assert!(
        missed.is_empty(),
        "{} missed:\n{}",
        missed.len(),
        missed.join("\n")
    );
}

//! Clocks that the test moves.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskfob_app::{Now, ReadClocks};

#[derive(Clone)]
pub struct Clocks(Arc<Mutex<Now>>);

impl Clocks {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Now {
            monotonic: Duration::from_secs(1000),
            wall: Duration::from_secs(1_700_000_000),
        })))
    }

    pub fn reader(&self) -> ReadClocks {
        let now = Arc::clone(&self.0);
        Box::new(move || *now.lock().unwrap())
    }

    /// Time passes, in steps that a running program would see.
    pub fn pass(&self, time: Duration) {
        let mut now = self.0.lock().unwrap();
        now.monotonic += time;
        now.wall += time;
    }

    /// The machine sleeps: only the wall clock goes on.
    pub fn sleep(&self, time: Duration) {
        self.0.lock().unwrap().wall += time;
    }
}

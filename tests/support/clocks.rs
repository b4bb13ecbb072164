//! Clocks that the test moves.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use deskfob_app::{Now, ReadClocks};
use tokio::task::{Id, block_in_place, try_id};

#[derive(Clone)]
pub struct Clocks(Arc<Shared>);

struct Shared {
    state: Mutex<State>,
    released: Condvar,
}

struct State {
    now: Now,
    /// The first task that read the clocks: the one that watches the vault.
    watcher: Option<Id>,
    /// What it read last.
    seen: Option<Now>,
    held: bool,
}

impl Clocks {
    pub fn new() -> Self {
        Self(Arc::new(Shared {
            state: Mutex::new(State {
                now: Now {
                    monotonic: Duration::from_secs(1000),
                    wall: Duration::from_secs(1_700_000_000),
                },
                watcher: None,
                seen: None,
                held: false,
            }),
            released: Condvar::new(),
        }))
    }

    pub fn reader(&self) -> ReadClocks {
        let shared = Arc::clone(&self.0);
        Box::new(move || shared.read())
    }

    /// Time passes, in steps that a running program would see.
    pub fn pass(&self, time: Duration) {
        let now = &mut self.0.state.lock().unwrap().now;
        now.monotonic += time;
        now.wall += time;
    }

    /// The machine sleeps: only the wall clock goes on.
    pub fn sleep(&self, time: Duration) {
        self.0.state.lock().unwrap().now.wall += time;
    }

    /// Whether the task that watches the vault has read what the clocks show now.
    pub fn are_seen(&self) -> bool {
        let state = self.0.state.lock().unwrap();
        state.seen == Some(state.now)
    }

    /// The task that watches the vault waits at its next look at the clocks; everybody else goes on.
    pub fn hold_watcher(&self) {
        let mut state = self.0.state.lock().unwrap();
        assert!(state.watcher.is_some(), "the task looked at the clocks");
        state.held = true;
    }

    pub fn release_watcher(&self) {
        self.0.state.lock().unwrap().held = false;
        self.0.released.notify_all();
    }
}

impl Shared {
    fn read(&self) -> Now {
        let reader = try_id();
        let mut state = self.state.lock().unwrap();
        if state.watcher.is_none() {
            state.watcher = reader;
        }
        if state.held && reader.is_some() && state.watcher == reader {
            drop(state);
            // The runtime's other tasks go on, on a machine with one processor, too.
            state = block_in_place(|| {
                let state = self.state.lock().unwrap();
                self.released.wait_while(state, |state| state.held).unwrap()
            });
        }
        if state.watcher == reader {
            state.seen = Some(state.now);
        }
        state.now
    }
}

//! Slows down guessing: a few wrong tries in a while, then a wait.

use std::collections::HashMap;

use crate::{clock::UnixSeconds, ids::UserId};

/// Wrong tries taken within [`WHILE`].
const MOST_WRONG: usize = 10;
const WHILE: UnixSeconds = 5 * 60;

/// Wrong passwords or codes of late, for each user. Not kept across restarts.
#[derive(Default)]
pub(crate) struct Throttle(HashMap<UserId, Vec<UnixSeconds>>);

impl Throttle {
    /// Whether this user may try now; else the seconds to wait.
    pub(crate) fn allowed(&mut self, user: UserId, now: UnixSeconds) -> Result<(), UnixSeconds> {
        let Some(tries) = self.0.get_mut(&user) else {
            return Ok(());
        };
        tries.retain(|at| now - at < WHILE);
        match tries.first() {
            Some(first) if tries.len() >= MOST_WRONG => Err((first + WHILE - now).max(1)),
            _ => Ok(()),
        }
    }

    pub(crate) fn record(&mut self, user: UserId, now: UnixSeconds) {
        self.0.entry(user).or_default().push(now);
    }

    pub(crate) fn forget(&mut self, user: UserId) {
        self.0.remove(&user);
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn ten_wrong_tries_are_followed_by_a_wait() {
        let (user, other) = (UserId::new(Uuid::nil()), UserId::new(Uuid::max()));
        let mut throttle = Throttle::default();
        for second in 0..10 {
            assert_eq!(throttle.allowed(user, second), Ok(()), "try {second}");
            throttle.record(user, second);
        }
        assert_eq!(
            throttle.allowed(user, 10),
            Err(290),
            "until the first is five minutes old"
        );
        assert_eq!(throttle.allowed(other, 10), Ok(()), "another user");
        assert_eq!(throttle.allowed(user, 300), Ok(()), "later");
        throttle.forget(user);
        assert_eq!(throttle.allowed(user, 10), Ok(()), "after a right one");
    }
}

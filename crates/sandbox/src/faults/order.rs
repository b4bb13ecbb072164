//! What can be ordered to go wrong, and at which requests.

use std::time::Duration;

use axum::http::Method;

use crate::{api::Challenge, clock::UnixSeconds};

/// A fault.
#[derive(Clone, Debug)]
pub(super) enum Fault {
    Delay(Duration),
    /// An error of this status.
    Status(u16),
    /// 429, to come again in this many seconds.
    Wait(UnixSeconds),
    /// The connection is reset, without an answer.
    Reset,
    /// The answer ends in the middle.
    Cut,
    /// A page, as of a network that wants to be signed in to.
    Html,
    StepUp(Challenge),
    SsoExpired,
    TokenRefused,
}

/// Whether the request is acted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum When {
    /// It is not.
    Before,
    /// It is, and only the answer is spoilt.
    After,
}

/// One order.
#[derive(Clone, Debug)]
pub(super) struct Order {
    /// How often it still counts; `None`: always.
    pub(super) left: Option<u32>,
    /// `None`: any.
    pub(super) method: Option<Method>,
    pub(super) path: String,
    pub(super) when: When,
    pub(super) fault: Fault,
}

/// Faults to order, written as in `--faults`: orders between semicolons.
#[derive(Clone, Debug, Default)]
pub struct FaultOrders {
    pub(super) orders: Vec<Order>,
    /// Seconds that the sandbox's clock is ahead.
    pub(super) clock: UnixSeconds,
}

impl Order {
    pub(super) fn meets(&self, method: &Method, path: &str) -> bool {
        self.left != Some(0)
            && self.method.as_ref().is_none_or(|asked| asked == method)
            && path_matches(&self.path, path)
    }

    pub(super) fn count_down(&mut self) {
        if let Some(left) = &mut self.left {
            *left = left.saturating_sub(1);
        }
    }
}

/// `*` stands for one segment, `**` at the end for any rest.
fn path_matches(pattern: &str, path: &str) -> bool {
    let mut given = path.trim_matches('/').split('/');
    for asked in pattern.trim_matches('/').split('/') {
        if asked == "**" {
            return true;
        }
        match given.next() {
            Some(segment) if asked == "*" || asked == segment => {}
            _ => return false,
        }
    }
    given.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_meets_its_requests_as_often_as_it_says() {
        let mut orders: FaultOrders = "first 2 POST /users/*/totp reset".parse().unwrap();
        let order = &mut orders.orders[0];
        for (method, path, expected) in [
            (Method::POST, "/users/1/totp", true),
            (Method::GET, "/users/1/totp", false),
            (Method::POST, "/users/1/2/totp", false),
            (Method::POST, "/users/1/totp/2", false),
            (Method::POST, "/users/totp", false),
        ] {
            assert_eq!(order.meets(&method, path), expected, "{method} {path}");
        }
        order.count_down();
        assert!(order.meets(&Method::POST, "/users/1/totp"), "the second");
        order.count_down();
        assert!(!order.meets(&Method::POST, "/users/1/totp"), "the third");
        for (path, expected) in [
            ("/organizations", true),
            ("/organizations/1/members", true),
            ("/users", false),
        ] {
            assert_eq!(path_matches("/organizations/**", path), expected, "{path}");
        }
    }
}

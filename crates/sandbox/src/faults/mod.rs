//! Faults to order: what a network and a platform do on a bad day, at the request where it is wanted.

mod answer;
mod connection;
mod grammar;
mod order;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, Method, header},
    middleware::Next,
    response::Response,
};
use tokio::time;

pub(crate) use connection::{BreakableListener, Breaker};
pub use grammar::FaultOrdersError;
pub use order::FaultOrders;
use order::{Fault, Order, When};

use crate::{
    app::Shared,
    clock::{self, UnixSeconds, http_date},
};

/// The faults in force. Clones share them; they can be changed while the sandbox runs.
#[derive(Clone, Default)]
pub struct Faults(Arc<Inner>);

#[derive(Default)]
struct Inner {
    orders: Mutex<Vec<Order>>,
    clock: AtomicI64,
    requests: AtomicU64,
}

impl Faults {
    pub(crate) fn new(orders: FaultOrders) -> Self {
        let faults = Self::default();
        faults.set(orders);
        faults
    }

    /// Puts these orders in the place of all earlier ones.
    pub fn set(&self, orders: FaultOrders) {
        self.0.clock.store(orders.clock, Ordering::Relaxed);
        *self.orders() = orders.orders;
    }

    /// Ends all faults.
    pub fn clear(&self) {
        self.set(FaultOrders::default());
    }

    /// Requests that have arrived since the start, faulty ones included.
    pub fn requests(&self) -> u64 {
        self.0.requests.load(Ordering::Relaxed)
    }

    /// The time by the sandbox's clock, which may be ordered to be wrong.
    pub(crate) fn now(&self) -> UnixSeconds {
        clock::now() + self.0.clock.load(Ordering::Relaxed)
    }

    fn orders(&self) -> std::sync::MutexGuard<'_, Vec<Order>> {
        self.0.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The faults of one request: any number of delays, and the first other fault.
    fn of(&self, method: &Method, path: &str) -> Vec<(When, Fault)> {
        let mut found = Vec::new();
        for order in self.orders().iter_mut() {
            if !order.meets(method, path) {
                continue;
            }
            order.count_down();
            found.push((order.when, order.fault.clone()));
            if !matches!(order.fault, Fault::Delay(_)) {
                break;
            }
        }
        found
    }
}

/// Spoils the requests that are ordered to be, and tells the time by the sandbox's clock.
pub(crate) async fn apply(State(app): State<Shared>, request: Request, next: Next) -> Response {
    let faults = &app.faults;
    faults.0.requests.fetch_add(1, Ordering::Relaxed);
    let breaker = request
        .extensions()
        .get::<ConnectInfo<Breaker>>()
        .map(|info| info.0.clone());
    let mut spoil = None;
    for (when, fault) in faults.of(request.method(), request.uri().path()) {
        match fault {
            Fault::Delay(length) => time::sleep(length).await,
            other => spoil = Some((when, other)),
        }
    }
    let response = match spoil {
        None => next.run(request).await,
        Some((When::Before, fault)) => answer::instead(fault, breaker.as_ref(), None).await,
        Some((When::After, fault)) => {
            let real = next.run(request).await;
            answer::instead(fault, breaker.as_ref(), Some(real)).await
        }
    };
    let mut response = app.error_shape.write(response);
    if let Ok(date) = HeaderValue::from_str(&http_date(faults.now())) {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

//! Clients that registered themselves (RFC 7591).

use serde::{Deserialize, Serialize};

use super::Data;
use crate::clock::UnixSeconds;

/// Registered clients kept; the oldest go first.
const MOST_CLIENTS: usize = 200;

/// A public client on loopback.
#[derive(Serialize, Deserialize)]
pub(crate) struct RegisteredClient {
    pub(crate) name: String,
    registered_at: UnixSeconds,
}

impl Data {
    pub(crate) fn register_client(&mut self, id: String, name: String, now: UnixSeconds) {
        while self.clients.len() >= MOST_CLIENTS {
            let oldest = self.clients.iter().min_by_key(|(_, c)| c.registered_at);
            let Some(id) = oldest.map(|(id, _)| id.clone()) else {
                break;
            };
            self.clients.remove(&id);
        }
        let client = RegisteredClient {
            name,
            registered_at: now,
        };
        self.clients.insert(id, client);
    }
}

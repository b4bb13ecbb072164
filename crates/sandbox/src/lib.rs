//! The embedded platform: a stand-in for Upsun and Platform.sh, served on loopback.
//!
//! It has people with passwords, organisations with members, an OAuth 2.0 authorization server with
//! real pages, TOTP enrolment, MFA enforcement and reminder mail. Where the real platform's behaviour
//! is not published, `docs/sandbox.md` says what was chosen here.
//!
//! Everything in it is test data. Its state file holds set-up keys in clear, on purpose.
#![forbid(unsafe_code)]

mod api;
mod app;
mod attach;
mod clock;
mod config;
mod error;
mod error_shape;
mod faults;
mod guard;
mod ids;
mod keys;
mod mail;
mod oauth;
mod pages;
mod server;
mod ssh;
mod state;
mod world;

pub use attach::{Attached, attach_or_start};
pub use config::{Config, SmtpServer, SmtpServerError};
pub use error::StartError;
pub use error_shape::ErrorShape;
pub use faults::{FaultOrders, FaultOrdersError, Faults};
pub use server::{Running, start};
pub use world::{API_TOKENS, Connection, DemoPerson, DemoToken, PEOPLE, SANDBOX_TOTP_ISSUER};

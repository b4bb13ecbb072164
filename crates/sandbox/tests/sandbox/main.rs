//! Black-box tests: a real sandbox on a real port, used by a browser that follows its forms and by
//! an API client.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code")]

mod api_tokens;
mod enrolment;
mod faults;
mod organizations;
mod pages;
mod phone;
mod registration;
mod reminders;
mod sign_in;
mod ssh;
mod ssh_keys;
mod sso;
mod state;
mod support;
mod tokens;

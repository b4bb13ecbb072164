//! Black-box tests: a real sandbox on a real port, used by a browser that follows its forms and by
//! an API client.
#![allow(clippy::unwrap_used, missing_docs, reason = "test code")]

mod enrolment;
mod organizations;
mod pages;
mod reminders;
mod sign_in;
mod ssh;
mod state;
mod support;
mod tokens;

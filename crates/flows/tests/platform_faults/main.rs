//! Every fault at every step: what the caller gets, what the vault holds, what the platform holds, and
//! how many requests were made. Then the fault ends and the job has to come to its right end all the same.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and prints its table"
)]

mod bench;
mod enrolment;
mod recovery_codes;
mod session;
mod sign_in;
#[path = "../support/mod.rs"]
mod support;
mod withdrawal;

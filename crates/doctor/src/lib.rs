//! What an error of a platform means, and what to do. Pure: text in, findings out; no I/O, no clock.
//!
//! [`diagnose`] reads whatever was pasted or piped: one line, a screenful, the log of a build. [`advise`] says
//! what to do about a finding, given what is known of the account. What no rule knows is not guessed at: a text
//! without a known error has no findings.
//!
//! The text may hold secrets. None of it is kept but short quotes, and tokens and keys are taken out of those;
//! that they were there is told by [`Diagnosis::leaks`].
#![forbid(unsafe_code)]

mod advice;
mod asked;
mod block;
mod diagnose;
mod facts;
mod finding;
mod greeting;
mod http;
mod leak;
mod pattern;
mod phrases;
mod quote;
mod reading;
mod symptom;
mod told;
mod words;

pub use advice::{Advice, Condition, Remedy, Step, advise};
pub use asked::Asked;
pub use diagnose::{Diagnosis, MAX_BYTES, diagnose};
pub use facts::{Certificate, CommandLineCertificate, Facts, Keeper, Known, Session, Why};
pub use finding::{Finding, Host, Named, Place, Service};
pub use leak::{Leak, LeakKind, mask};
pub use symptom::Symptom;
pub use told::{State, Told};

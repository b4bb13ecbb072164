//! The authorization server: OAuth 2.0 (RFC 6749) with PKCE (RFC 7636), loopback redirects
//! (RFC 8252) and step-up (RFC 9470), and the pages on which people sign in.

mod access_token;
mod authorize;
mod browser;
mod client;
mod failure;
mod forms;
mod identity;
mod pages;
mod pending;
mod register;
mod revoke;
mod sign_in;
mod step;
mod throttle;
mod token;

pub(crate) use access_token::{AccessTokens, Claims};
pub(crate) use authorize::authorize;
pub(crate) use browser::{Browser, Posted};
pub(crate) use client::DESKFOB_CLIENT_ID;
pub(crate) use forms::{account, cancel, code, consent, password, sign_out};
pub(crate) use identity::{choose_provider, vouch};
pub(crate) use pending::Pending;
pub(crate) use register::register;
pub(crate) use revoke::revoke;
pub(crate) use sign_in::{begin, show};
pub(crate) use token::token;

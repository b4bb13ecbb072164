//! Links that the system hands over, from a web page or another program: nothing in them is trusted, and nothing is
//! kept before the person has looked at it.

use std::ffi::OsStr;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Manager, Runtime};

use crate::commands;
use crate::state::AppState;
use crate::view::BackendEvent;

/// The schemes of the links that Deskfob opens.
pub(crate) const SCHEMES: [&str; 2] = ["otpauth", "otpauth-migration"];

/// Links that wait for the vault to be opened; more are dropped. A web page can send any number.
const MAX_WAITING: usize = 20;

/// A link of one of [`SCHEMES`], which holds a secret.
pub struct Link(SecretString);

impl Link {
    /// The argument, if it is such a link. Of one that is too long, enough is kept to be refused for that.
    pub fn from_argument(mut argument: String) -> Option<Self> {
        if !is_link(OsStr::new(&argument)) {
            return None;
        }
        if let Some((end, _)) = argument
            .char_indices()
            .find(|(at, _)| *at > deskfob_otp::MAX_URI_BYTES)
        {
            argument.truncate(end);
        }
        Some(Self(argument.into()))
    }

    pub(crate) fn into_text(self) -> SecretString {
        self.0
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Link([redacted])")
    }
}

/// Whether an argument is such a link.
pub fn is_link(argument: &OsStr) -> bool {
    argument
        .to_str()
        .and_then(|text| text.split_once(':'))
        .is_some_and(|(scheme, _)| SCHEMES.iter().any(|one| scheme.eq_ignore_ascii_case(one)))
}

/// Links that were opened while the vault was not.
#[derive(Default)]
pub(crate) struct WaitingLinks(Mutex<Vec<Link>>);

impl WaitingLinks {
    fn add(&self, link: Link) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = |one: &Link| one.0.expose_secret() == link.0.expose_secret();
        if waiting.len() < MAX_WAITING && !waiting.iter().any(known) {
            waiting.push(link);
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.is_empty()
    }

    pub(crate) fn take(&self) -> Vec<Link> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Shows what the links say when the vault is open, and keeps them until it is otherwise.
pub fn opened<R: Runtime>(app: &AppHandle<R>, links: Vec<Link>) {
    if links.is_empty() {
        return;
    }
    let state = app.state::<AppState>();
    for link in links {
        state.links.add(link);
    }
    let app = app.clone();
    tauri::async_runtime::spawn_blocking(move || {
        tauri::async_runtime::block_on(show(&app));
    });
}

async fn show<R: Runtime>(app: &AppHandle<R>) {
    let state = app.state::<AppState>();
    let Ok(open) = state.opened().await else {
        return BackendEvent::LinkWaits.send(app);
    };
    match commands::links::take(&state, &open).await {
        Ok(None) => return,
        Ok(Some(found)) => BackendEvent::DraftsFound { found },
        Err(error) => BackendEvent::DraftsFailed { error },
    }
    .send(app);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_told_from_other_arguments() {
        for (argument, link) in [
            ("otpauth://totp/a?secret=QWERTYUIOP", true),
            ("OTPAUTH://TOTP/A?SECRET=QWERTYUIOP", true),
            ("otpauth-migration://offline?data=CjEKCg", true),
            ("otpauth:", true),
            ("--home", false),
            ("https://example.com/otpauth://totp/a", false),
            ("otpauthx://totp/a", false),
            ("", false),
        ] {
            assert_eq!(is_link(OsStr::new(argument)), link, "{argument}");
        }
    }

    #[test]
    fn an_installed_package_is_given_the_same_links() {
        let config = include_str!("../../tauri.conf.json");
        let config: serde_json::Value = serde_json::from_str(config).unwrap();
        let schemes = &config["plugins"]["deep-link"]["desktop"]["schemes"];
        assert_eq!(*schemes, serde_json::json!(SCHEMES));
        for package in ["deb", "rpm"] {
            let template = &config["bundle"]["linux"][package]["desktopTemplate"];
            assert_eq!(template, "src-tauri/deskfob.desktop", "{package}");
        }
        let template = include_str!("../deskfob.desktop");
        assert!(template.contains("\nExec={{exec}} %u\n"), "with the link");
        assert_eq!(config["productName"], "Deskfob", "what its file is called");
    }

    #[test]
    fn only_so_many_wait_and_each_once() {
        let links = WaitingLinks::default();
        let link = |n: usize| Link::from_argument(format!("otpauth://totp/{n}?secret=QWERTYUIOP"));
        for n in 0..100 {
            links.add(link(n / 2).unwrap());
        }
        let shown = format!("{:?}", links.take());
        assert_eq!(shown.matches("Link([redacted])").count(), MAX_WAITING);
        assert!(links.is_empty(), "taken once");
    }
}

//! Signing in again in the middle of a command, when the platform asks for it (RFC 9470).

use std::io::{self, IsTerminal};
use std::sync::Arc;
use std::time::Duration;

use deskfob_flows::{Answered, Desk, SignInPrompt};
use deskfob_platform::{BrowserSignIn, SignInError, StepUp, TokenSet};
use deskfob_vault::StoredAccount;

use crate::choose;
use crate::input;
use crate::output;

/// How long a sign-in waits for the person in the browser.
pub(crate) const SIGN_IN_WAIT: Duration = Duration::from_secs(15 * 60);

/// Asks on the terminal and opens the browser.
struct Terminal;

/// `desk`, with whoever sits at the terminal, if somebody does.
pub(crate) fn attended(desk: Desk) -> Desk {
    if io::stdin().is_terminal() {
        desk.attended(Arc::new(Terminal))
    } else {
        desk
    }
}

impl SignInPrompt for Terminal {
    fn agreed<'a>(&'a self, account: &'a StoredAccount, wanted: &'a StepUp) -> Answered<'a, bool> {
        let question = format!(
            "{} wants another sign-in for this, {wanted}. Sign in as {} in the browser now?",
            choose::platform(account),
            account.email,
        );
        Box::pin(async move { input::confirm(&question, false).is_ok() })
    }

    fn browse<'a>(
        &'a self,
        _: &'a StoredAccount,
        attempt: BrowserSignIn,
    ) -> Answered<'a, Result<Option<TokenSet>, SignInError>> {
        Box::pin(async move {
            open(&attempt, false);
            attempt.finish(SIGN_IN_WAIT).await.map(Some)
        })
    }
}

/// Shows the attempt's address and opens it, unless no browser is wanted.
pub(crate) fn open(attempt: &BrowserSignIn, no_browser: bool) {
    let url = attempt.url().as_str();
    output::tell("Open this address to sign in:");
    output::tell(url);
    if !no_browser && webbrowser::open(url).is_err() {
        output::tell("No browser could be opened here; open the address by hand.");
    }
}

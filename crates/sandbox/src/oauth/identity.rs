//! Acme, the sandbox's identity provider: it vouches for people who sign in with SSO.

use axum::{
    extract::{Path, State},
    response::Response,
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{
    browser::Posted,
    pages::Shown,
    pending::Goal,
    sign_in::{LastTry, advance, attempt, note, signed_in},
    step::is_due_anew,
};
use crate::{
    app::Shared,
    clock::{self, UnixSeconds},
    pages::{PageFailure, alert, token_field},
    state::BrowserSession,
    world::{ACME, PEOPLE},
};

/// The way from the password page to the identity provider.
pub(super) fn way_in(shown: &Shown<'_>) -> Markup {
    html! {
        form.stack method="post" action=(shown.action("provider")) {
            (token_field(shown.form_token))
            button type="submit" name="provider" value=(ACME) { "Sign in with Acme SSO" }
        }
    }
}

/// The identity provider's page. A real one would ask for a password of its own.
pub(super) fn page(shown: &Shown<'_>) -> Markup {
    let demanded = matches!(shown.goal, Goal::Client(request) if request.sso);
    html! {
        h1 { "Acme sign-in" }
        @if let Some(application) = shown.application() {
            p.lead { "to continue to " strong { (application) } }
        }
        (alert(shown.message))
        p { "This is the identity provider of Acme. It knows these people:" }
        ul.rows.framed {
            @for person in PEOPLE.iter().filter(|person| person.connection.is_some()) {
                li {
                    div {
                        strong { (person.first_name) " " (person.last_name) }
                        p.muted { (person.email) }
                    }
                    form method="post" action=(shown.action("identity")) {
                        (token_field(shown.form_token))
                        input type="hidden" name="email" value=(person.email);
                        button type="submit"
                            aria-label={ "Continue as " (person.first_name) " " (person.last_name) } {
                            "Continue"
                        }
                    }
                }
            }
        }
        @if !demanded {
            form method="post" action=(shown.action("provider")) {
                (token_field(shown.form_token))
                button.quiet type="submit" name="provider" value="" { "Use a password instead" }
            }
        }
        (shown.cancel("Cancel"))
    }
}

#[derive(Deserialize)]
pub(crate) struct ProviderFields {
    /// Empty for none.
    provider: String,
}

/// POST `/sign-in/{attempt}/provider`: to the identity provider, or back from it.
pub(crate) async fn choose_provider(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<ProviderFields>,
) -> Result<Response, PageFailure> {
    let Posted { browser, fields } = posted;
    note(&app, &id, &browser, |attempt| {
        attempt.identity = fields.provider == ACME;
    })
}

#[derive(Deserialize)]
pub(crate) struct IdentityFields {
    email: String,
}

/// POST `/sign-in/{attempt}/identity`: the identity provider says who this is.
pub(crate) async fn vouch(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<IdentityFields>,
) -> Result<Response, PageFailure> {
    let Posted { browser, fields } = posted;
    let attempt = attempt(&app, &id, &browser)?;
    let now = clock::now();
    let person = app.world.demo_person(&fields.email);
    let connected = app
        .store
        .read(|data| person.filter(|person| data.connection(person).is_some()))
        .await;
    let Some(user) = connected.map(|person| person.id) else {
        let message = "Acme does not vouch for this account.";
        return advance(&app, &id, browser, Some(LastTry::refused(message))).await;
    };
    let earlier = browser.session(&app).await;
    let session = match earlier.filter(|session| session.user == user) {
        // One sign-in with both methods, unless it is to be made anew: then nothing of before counts.
        Some(session) if attempt.signed_in || !is_old(&attempt.goal, &session, now) => {
            BrowserSession {
                provider: Some(ACME.to_owned()),
                signed_in_at: now,
                ..session
            }
        }
        _ => BrowserSession::vouched_for(user, ACME, now),
    };
    signed_in(&app, &id, browser, session).await
}

/// Whether the client wants another sign-in than the one the session was made by.
fn is_old(goal: &Goal, session: &BrowserSession, now: UnixSeconds) -> bool {
    match goal {
        Goal::Client(request) => is_due_anew(request.prompt, request.max_age, session, now),
        Goal::SecurityPage => false,
    }
}

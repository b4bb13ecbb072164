//! `/profile/security`: a person turns MFA on and off without Deskfob, as reminders describe.

use axum::{
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;

use super::{Nav, Page, PageFailure, alert, token_field};
use crate::{
    api::{qr_code, setup_uri},
    app::{App, Shared},
    clock::{self, readable},
    oauth::{Browser, Posted},
    state::ConfirmRefused,
    world::Person,
};

/// Either a page's input or the way to the sign-in.
type OrSignIn<T> = Result<T, Response>;

/// The person signed in, with a code if MFA is on; else the way to the sign-in.
async fn person<'a>(app: &'a App, browser: &Browser) -> OrSignIn<&'a Person> {
    let session = browser.session(app).await;
    let person = session
        .as_ref()
        .and_then(|session| app.world.person(session.user));
    if let (Some(session), Some(person)) = (session, person) {
        let enrolled = app
            .store
            .read(|data| data.factors.contains_key(&person.id))
            .await;
        if !enrolled || session.mfa_at.is_some() {
            return Ok(person);
        }
    }
    Err(Redirect::to("/sign-in").into_response())
}

fn failed(failure: impl Into<PageFailure>) -> Response {
    failure.into().into_response()
}

/// GET `/profile/security`
pub(crate) async fn security(State(app): State<Shared>, browser: Browser) -> OrSignIn<Response> {
    let person = person(&app, &browser).await?;
    let factor = app
        .store
        .read(|data| {
            let factor = data.factors.get(&person.id);
            factor.map(|factor| (factor.enrolled_at, factor.unused_recovery_codes()))
        })
        .await;
    let token = browser.form_token(&app.key);
    let body = html! {
        h1 { "Authentication settings" }
        p.lead { (person.name()) " · " (person.email) }
        section.panel aria-labelledby="mfa" {
            h2 id="mfa" {
                "Multi-factor authentication "
                @if factor.is_some() { span.badge.ok { "On" } } @else { span.badge { "Off" } }
            }
            @match factor {
                None => {
                    p { "Protect your account with codes from an authenticator application." }
                    p { a.button.primary href="/profile/security/set-up" { "Set up application" } }
                }
                Some((since, left)) => {
                    p { "Authenticator application since " (readable(since)) ". " (left) " recovery codes left." }
                    div.actions {
                        form method="post" action="/profile/security/codes" {
                            (token_field(&token))
                            button type="submit" { "Make new recovery codes" }
                        }
                        a.button.danger href="/profile/security/remove" { "Remove" }
                    }
                }
            }
        }
        form method="post" action="/sign-out" {
            (token_field(&token))
            button.quiet type="submit" { "Sign out" }
        }
    };
    let page = Page::new("Authentication settings", Nav::Security, body).narrow();
    Ok((browser.into_cookies(), page).into_response())
}

/// GET `/profile/security/set-up`: proposes a new key at each look, as the API does.
pub(crate) async fn set_up(State(app): State<Shared>, browser: Browser) -> OrSignIn<Response> {
    let person = person(&app, &browser).await?;
    let proposed = app
        .store
        .change(|data| Ok::<_, PageFailure>(data.propose(person.id, app.faults.now())?))
        .await
        .map_err(failed)?;
    match proposed {
        None => Err(Redirect::to("/profile/security").into_response()),
        Some(key) => set_up_page(&app, browser, person, &key, None).map_err(failed),
    }
}

fn set_up_page(
    app: &App,
    browser: Browser,
    person: &Person,
    key: &str,
    message: Option<&str>,
) -> Result<Response, PageFailure> {
    let uri = setup_uri(&person.email, key)?;
    let picture = qr_code(&uri)?;
    let body = html! {
        h1 { "Set up application" }
        p.lead { "Add this account to Deskfob or another authenticator application." }
        (alert(message))
        h2 { "1. Scan the QR code" }
        p { img.qr src=(picture) alt="QR code with the set-up key"; }
        p.muted {
            "In Deskfob, choose Add, then Scan the screen. Or copy this picture and paste it there, or "
            a href=(uri) { "open it in an application on this computer" } "."
        }
        h3 { "Or type the set-up key" }
        p { code.key { (groups(key)) } }
        h2 { "2. Type the code it shows" }
        form.stack method="post" action="/profile/security/set-up" {
            (token_field(&browser.form_token(&app.key)))
            input type="hidden" name="secret" value=(key);
            label for="passcode" { "Six-digit code" }
            input.code id="passcode" name="passcode" type="text" inputmode="numeric"
                autocomplete="one-time-code" maxlength="10" required autofocus[message.is_some()];
            button.primary type="submit" { "Verify & save" }
        }
        p { a href="/profile/security" { "Cancel" } }
    };
    let page = Page::new("Set up application", Nav::Security, body).narrow();
    let status = if message.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    Ok((status, browser.into_cookies(), page).into_response())
}

/// Groups of four for the eye; copying them gives the bare key.
fn groups(key: &str) -> Markup {
    let letters: Vec<char> = key.chars().collect();
    html! { @for group in letters.chunks(4) { span { (String::from_iter(group)) } } }
}

#[derive(Deserialize)]
pub(crate) struct SetUpFields {
    secret: String,
    passcode: String,
}

/// POST `/profile/security/set-up`
pub(crate) async fn confirm(
    State(app): State<Shared>,
    posted: Posted<SetUpFields>,
) -> OrSignIn<Response> {
    let Posted { browser, fields } = posted;
    let person = person(&app, &browser).await?;
    let now = app.faults.now();
    if app.pending().wrong_codes.allowed(person.id, now).is_err() {
        let reason = "Too many wrong codes. Wait a few minutes.".to_owned();
        return Err(failed(PageFailure::Refused(reason)));
    }
    let passcode: String = fields
        .passcode
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let outcome = app
        .store
        .change(|data| {
            let outcome = data.confirm(person.id, &fields.secret, &passcode, now);
            // The person has just shown a code: this browser need not ask for another.
            if outcome.is_ok()
                && let Some(session) = data.session_mut(browser.cookie())
            {
                session.mfa_at = Some(clock::now());
            }
            Ok::<_, PageFailure>(outcome)
        })
        .await
        .map_err(failed)?;
    match outcome {
        Ok(codes) => Ok(recovery_page(browser, "MFA is on", &codes)),
        Err(ConfirmRefused::WrongCode) => {
            app.pending().wrong_codes.record(person.id, now);
            let message = "That code is not correct. Check the clock of this computer, then type the code shown now.";
            set_up_page(&app, browser, person, &fields.secret, Some(message)).map_err(failed)
        }
        Err(ConfirmRefused::Random) => Err(failed(PageFailure::Internal)),
        // An old page: begin anew, which also says so if MFA is on already.
        Err(ConfirmRefused::NotProposed | ConfirmRefused::AlreadyEnrolled) => {
            Err(Redirect::to("/profile/security/set-up").into_response())
        }
    }
}

fn recovery_page(browser: Browser, title: &'static str, codes: &[String]) -> Response {
    let body = html! {
        h1 { (title) }
        p.lead { "Keep these recovery codes in a safe place. They are shown this once." }
        ul.codes { @for code in codes { li { code { (code) } } } }
        p { "Each replaces a code of your authenticator application one time." }
        p.muted {
            "Sessions that began before do not count as protected. Refresh your SSH credentials: run "
            code { "upsun login -f" } "."
        }
        p { a.button.primary href="/profile/security" { "Done" } }
    };
    let page = Page::new("Recovery codes", Nav::Security, body).narrow();
    (browser.into_cookies(), page).into_response()
}

/// A form with nothing but its token.
#[derive(Deserialize)]
pub(crate) struct NoFields {}

/// POST `/profile/security/codes`
pub(crate) async fn new_codes(
    State(app): State<Shared>,
    posted: Posted<NoFields>,
) -> OrSignIn<Response> {
    let browser = posted.browser;
    let person = person(&app, &browser).await?;
    let codes = app
        .store
        .change(|data| Ok::<_, PageFailure>(data.recreate_recovery_codes(person.id)?))
        .await
        .map_err(failed)?;
    match codes {
        Some(codes) => Ok(recovery_page(browser, "New recovery codes", &codes)),
        None => Err(Redirect::to("/profile/security").into_response()),
    }
}

/// GET `/profile/security/remove`
pub(crate) async fn ask_removal(State(app): State<Shared>, browser: Browser) -> OrSignIn<Response> {
    person(&app, &browser).await?;
    let body = html! {
        h1 { "Remove MFA?" }
        p { "Your account will be protected by its password alone. Organisations that require MFA close to you." }
        p { "Remove the entry from your authenticator application afterwards, not before." }
        form.actions method="post" action="/profile/security/remove" {
            (token_field(&browser.form_token(&app.key)))
            button.danger type="submit" { "Remove MFA" }
            a.button href="/profile/security" { "Keep it" }
        }
    };
    let page = Page::new("Remove MFA", Nav::Security, body).narrow();
    Ok((browser.into_cookies(), page).into_response())
}

/// POST `/profile/security/remove`
pub(crate) async fn remove(
    State(app): State<Shared>,
    posted: Posted<NoFields>,
) -> OrSignIn<Response> {
    let person = person(&app, &posted.browser).await?;
    app.store
        .change(|data| Ok::<_, PageFailure>(data.withdraw(person.id)))
        .await
        .map_err(failed)?;
    Ok(Redirect::to("/profile/security").into_response())
}

//! The forms of the sign-in pages.

use axum::{
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
};
use serde::Deserialize;

use super::{
    browser::Posted,
    pending::Goal,
    sign_in::{LastTry, advance, attempt, finish, give_up, locate, note, signed_in, to_attempt},
    step::Step,
};
use crate::{
    app::Shared,
    clock,
    pages::PageFailure,
    state::{BrowserSession, CodeRefused},
    world::Person,
};

#[derive(Deserialize)]
pub(crate) struct PasswordFields {
    email: String,
    password: String,
}

/// POST `/sign-in/{attempt}/password`
pub(crate) async fn password(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<PasswordFields>,
) -> Result<Response, PageFailure> {
    let Posted { browser, fields } = posted;
    attempt(&app, &id, &browser)?;
    let now = clock::now();
    let user = app
        .world
        .demo_person(&fields.email)
        .map(|person: &Person| person.id);
    let wait = user.and_then(|user| app.pending().wrong_passwords.allowed(user, now).err());
    if let Some(wait) = wait {
        return advance(
            &app,
            &id,
            browser,
            Some(LastTry::refused(wait_message(wait))),
        )
        .await;
    }
    let right = app
        .store
        .read(|data| data.password_matches(user, &fields.password))
        .await;
    let Some(user) = user.filter(|_| right) else {
        if let Some(user) = user {
            app.pending().wrong_passwords.record(user, now);
        }
        let message = "That email and password do not belong together.".to_owned();
        let last = LastTry {
            message,
            email: Some(fields.email),
        };
        return advance(&app, &id, browser, Some(last)).await;
    };
    app.pending().wrong_passwords.forget(user);
    signed_in(&app, &id, browser, BrowserSession::signed_in(user, now)).await
}

fn wait_message(seconds: i64) -> String {
    let minutes = (seconds + 59) / 60;
    let unit = if minutes == 1 { "minute" } else { "minutes" };
    format!("Too many wrong tries. Wait {minutes} {unit}, then try again.")
}

/// A form with nothing but its token.
#[derive(Deserialize)]
pub(crate) struct NoFields {}

/// POST `/sign-in/{attempt}/account`: goes on as the person signed in.
pub(crate) async fn account(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<NoFields>,
) -> Result<Response, PageFailure> {
    note(&app, &id, &posted.browser, |attempt| attempt.chosen = true)
}

#[derive(Deserialize)]
pub(crate) struct CodeFields {
    code: String,
}

/// POST `/sign-in/{attempt}/code`: a code of the authenticator, or a recovery code.
pub(crate) async fn code(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<CodeFields>,
) -> Result<Response, PageFailure> {
    let Posted { browser, fields } = posted;
    let place = locate(&app, &id, &browser).await?;
    let (Step::Code, Some(session)) = (place.step, place.session) else {
        return advance(&app, &id, browser, None).await;
    };
    let (user, now) = (session.user, app.faults.now());
    let wait = app.pending().wrong_codes.allowed(user, now).err();
    if let Some(wait) = wait {
        return advance(
            &app,
            &id,
            browser,
            Some(LastTry::refused(wait_message(wait))),
        )
        .await;
    }
    let taken = app
        .store
        .change(|data| {
            let taken = match data.factors.get_mut(&user) {
                Some(factor) => factor.take(&app.key, user, &fields.code, now),
                None => Err(CodeRefused::Wrong),
            };
            if taken.is_ok()
                && let Some(session) = data.session_mut(browser.cookie())
            {
                session.mfa_at = Some(clock::now());
            }
            Ok::<_, PageFailure>(taken)
        })
        .await?;
    let message = match taken {
        Ok(()) => {
            app.pending().wrong_codes.forget(user);
            return Ok(to_attempt(&id).into_response());
        }
        Err(CodeRefused::Used) => "That code was used already. Wait for the next one.",
        Err(CodeRefused::Wrong) => "That code is not correct. Check the clock of this computer.",
    };
    app.pending().wrong_codes.record(user, now);
    advance(&app, &id, browser, Some(LastTry::refused(message))).await
}

#[derive(Deserialize)]
pub(crate) struct ConsentFields {
    decision: String,
}

/// POST `/sign-in/{attempt}/consent`
pub(crate) async fn consent(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<ConsentFields>,
) -> Result<Response, PageFailure> {
    let Posted { browser, fields } = posted;
    let place = locate(&app, &id, &browser).await?;
    let (Step::Consent, Some(session), Goal::Client(request)) =
        (&place.step, &place.session, &place.attempt.goal)
    else {
        return advance(&app, &id, browser, None).await;
    };
    if fields.decision != "allow" {
        return Ok(give_up(&app, &id, &place.attempt.goal));
    }
    let user = session.user;
    app.store
        .change(|data| {
            data.consent(user, &request.client.id);
            Ok::<_, PageFailure>(())
        })
        .await?;
    finish(
        &app,
        &id,
        browser,
        &place.attempt.goal,
        place.session.as_ref(),
    )
}

/// POST `/sign-in/{attempt}/cancel`
pub(crate) async fn cancel(
    State(app): State<Shared>,
    Path(id): Path<String>,
    posted: Posted<NoFields>,
) -> Result<Response, PageFailure> {
    let attempt = attempt(&app, &id, &posted.browser)?;
    Ok(give_up(&app, &id, &attempt.goal))
}

/// POST `/sign-out`
pub(crate) async fn sign_out(
    State(app): State<Shared>,
    posted: Posted<NoFields>,
) -> Result<Response, PageFailure> {
    let mut browser = posted.browser;
    app.store
        .change(|data| {
            data.close_session(browser.cookie());
            Ok::<_, PageFailure>(())
        })
        .await?;
    browser.renew()?;
    Ok((browser.into_cookies(), Redirect::to("/")).into_response())
}

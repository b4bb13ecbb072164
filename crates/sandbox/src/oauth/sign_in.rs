//! The sign-in pages: `/sign-in/{attempt}` shows the step that comes next, and finishes.

use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};

use super::{
    browser::Browser,
    pages::{self, Shown},
    pending::{Attempt, Goal, IssuedCode},
    step::{self, Demands, Facts, Step},
};
use crate::{
    app::{App, Shared},
    clock,
    keys::random_text,
    pages::PageFailure,
    state::BrowserSession,
};

/// Begins an attempt and leads to its page.
pub(super) fn start(app: &App, browser: Browser, goal: Goal) -> Response {
    let Ok(id) = random_text() else {
        return PageFailure::Internal.into_response();
    };
    app.pending()
        .begin(id.clone(), goal, browser.cookie(), clock::now());
    (browser.into_cookies(), to_attempt(&id)).into_response()
}

pub(super) fn to_attempt(id: &str) -> Redirect {
    Redirect::to(&format!("/sign-in/{id}"))
}

/// GET `/sign-in`: for the sandbox's own pages.
pub(crate) async fn begin(State(app): State<Shared>, browser: Browser) -> Response {
    start(&app, browser, Goal::SecurityPage)
}

/// GET `/sign-in/{attempt}`
pub(crate) async fn show(
    State(app): State<Shared>,
    Path(id): Path<String>,
    browser: Browser,
) -> Result<Response, PageFailure> {
    advance(&app, &id, browser, None).await
}

pub(super) fn attempt(app: &App, id: &str, browser: &Browser) -> Result<Attempt, PageFailure> {
    let mut pending = app.pending();
    pending
        .attempt(id, browser.cookie(), clock::now())
        .cloned()
        .ok_or(PageFailure::Lapsed)
}

/// Notes something of an attempt and goes on with it.
pub(super) fn note(
    app: &App,
    id: &str,
    browser: &Browser,
    noted: impl FnOnce(&mut Attempt),
) -> Result<Response, PageFailure> {
    match app.pending().attempt(id, browser.cookie(), clock::now()) {
        Some(attempt) => noted(attempt),
        None => return Err(PageFailure::Lapsed),
    }
    Ok(to_attempt(id).into_response())
}

/// Opens `session` under a new cookie, so that who knew the old one learns nothing, and goes on with the attempt.
pub(super) async fn signed_in(
    app: &App,
    id: &str,
    mut browser: Browser,
    session: BrowserSession,
) -> Result<Response, PageFailure> {
    let old = browser.cookie().to_owned();
    browser.renew()?;
    app.store
        .change(|data| {
            data.close_session(&old);
            data.open_session(browser.cookie(), session);
            Ok::<_, PageFailure>(())
        })
        .await?;
    if let Some(attempt) = app.pending().attempt(id, &old, clock::now()) {
        attempt.signed_in = true;
        attempt.identity = false;
        attempt.move_to(browser.cookie());
    }
    Ok((browser.into_cookies(), to_attempt(id)).into_response())
}

/// An attempt, who is signed in, and what comes next.
pub(super) struct Place {
    pub(super) attempt: Attempt,
    pub(super) session: Option<BrowserSession>,
    pub(super) step: Step,
}

pub(super) async fn locate(app: &App, id: &str, browser: &Browser) -> Result<Place, PageFailure> {
    let attempt = attempt(app, id, browser)?;
    let session = browser.session(app).await;
    let user = session.as_ref().map(|session| session.user);
    let (enrolled, allowed) = app
        .store
        .read(|data| {
            let enrolled = user.is_some_and(|user| data.factors.contains_key(&user));
            let allowed = match (&attempt.goal, user) {
                (Goal::Client(request), Some(user)) => data.has_consented(user, &request.client.id),
                _ => true,
            };
            (enrolled, allowed)
        })
        .await;
    let demands = match &attempt.goal {
        Goal::SecurityPage => Demands::default(),
        Goal::Client(request) => Demands {
            prompt: request.prompt,
            mfa: request.mfa,
            sso: request.sso,
            max_age: request.max_age,
            consent: request.prompt.consent || !allowed,
        },
    };
    let facts = Facts {
        session: session.as_ref(),
        enrolled,
        signed_in_now: attempt.signed_in,
        chosen_now: attempt.chosen,
        identity: attempt.identity,
        now: clock::now(),
    };
    let step = step::next(&demands, &facts);
    Ok(Place {
        attempt,
        session,
        step,
    })
}

/// What was not taken, shown again so that it can be put right.
pub(super) struct LastTry {
    pub(super) message: String,
    /// The address as typed.
    pub(super) email: Option<String>,
}

impl LastTry {
    pub(super) fn refused(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            email: None,
        }
    }
}

/// Shows the page that comes next, or finishes.
pub(super) async fn advance(
    app: &App,
    id: &str,
    browser: Browser,
    last: Option<LastTry>,
) -> Result<Response, PageFailure> {
    let Place {
        attempt,
        session,
        step,
    } = locate(app, id, &browser).await?;
    if step == Step::Done {
        return finish(app, id, browser, &attempt.goal, session.as_ref());
    }
    let person = session
        .as_ref()
        .and_then(|session| app.world.person(session.user));
    let shown = Shown {
        id,
        goal: &attempt.goal,
        form_token: &browser.form_token(&app.key),
        person,
        message: last.as_ref().map(|last| last.message.as_str()),
        email: last.as_ref().and_then(|last| last.email.as_deref()),
    };
    let status = if last.is_some() {
        StatusCode::BAD_REQUEST
    } else {
        StatusCode::OK
    };
    let page = pages::render(&step, &shown);
    Ok((status, browser.into_cookies(), page).into_response())
}

/// Issues a code to the client, or leads to the page that was asked for.
pub(super) fn finish(
    app: &App,
    id: &str,
    browser: Browser,
    goal: &Goal,
    session: Option<&BrowserSession>,
) -> Result<Response, PageFailure> {
    let session = session.ok_or(PageFailure::Lapsed)?;
    let redirect = match goal {
        Goal::SecurityPage => Redirect::to("/profile/security"),
        Goal::Client(request) => {
            let code = random_text().map_err(|_| PageFailure::Internal)?;
            let issued = IssuedCode {
                client: request.client.id.clone().into_owned(),
                redirect_uri: request.redirect_uri.clone(),
                challenge: request.challenge.clone(),
                user: session.user,
                amr: session.methods(),
                auth_time: session.signed_in_at,
                scope: request.scope.clone(),
                issued_at: clock::now(),
            };
            app.pending().issue(&code, issued);
            request.answer(&[("code", &code)])
        }
    };
    app.pending().end(id);
    Ok((browser.into_cookies(), redirect).into_response())
}

/// Tells the client that the person did not want to, or leaves for the start page.
pub(super) fn give_up(app: &App, id: &str, goal: &Goal) -> Response {
    app.pending().end(id);
    match goal {
        Goal::SecurityPage => Redirect::to("/").into_response(),
        Goal::Client(request) => {
            let description = "The sign-in was cancelled.";
            let pairs = [
                ("error", "access_denied"),
                ("error_description", description),
            ];
            request.answer(&pairs).into_response()
        }
    }
}

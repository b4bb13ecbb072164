//! Everything a request handler may need, and which handler serves which path.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware,
    routing::{get, post},
};
use tower_http::timeout::TimeoutLayer;
use url::Url;

use crate::{
    api,
    error_shape::ErrorShape,
    faults::{self, Faults},
    guard,
    keys::SigningKey,
    mail::Mailer,
    oauth::{self, AccessTokens, Pending},
    pages,
    ssh::{self, Authority},
    state::Store,
    world::World,
};

/// Largest request body read.
pub(crate) const BODY_LIMIT: usize = 64 * 1024;
/// Longest time spent on one request. Reminders under way are finished all the same.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Everything a request handler may need.
pub(crate) struct App {
    pub(crate) base: Url,
    pub(crate) world: World,
    pub(crate) store: Store,
    pub(crate) key: SigningKey,
    pub(crate) tokens: AccessTokens,
    pub(crate) authority: Authority,
    pub(crate) mailer: Option<Mailer>,
    pub(crate) faults: Faults,
    pub(crate) error_shape: ErrorShape,
    pub(crate) pending: Mutex<Pending>,
}

/// How handlers hold the [`App`].
pub(crate) type Shared = Arc<App>;

impl App {
    /// Sign-ins under way. Held for moments, never across an await.
    pub(crate) fn pending(&self) -> MutexGuard<'_, Pending> {
        self.pending.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// An absolute URL on this sandbox. `path` begins with a slash and is already encoded.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base.as_str().trim_end_matches('/'))
    }
}

/// The whole sandbox as one service.
pub(crate) fn router(app: Shared) -> Router {
    Router::new()
        .merge(oauth_routes())
        .merge(api_routes())
        .merge(page_routes())
        .fallback(pages::not_found)
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::GATEWAY_TIMEOUT,
            REQUEST_TIMEOUT,
        ))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&app),
            faults::apply,
        ))
        .layer(middleware::from_fn(guard::set_headers))
        .layer(middleware::from_fn(guard::refuse_foreign_hosts))
        .with_state(app)
}

fn oauth_routes() -> Router<Shared> {
    Router::new()
        .route("/oauth2/authorize", get(oauth::authorize))
        .route("/oauth2/token", post(oauth::token))
        .route("/oauth2/revoke", post(oauth::revoke))
        .route("/oauth2/register", post(oauth::register))
        .route("/sign-in", get(oauth::begin))
        .route("/sign-in/{attempt}", get(oauth::show))
        .route("/sign-in/{attempt}/password", post(oauth::password))
        .route("/sign-in/{attempt}/provider", post(oauth::choose_provider))
        .route("/sign-in/{attempt}/identity", post(oauth::vouch))
        .route("/sign-in/{attempt}/account", post(oauth::account))
        .route("/sign-in/{attempt}/code", post(oauth::code))
        .route("/sign-in/{attempt}/consent", post(oauth::consent))
        .route("/sign-in/{attempt}/cancel", post(oauth::cancel))
        .route("/sign-out", post(oauth::sign_out))
}

fn api_routes() -> Router<Shared> {
    let organization = Router::new()
        .route("/", get(api::organization))
        .route("/members", get(api::members))
        .route("/members/{user}", get(api::member))
        .route("/addons", get(api::addons).patch(api::change_addons))
        .route("/mfa-enforcement", get(api::enforcement))
        .route("/mfa-enforcement/enable", post(api::enable_enforcement))
        .route("/mfa-enforcement/disable", post(api::disable_enforcement))
        .route("/mfa/remind", post(api::remind));
    Router::new()
        .route("/me", get(api::account))
        .route("/me/phone", post(api::phone_needed))
        .route("/users/me", get(api::me))
        .route("/users/{user}", get(api::user))
        .route(
            "/users/{user}/totp",
            get(api::propose_totp)
                .post(api::confirm_totp)
                .delete(api::withdraw_totp),
        )
        .route("/users/{user}/codes", post(api::recreate_codes))
        .route("/users/{user}/phonenumber", post(api::verify_phone))
        .route("/users/{user}/phonenumber/{sid}", post(api::confirm_phone))
        .route("/users/{user}/organizations", get(api::organizations))
        .route("/users/{user}/connections", get(api::connections))
        .route(
            "/users/{user}/connections/{provider}",
            get(api::connection).delete(api::disconnect),
        )
        .route(
            "/users/{user}/api-tokens",
            get(api::api_tokens).post(api::create_api_token),
        )
        .route(
            "/users/{user}/api-tokens/{token}",
            get(api::api_token).delete(api::delete_api_token),
        )
        .route("/ssh_keys", post(api::create_ssh_key))
        .route(
            "/ssh_keys/{key}",
            get(api::ssh_key).delete(api::delete_ssh_key),
        )
        .route("/organizations", get(api::all_organizations))
        .route("/ref/users", get(api::references))
        .route("/ssh", post(ssh::certify))
        .route("/ssh/authority", get(ssh::authorities))
        .nest("/organizations/{organization}", organization)
}

fn page_routes() -> Router<Shared> {
    Router::new()
        .route("/", get(pages::start))
        .route("/style.css", get(pages::style))
        .route("/icon.svg", get(pages::icon))
        .route("/profile/security", get(pages::security))
        .route(
            "/profile/security/set-up",
            get(pages::set_up).post(pages::confirm),
        )
        .route("/profile/security/codes", post(pages::new_codes))
        .route(
            "/profile/security/remove",
            get(pages::ask_removal).post(pages::remove),
        )
        .route("/outbox", get(pages::outbox))
        .route("/outbox/{mail}", get(pages::mail))
        .route("/outbox/{mail}/html", get(pages::mail_html))
}

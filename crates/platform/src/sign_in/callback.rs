//! The loopback server that the browser comes back to (RFC 8252 section 7.3).

use std::convert::Infallible;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use deskfob_otp::printable;
use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use oauth2::{AuthorizationCode, CsrfToken};
use subtle::ConstantTimeEq;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use url::form_urlencoded;

use super::SignInError;
use super::page::Page;

/// Most connections at a time. Browsers open two or three.
const MAX_CONNECTIONS: usize = 32;
/// Longest wait for the head of a request: browsers open connections that they never use.
const HEAD_WAIT: Duration = Duration::from_secs(10);
/// Longest life of a connection.
const CONNECTION_LIFE: Duration = Duration::from_secs(15);
/// Largest head of a request, bytes.
const MAX_HEAD_BYTES: usize = 64 * 1024;
/// Longest code, bytes.
const MAX_CODE_BYTES: usize = 16 * 1024;

/// What the platform sent the browser back with.
pub(super) enum Answer {
    /// RFC 6749 section 4.1.2; `issuer` by RFC 9207.
    Code {
        code: AuthorizationCode,
        issuer: Option<String>,
    },
    /// RFC 6749 section 4.1.2.1.
    Error {
        error: String,
        description: Option<String>,
    },
}

/// The wait for the answer to one attempt.
#[derive(Clone)]
pub(super) struct Waiting(Arc<Expected>);

struct Expected {
    state: CsrfToken,
    saw_other_state: AtomicBool,
}

impl Waiting {
    pub(super) fn for_state(state: CsrfToken) -> Self {
        Self(Arc::new(Expected {
            state,
            saw_other_state: AtomicBool::new(false),
        }))
    }

    /// Whether an answer came that belongs to another attempt.
    pub(super) fn saw_other_state(&self) -> bool {
        self.0.saw_other_state.load(Ordering::Relaxed)
    }

    /// Answers browsers until the answer of this attempt is there and its page is sent.
    pub(super) async fn serve(&self, listener: TcpListener) -> Result<Answer, SignInError> {
        // Dropped with this future, which ends every connection.
        let mut connections = JoinSet::new();
        loop {
            tokio::select! {
                accepted = listener.accept(), if connections.len() < MAX_CONNECTIONS => {
                    match accepted {
                        Ok((stream, _)) => {
                            connections.spawn(self.clone().connection(stream));
                        }
                        Err(error) => {
                            // Out of files, or a connection that is gone already: neither ends the wait.
                            tracing::debug!(kind = ?error.kind(), "no connection came about");
                            tokio::time::sleep(Duration::from_millis(50)).await;
                        }
                    }
                }
                Some(ended) = connections.join_next() => {
                    if let Ok(Some(answer)) = ended {
                        return Ok(answer);
                    }
                }
            }
        }
    }

    /// Serves one connection. Ends when the page is sent, so that an answer comes out after its page.
    async fn connection(self, stream: TcpStream) -> Option<Answer> {
        let answer = Arc::new(Mutex::new(None));
        let found = answer.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let (page, answer) = self.read(&request);
            if let (Some(answer), Ok(mut found)) = (answer, found.lock()) {
                *found = Some(answer);
            }
            async move { Ok::<Response<Full<Bytes>>, Infallible>(page.response()) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_WAIT)
            .max_buf_size(MAX_HEAD_BYTES)
            .keep_alive(false)
            .serve_connection(TokioIo::new(stream), service);
        match tokio::time::timeout(CONNECTION_LIFE, connection).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::debug!(parse = error.is_parse(), "a connection broke off"),
            Err(_) => tracing::debug!("a connection took too long"),
        }
        answer.lock().ok().and_then(|mut answer| answer.take())
    }

    fn read(&self, request: &Request<Incoming>) -> (Page, Option<Answer>) {
        if request.uri().path() != "/" {
            return (Page::NotFound, None);
        }
        match *request.method() {
            Method::GET => self.answer(request.uri().query().unwrap_or_default()),
            // Asked for by scanners of links; the browser comes with GET.
            Method::HEAD => (Page::NotFound, None),
            _ => (Page::WrongMethod, None),
        }
    }

    /// The answer in the query of the redirect.
    fn answer(&self, query: &str) -> (Page, Option<Answer>) {
        let parameters = Parameters::of(query);
        let Some(state) = parameters.one("state") else {
            let is_answer = parameters.has("code") || parameters.has("error");
            return (
                if is_answer {
                    Page::OtherAttempt
                } else {
                    Page::NotFound
                },
                None,
            );
        };
        let same = self.0.state.secret().as_bytes().ct_eq(state.as_bytes());
        if !bool::from(same) {
            self.0.saw_other_state.store(true, Ordering::Relaxed);
            return (Page::OtherAttempt, None);
        }
        if let Some(error) = parameters.one("error") {
            let said = parameters
                .one("error_description")
                .or(parameters.one("error_hint"));
            let description = said.map(printable).filter(|said| !said.is_empty());
            return (
                Page::NotSignedIn,
                Some(Answer::Error {
                    error: error.to_owned(),
                    description,
                }),
            );
        }
        match parameters.one("code") {
            Some(code) if (1..=MAX_CODE_BYTES).contains(&code.len()) => {
                let code = AuthorizationCode::new(code.to_owned());
                let issuer = parameters.one("iss").map(str::to_owned);
                (Page::SignedIn, Some(Answer::Code { code, issuer }))
            }
            _ => (Page::OtherAttempt, None),
        }
    }
}

/// The parameters of a redirect.
struct Parameters(Vec<(String, String)>);

impl Parameters {
    fn of(query: &str) -> Self {
        Self(
            form_urlencoded::parse(query.as_bytes())
                .into_owned()
                .collect(),
        )
    }

    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|(found, _)| found == name)
    }

    /// The value, unless it is there more than once (RFC 6749 section 3.1).
    fn one(&self, name: &str) -> Option<&str> {
        let mut values = self
            .0
            .iter()
            .filter(|(found, _)| found == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) => Some(value),
            _ => None,
        }
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code { issuer, .. } => f
                .debug_struct("Code")
                .field("issuer", issuer)
                .finish_non_exhaustive(),
            Self::Error { error, description } => f
                .debug_struct("Error")
                .field("error", error)
                .field("description", description)
                .finish(),
        }
    }
}

#[cfg(test)]
mod tests;

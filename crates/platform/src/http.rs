//! The way out: one HTTP client for all platforms.

use std::error::Error;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use reqwest::{Method, RequestBuilder, Response, redirect};
use url::Url;
use zeroize::Zeroizing;

use crate::deployment::is_loopback;
use crate::reply::Reply;
use crate::{ApiError, Cause};

/// What a server may cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Longest wait for a connection.
    pub connect: Duration,
    /// Longest wait for a whole answer, connecting included.
    pub total: Duration,
    /// Largest body of an answer, bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            total: Duration::from_secs(30),
            body: 4 * 1024 * 1024,
        }
    }
}

/// The HTTP client: rustls with the system's certificates, no redirects, bounded answers. Plain http
/// goes to this computer only, and never through a proxy. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Http {
    /// Absent on a system without certificates to trust.
    remote: Option<reqwest::Client>,
    loopback: reqwest::Client,
    limits: Limits,
}

/// The HTTP client cannot be made.
#[derive(Debug, thiserror::Error)]
#[error("the network client cannot be made")]
pub struct HttpError(#[source] reqwest::Error);

impl HttpError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        "http_client"
    }

    /// The next step, in plain words.
    pub fn hint(&self) -> Option<&'static str> {
        None
    }
}

impl Http {
    /// A client with the default [`Limits`].
    ///
    /// # Errors
    /// [`HttpError`] when the system gives no network at all.
    pub fn new() -> Result<Self, HttpError> {
        Self::with_limits(Limits::default())
    }

    /// A client with other limits.
    ///
    /// # Errors
    /// As [`Http::new`].
    pub fn with_limits(limits: Limits) -> Result<Self, HttpError> {
        // The first provider of a process stays; who set another before chose it.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .user_agent(concat!("Deskfob/", env!("CARGO_PKG_VERSION")))
                .redirect(redirect::Policy::none())
                .referer(false)
                .connect_timeout(limits.connect)
                .timeout(limits.total)
                .pool_idle_timeout(Duration::from_secs(30))
        };
        // RFC 6761 section 6.3: this name is never looked up.
        let localhost = [
            IpAddr::V4(Ipv4Addr::LOCALHOST),
            IpAddr::V6(Ipv6Addr::LOCALHOST),
        ]
        .map(|address| SocketAddr::new(address, 0));
        let loopback = || {
            builder()
                .no_proxy()
                .resolve_to_addrs("localhost", &localhost)
        };
        let remote = builder().https_only(true).build();
        if let Err(error) = &remote {
            tracing::warn!(%error, "no certificates to trust: only this computer can be asked");
        }
        let loopback = loopback()
            .build()
            .or_else(|_| loopback().tls_certs_only(Vec::new()).build())
            .map_err(|error| HttpError(error.without_url()))?;
        Ok(Self {
            remote: remote.ok(),
            loopback,
            limits,
        })
    }

    /// A request, by the client that is right for its address.
    pub(crate) fn request(&self, method: Method, url: &Url) -> Result<RequestBuilder, ApiError> {
        let host = || host_of(url);
        let client = match (url.scheme(), is_loopback(url)) {
            ("http" | "https", true) => &self.loopback,
            ("https", false) => self.remote.as_ref().ok_or_else(|| ApiError::Unreachable {
                host: host(),
                cause: Cause::NoTrustStore,
            })?,
            _ => return Err(ApiError::NotEncrypted { host: host() }),
        };
        Ok(client.request(method, url.clone()))
    }

    /// Sends a request and reads the answer, at most as much of it as [`Limits::body`].
    pub(crate) async fn send(&self, request: RequestBuilder) -> Result<Reply, ApiError> {
        let (client, request) = request.build_split();
        let request = request.map_err(|_| ApiError::unexpected("request"))?;
        let host = host_of(request.url());
        let response = client
            .execute(request)
            .await
            .map_err(|error| failure(&host, &error))?;
        let (status, headers) = (response.status(), response.headers().clone());
        let body = self.body(&host, response).await;
        tracing::debug!(host, status = status.as_u16(), "answered");
        Ok(Reply {
            host,
            status,
            headers,
            body,
        })
    }

    async fn body(
        &self,
        host: &str,
        mut response: Response,
    ) -> Result<Zeroizing<Vec<u8>>, ApiError> {
        let announced = response.content_length().unwrap_or(0);
        let announced = usize::try_from(announced).unwrap_or(usize::MAX);
        if announced > self.limits.body {
            return Err(ApiError::TooLarge);
        }
        // A vector that grows leaves copies of what it held.
        let mut body = Zeroizing::new(Vec::with_capacity(announced.max(4096)));
        loop {
            match response.chunk().await {
                Ok(Some(chunk)) if body.len() + chunk.len() > self.limits.body => {
                    return Err(ApiError::TooLarge);
                }
                Ok(Some(chunk)) => body.extend_from_slice(&chunk),
                Ok(None) => return Ok(body),
                Err(error) if error.is_timeout() => {
                    return Err(ApiError::Timeout {
                        host: host.to_owned(),
                    });
                }
                Err(_) => return Err(ApiError::CutOff),
            }
        }
    }
}

/// Host and, unless it is the scheme's own, port.
pub(crate) fn host_of(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port()
        .map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

/// Why no answer came. Only facts without the address' path get into the error.
fn failure(host: &str, error: &reqwest::Error) -> ApiError {
    let host = host.to_owned();
    if error.is_timeout() {
        return ApiError::Timeout { host };
    }
    ApiError::Unreachable {
        host,
        cause: by_then(cause_of(error), error.is_connect()),
    }
}

/// What a cause means at the time it came: once there is a connection, the request may have arrived, whatever ended
/// it then. `connecting`: there was none yet.
fn by_then(cause: Cause, connecting: bool) -> Cause {
    match cause {
        Cause::Tls | Cause::NoRoute | Cause::Refused if !connecting => Cause::Closed,
        cause => cause,
    }
}

fn cause_of(error: &reqwest::Error) -> Cause {
    if error.is_dns() {
        return Cause::NameNotFound;
    }
    let mut next: Option<&(dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if error.is::<rustls::Error>() {
            return Cause::Tls;
        }
        if let Some(hyper) = error.downcast_ref::<hyper::Error>()
            && (hyper.is_incomplete_message() || hyper.is_closed())
        {
            return Cause::Closed;
        }
        // The source of an error that wraps another is the other's source, so the other is looked at here.
        let wrapped = match error.downcast_ref::<io::Error>() {
            Some(io) => match io.get_ref() {
                Some(inner) => Some(inner as &(dyn Error + 'static)),
                None => return cause_of_io(io.kind()),
            },
            None => None,
        };
        next = wrapped.or_else(|| error.source());
    }
    Cause::Other
}

fn cause_of_io(kind: ErrorKind) -> Cause {
    match kind {
        ErrorKind::ConnectionRefused => Cause::Refused,
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => Cause::Closed,
        ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => Cause::NoRoute,
        _ => Cause::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_was_there_is_not_one_that_never_was() {
        for cause in [Cause::Tls, Cause::NoRoute, Cause::Refused] {
            assert_eq!(by_then(cause, true), cause);
            assert_eq!(by_then(cause, false), Cause::Closed, "{cause:?}");
        }
        for cause in [Cause::Closed, Cause::Other] {
            assert_eq!(by_then(cause, false), cause);
        }
    }

    #[test]
    fn plain_http_leaves_this_computer_never() {
        let http = Http::new().unwrap();
        let cases = [
            ("https", "https://api.example.com/", true),
            ("loopback", "http://127.0.0.1:9/", true),
            ("localhost", "http://localhost:9/", true),
            ("http", "http://api.example.com/", false),
            ("another scheme", "ftp://127.0.0.1/", false),
        ];
        for (name, url, expected) in cases {
            let url = Url::parse(url).unwrap();
            assert_eq!(http.request(Method::GET, &url).is_ok(), expected, "{name}");
        }
    }

    #[test]
    fn a_host_is_named_without_the_rest_of_the_address() {
        let url = Url::parse("https://me:secret@api.example.com/a?b=c#d").unwrap();
        assert_eq!(host_of(&url), "api.example.com");
        let url = Url::parse("http://127.0.0.1:8080/a").unwrap();
        assert_eq!(host_of(&url), "127.0.0.1:8080");
    }
}

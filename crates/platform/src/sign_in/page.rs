//! What the browser shows when it comes back: plain pages, readable without style, without script.

use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Response, StatusCode};

/// A page that can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The code arrived.
    SignedIn,
    /// The platform sent an error.
    NotSignedIn,
    /// The answer belongs to another attempt, or is none.
    OtherAttempt,
    /// Nothing is here, e.g. no icon.
    NotFound,
    /// Not asked for in the way a browser does.
    WrongMethod,
}

impl Page {
    fn status(self) -> StatusCode {
        match self {
            Self::SignedIn | Self::NotSignedIn => StatusCode::OK,
            Self::OtherAttempt => StatusCode::BAD_REQUEST,
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::WrongMethod => StatusCode::METHOD_NOT_ALLOWED,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SignedIn => (
                "Almost there",
                "You can close this window and return to Deskfob.",
            ),
            Self::NotSignedIn => (
                "Not signed in",
                "Nothing was changed. You can close this window and return to Deskfob.",
            ),
            Self::OtherAttempt => (
                "This page belongs to another sign-in",
                "Close this window and go on in the newest one, or start again from Deskfob.",
            ),
            Self::NotFound | Self::WrongMethod => (
                "Nothing here",
                "You can close this window and return to Deskfob.",
            ),
        }
    }

    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let (title, text) = self.words();
        let html = format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<title>{title} – Deskfob</title>\n\
             <style>body{{font:1.125rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto 0;\
             padding:0 1.5rem}}h1{{font-size:1.5rem}}</style>\n</head>\n\
             <body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n</main>\n</body>\n</html>\n"
        );
        let mut response = Response::new(Full::new(Bytes::from(html)));
        *response.status_mut() = self.status();
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (
                CONTENT_SECURITY_POLICY,
                "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
            ),
            // The address of the page has the code in it.
            (CACHE_CONTROL, "no-store"),
            (REFERRER_POLICY, "no-referrer"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (ALLOW, "GET, HEAD"),
        ];
        for (name, value) in headers {
            response
                .headers_mut()
                .insert(name, hyper::header::HeaderValue::from_static(value));
        }
        response
    }
}

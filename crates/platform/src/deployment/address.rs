//! Base addresses, and what lies under them.

use url::{Host, Url};

use super::DeploymentError;

/// `base` with path segments added, each escaped.
pub(crate) fn under(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// Whether only this machine can answer at `url`.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        // RFC 6761 section 6.3; the client resolves this name by itself.
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A base address that tokens may be sent to.
pub(crate) fn base(url: Url) -> Result<Url, DeploymentError> {
    let host = url.host_str().unwrap_or_default().to_owned();
    match url.scheme() {
        "https" => {}
        "http" if is_loopback(&url) => {}
        "http" => return Err(DeploymentError::NotEncrypted { host }),
        scheme => {
            return Err(DeploymentError::NotWeb {
                scheme: scheme.to_owned(),
            });
        }
    }
    let user = !url.username().is_empty() || url.password().is_some();
    if user || url.query().is_some() || url.fragment().is_some() {
        return Err(DeploymentError::NotBase { host });
    }
    Ok(url)
}

#[expect(
    clippy::expect_used,
    reason = "called with the constants of the public platforms only; a test calls it"
)]
pub(super) fn https(host: &str) -> Url {
    Url::parse(&format!("https://{host}/")).expect("a constant host is a valid one")
}

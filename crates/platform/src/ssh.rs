//! SSH certificates (`/ssh`, `/ssh/authority` of the certifier). The API's description does not have them; the platforms'
//! command line uses them.

use serde::{Deserialize, Serialize};

use crate::{ApiError, Client};

/// Largest certificate that is taken, bytes.
const MAX_CERTIFICATE_BYTES: usize = 64 * 1024;

/// Most keys of authorities that are taken.
const MAX_AUTHORITIES: usize = 32;

#[derive(Serialize)]
struct CertificateRequest<'a> {
    key: &'a str,
}

#[derive(Deserialize)]
struct WireCertificate {
    certificate: String,
}

#[derive(Deserialize)]
struct WireAuthorities {
    authorities: Vec<String>,
}

impl Client {
    /// A certificate for a public key (one line, as OpenSSH writes it): `POST /ssh`. It says what the session says: who,
    /// and whether MFA was used.
    ///
    /// # Errors
    /// See [`ApiError`]. What came is not read here; it is one line.
    pub async fn ssh_certificate(&self, public_key: &str) -> Result<String, ApiError> {
        let url = self.deployment().certifier_endpoint(&["ssh"]);
        let request = CertificateRequest { key: public_key };
        let wire: WireCertificate = self.post_json(&url, &request).await?.json()?;
        one_line(&wire.certificate).ok_or_else(|| ApiError::unexpected("certificate"))
    }

    /// The keys that certificates are signed with, one line each: `GET /ssh/authority`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] where the platform does not name them.
    pub async fn ssh_authorities(&self) -> Result<Vec<String>, ApiError> {
        let url = self.deployment().certifier_endpoint(&["ssh", "authority"]);
        let wire: WireAuthorities = self.get(&url).await?;
        let keys = wire.authorities.iter().take(MAX_AUTHORITIES);
        Ok(keys.filter_map(|key| one_line(key)).collect())
    }
}

/// The text without its line break; `None` for several lines, for nothing, and for more than a certificate can have.
fn one_line(text: &str) -> Option<String> {
    let line = text.trim();
    let whole =
        (1..=MAX_CERTIFICATE_BYTES).contains(&line.len()) && !line.contains(char::is_control);
    whole.then(|| line.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_one_line() {
        let long = "x".repeat(MAX_CERTIFICATE_BYTES + 1);
        let cases = [
            ("a line", "ssh-ed25519 AAAA x", Some("ssh-ed25519 AAAA x")),
            (
                "with its line break",
                "ssh-ed25519 AAAA\n",
                Some("ssh-ed25519 AAAA"),
            ),
            ("two lines", "ssh-ed25519 AAAA\nssh-rsa AAAA", None),
            ("a terminal's command", "ssh-ed25519 \u{1b}[2J", None),
            ("nothing", " \n", None),
            ("too long", &long, None),
        ];
        for (name, text, expected) in cases {
            assert_eq!(one_line(text).as_deref(), expected, "{name}");
        }
    }
}

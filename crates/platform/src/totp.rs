//! TOTP enrolment and recovery codes (`/users/{user_id}/totp`, `/users/{user_id}/codes`).

use std::fmt;

use deskfob_otp::{Entry, Seed, printable};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::lenient::{self, WireSecret};
use crate::{ApiError, Client, UserId};

/// Most recovery codes of one set.
const MAX_RECOVERY_CODES: usize = 100;
/// Longest recovery code, bytes.
const MAX_RECOVERY_CODE_BYTES: usize = 128;

/// A secret that the platform proposes. It holds nothing until [`Client::confirm_totp`].
pub struct TotpProposal {
    /// Who issues the codes, as it is shown to people.
    pub issuer: String,
    /// The account's name at the issuer.
    pub account_name: String,
    /// The shared secret.
    pub seed: Seed,
}

impl TotpProposal {
    /// The entry that makes this account's codes: SHA-1, 6 digits, 30 seconds. The API gives no
    /// parameters; these are RFC 6238's and every authenticator's defaults, not a published promise.
    pub fn into_entry(self) -> Entry {
        Entry::totp(self.issuer, self.account_name, self.seed)
    }
}

impl fmt::Debug for TotpProposal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TotpProposal")
            .field("issuer", &self.issuer)
            .field("account_name", &self.account_name)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct WireProposal {
    #[serde(default, deserialize_with = "lenient::text")]
    issuer: String,
    #[serde(default, deserialize_with = "lenient::text")]
    account_name: String,
    secret: WireSecret,
}

#[derive(Serialize)]
struct Confirmation<'a> {
    secret: &'a str,
    passcode: &'a str,
}

#[derive(Deserialize)]
struct WireCodes {
    recovery_codes: Vec<WireSecret>,
}

impl Client {
    /// Asks for a secret: `GET /users/{user_id}/totp`. Each call may give another one.
    ///
    /// # Errors
    /// [`ApiError::Conflict`] when MFA is on already.
    pub async fn totp_proposal(&self, user: &UserId) -> Result<TotpProposal, ApiError> {
        let url = self.url(&["users", user.segment()?, "totp"]);
        let wire: WireProposal = self.get(&url).await?;
        let seed = Seed::from_base32(wire.secret.0.expose_secret())
            .map_err(|_| ApiError::unexpected("secret"))?;
        let issuer = display_issuer(&wire.issuer);
        let issuer = if issuer.is_empty() {
            self.deployment().name.clone()
        } else {
            issuer
        };
        Ok(TotpProposal {
            issuer,
            account_name: wire.account_name,
            seed,
        })
    }

    /// Turns MFA on: `POST /users/{user_id}/totp` with the secret of the proposal, in upper-case base32
    /// without padding, and a code made from it. Returns the recovery codes, which the platform shows
    /// this one time.
    ///
    /// # Errors
    /// [`ApiError::Rejected`] for a wrong code, [`ApiError::Conflict`] when MFA is on already. After
    /// [`ApiError::Unexpected`], [`ApiError::CutOff`] and errors of the network, MFA may be on.
    pub async fn confirm_totp(
        &self,
        user: &UserId,
        seed: &Seed,
        passcode: &SecretString,
    ) -> Result<Vec<SecretString>, ApiError> {
        let url = self.url(&["users", user.segment()?, "totp"]);
        let secret = seed.to_base32();
        let body = Confirmation {
            secret: secret.expose_secret(),
            passcode: passcode.expose_secret(),
        };
        recovery_codes(self.post_json(&url, &body).await?.json()?)
    }

    /// Turns MFA off: `DELETE /users/{user_id}/totp`.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when it is off already.
    pub async fn withdraw_totp(&self, user: &UserId) -> Result<(), ApiError> {
        self.delete(&self.url(&["users", user.segment()?, "totp"]))
            .await?
            .done()
    }

    /// Replaces the recovery codes: `POST /users/{user_id}/codes`. The earlier ones stop working.
    ///
    /// # Errors
    /// [`ApiError::NotFound`] when MFA is off.
    pub async fn recreate_recovery_codes(
        &self,
        user: &UserId,
    ) -> Result<Vec<SecretString>, ApiError> {
        let url = self.url(&["users", user.segment()?, "codes"]);
        recovery_codes(self.post(&url).await?.json()?)
    }
}

/// The codes without space around them. Their number and form are not published, so only what cannot
/// be one is refused.
fn recovery_codes(wire: WireCodes) -> Result<Vec<SecretString>, ApiError> {
    let unusable = || ApiError::unexpected("recovery_codes");
    if wire.recovery_codes.len() > MAX_RECOVERY_CODES {
        return Err(unusable());
    }
    let codes = wire.recovery_codes.iter().map(|WireSecret(code)| {
        let code = code.expose_secret().trim();
        let usable = (1..=MAX_RECOVERY_CODE_BYTES).contains(&code.len());
        let usable = usable && !code.chars().any(char::is_control);
        usable
            .then(|| SecretString::from(Box::<str>::from(code)))
            .ok_or_else(unusable)
    });
    codes.collect()
}

/// The issuer for people. The platform describes it as a URI: then it is the host, without the part
/// that only says what it serves. Any other text is kept.
fn display_issuer(issuer: &str) -> String {
    /// First labels that name a service and not its owner.
    const SERVICES: [&str; 9] = [
        "www", "accounts", "account", "auth", "login", "id", "sso", "api", "console",
    ];
    let Ok(url) = Url::parse(issuer) else {
        return issuer.to_owned();
    };
    if !matches!(url.scheme(), "http" | "https") {
        return issuer.to_owned();
    }
    match url.host() {
        Some(Host::Domain(host)) => {
            let bare = match host.split_once('.') {
                Some((first, rest)) if SERVICES.contains(&first) && rest.contains('.') => rest,
                _ => host,
            };
            match bare {
                "upsun.com" => "Upsun".to_owned(),
                "platform.sh" => "Platform.sh".to_owned(),
                other => printable(other),
            }
        }
        Some(address) => address.to_string(),
        None => issuer.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes_of(texts: &[&str]) -> Result<Vec<String>, ApiError> {
        let recovery_codes = texts
            .iter()
            .map(|text| WireSecret((*text).into()))
            .collect();
        let codes = super::recovery_codes(WireCodes { recovery_codes })?;
        Ok(codes
            .iter()
            .map(|code| code.expose_secret().to_owned())
            .collect())
    }

    #[test]
    fn an_issuer_is_readable() {
        let cases = [
            ("the accounts server", "https://accounts.upsun.com", "Upsun"),
            ("with a path", "https://auth.upsun.com/oauth2", "Upsun"),
            (
                "the older name",
                "https://accounts.platform.sh/",
                "Platform.sh",
            ),
            (
                "another platform",
                "https://login.example.com",
                "example.com",
            ),
            (
                "a host that is no service",
                "https://sandbox.upsun.example",
                "sandbox.upsun.example",
            ),
            ("a short host", "https://auth.example", "auth.example"),
            ("an address", "http://127.0.0.1:8080/", "127.0.0.1"),
            ("a name", "Upsun", "Upsun"),
            ("a name with a colon", "Acme: Staging", "Acme: Staging"),
            ("a URN", "urn:acme", "urn:acme"),
            ("nothing", "", ""),
        ];
        for (name, issuer, expected) in cases {
            assert_eq!(display_issuer(issuer), expected, "{name}");
        }
    }

    #[test]
    fn recovery_codes_are_bounded() {
        let long = "x".repeat(MAX_RECOVERY_CODE_BYTES + 1);
        let many = vec!["code"; MAX_RECOVERY_CODES + 1];
        let cases: [(&str, &[&str], bool); 7] = [
            ("several", &["ab-cd", "ef gh"], true),
            ("none", &[], true),
            ("the most", &many[1..], true),
            ("too many", &many, false),
            ("too long", &[&long], false),
            ("blank", &["ab", " "], false),
            ("a line break", &["ab\ncd"], false),
        ];
        for (name, texts, expected) in cases {
            assert_eq!(codes_of(texts).is_ok(), expected, "{name}");
        }
        assert_eq!(
            codes_of(&[" ab "]).unwrap(),
            ["ab"],
            "space around a code is none of it"
        );
    }

    #[test]
    fn a_proposal_is_not_printed_with_its_secret() {
        let proposal = TotpProposal {
            issuer: "Upsun".into(),
            account_name: "ada".into(),
            seed: Seed::from_base32("GEZDGNBVGY3TQOJQ").unwrap(),
        };
        let shown = format!("{proposal:?}");
        assert!(
            shown.contains("ada") && !shown.contains("GEZ") && !shown.contains("49"),
            "{shown}"
        );
    }
}

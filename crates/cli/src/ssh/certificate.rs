//! A certificate as it is printed.

use std::io::{self, Write};

use deskfob_otp::printable;
use deskfob_ssh::{Certificate, CertificateKind, Life, Signed};
use serde::Serialize;

use crate::output::date;

/// What a certificate says.
#[derive(Serialize)]
pub(super) struct CertificateView {
    kind: &'static str,
    /// The key id: the user's id at the platform.
    user: String,
    principals: Vec<String>,
    serial: u64,
    /// Unix time, seconds.
    valid_from: u64,
    /// Unix time, seconds.
    valid_until: u64,
    /// `valid`, `due`, `expired` or `not_yet`.
    state: &'static str,
    /// Seconds until its end; 0 when it is over.
    expires_in: u64,
    mfa: bool,
    amr: Vec<String>,
    access_id: Option<String>,
    token_id: Option<String>,
    /// It was made with an API token.
    api_token: bool,
    algorithm: String,
    /// Fingerprint of the key.
    key: String,
    /// Fingerprint of the key that signed it.
    authority: String,
    /// `known`, `unknown`, `forged` or `not_checked`.
    signed: &'static str,
}

impl CertificateView {
    pub(super) fn of(certificate: &Certificate, signed: Signed, now: u64) -> Self {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        Self {
            kind: match certificate.kind() {
                CertificateKind::User => "user",
                CertificateKind::Host => "host",
            },
            user: certificate.user().to_owned(),
            principals: certificate.principals().to_vec(),
            serial: certificate.serial(),
            valid_from: certificate.valid_from(),
            valid_until: certificate.valid_until(),
            state: match certificate.life(now) {
                Life::NotYet { .. } => "not_yet",
                Life::Valid { .. } => "valid",
                Life::Due { .. } => "due",
                Life::Expired { .. } => "expired",
            },
            expires_in: certificate.valid_until().saturating_sub(now),
            mfa: certificate.has_mfa(),
            amr: certificate.amr().to_vec(),
            access_id: owned(certificate.access_id()),
            token_id: owned(certificate.token_id()),
            api_token: certificate.is_app(),
            algorithm: certificate.algorithm(),
            key: certificate.key_fingerprint(),
            authority: certificate.authority_fingerprint(),
            signed: match signed {
                Signed::Known => "known",
                Signed::Unknown => "unknown",
                Signed::Forged => "forged",
                Signed::NotChecked => "not_checked",
            },
        }
    }

    pub(super) fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let line = |out: &mut dyn Write, name: &str, value: &str| {
            writeln!(out, "{name:<12}{}", printable(value))
        };
        line(
            out,
            "For",
            if self.kind == "user" {
                "a user"
            } else {
                "a computer"
            },
        )?;
        line(out, "User", &self.user)?;
        let principals = if self.principals.is_empty() {
            "any".to_owned()
        } else {
            self.principals.join(", ")
        };
        line(out, "Names", &principals)?;
        line(
            out,
            "Valid",
            &format!("{} to {}", when(self.valid_from), when(self.valid_until)),
        )?;
        let state = match self.state {
            "not_yet" => "not yet: this computer's clock is behind".to_owned(),
            "expired" if self.expires_in == 0 => "expired".to_owned(),
            "expired" => format!(
                "expires in {} s, which is too soon to be used",
                self.expires_in
            ),
            _ => format!("expires in {} s", self.expires_in),
        };
        line(out, "State", &state)?;
        line(out, "MFA", if self.mfa { "yes" } else { "no" })?;
        if !self.amr.is_empty() {
            line(out, "Signed in", &self.amr.join(", "))?;
        }
        if self.api_token {
            line(out, "Made with", "an API token")?;
        }
        for (name, value) in [("Access", &self.access_id), ("Token", &self.token_id)] {
            if let Some(value) = value {
                line(out, name, value)?;
            }
        }
        line(out, "Serial", &self.serial.to_string())?;
        line(out, "Key", &format!("{} {}", self.algorithm, self.key))?;
        let signed = match self.signed {
            "known" => "a key that the platform names",
            "forged" => "NOT SIGNED by the key it names",
            "not_checked" => "a key of a kind that is not checked here",
            _ => "a key that is not known here",
        };
        line(out, "Signed by", &format!("{} ({signed})", self.authority))
    }
}

fn when(unix: u64) -> String {
    date(i64::try_from(unix).unwrap_or(i64::MAX))
}

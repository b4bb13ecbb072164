//! What a certificate says: whose key it is, for how long, and how that person signed in.

use serde_json::json;
use ssh_key::{
    Certificate, PublicKey,
    certificate::{Builder, CertType},
};

use super::Authority;
use crate::{
    clock::UnixSeconds,
    keys::random,
    oauth::Claims,
    state::{GrantType, Method},
};

/// Why a key was not certified.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotCertified {
    #[error("no random bytes from the system")]
    Random(#[from] getrandom::Error),
    #[error("the certificate cannot be made")]
    Certificate(#[from] ssh_key::Error),
}

/// Life of a certificate, as the platform documents it: renewed hourly.
const LIFE: UnixSeconds = 3600;

/// What OpenSSH's own `ssh-keygen` allows by default.
const PERMITTED: [&str; 5] = [
    "permit-X11-forwarding",
    "permit-agent-forwarding",
    "permit-port-forwarding",
    "permit-pty",
    "permit-user-rc",
];

impl Authority {
    /// Certifies the key of the person behind an access token.
    pub(super) fn certify(
        &self,
        key: &PublicKey,
        claims: &Claims,
        now: UnixSeconds,
    ) -> Result<Certificate, NotCertified> {
        let user = claims.sub.to_string();
        let from = now.unsigned_abs();
        let until = from + LIFE.unsigned_abs();
        let mut builder = Builder::new(random::<32>()?, key, from, until)?;
        builder
            .serial(u64::from_be_bytes(random()?))?
            .cert_type(CertType::User)?
            .key_id(user.clone())?
            .valid_principal(user)?
            .comment(key.comment())?;
        for permitted in PERMITTED {
            builder.extension(permitted, "")?;
        }
        for (name, value) in extensions(claims) {
            builder.extension(name, value)?;
        }
        Ok(builder.sign(&self.0)?)
    }
}

/// The platform's own extensions.
fn extensions(claims: &Claims) -> Vec<(&'static str, String)> {
    let told = json!({
        "auth_time": claims.auth_time,
        "amr": claims.amr,
        "grant": claims.grant,
        "scp": claims.scp,
    });
    let mut extensions = vec![
        ("access-id@platform.sh", claims.access_id.to_string()),
        ("access@platform.sh", json!(claims.access).to_string()),
        ("token-claims@platform.sh", told.to_string()),
    ];
    if claims.amr != [Method::Pwd] {
        extensions.push(("token-id@platform.sh", claims.jti.to_string()));
    }
    if claims.amr.contains(&Method::Mfa) {
        extensions.push(("has-mfa@platform.sh", String::new()));
    }
    if claims.grant == GrantType::ApiToken {
        extensions.push(("is-app@platform.sh", String::new()));
    }
    extensions
}

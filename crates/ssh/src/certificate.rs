//! What a certificate says, read offline (OpenSSH's PROTOCOL.certkeys, version 01).

use serde::Deserialize;
use serde_json::Value;
use ssh_key::certificate::CertType;
use ssh_key::{HashAlg, PublicKey};

use crate::{Authority, CertificateError, KeyPair, Signed};

/// Largest text that is read. OpenSSH's own limit for a key is of this size.
const MAX_BYTES: usize = 64 * 1024;

/// Most users a certificate may name, as OpenSSH (`SSHKEY_CERT_MAX_PRINCIPALS`).
const MAX_PRINCIPALS: usize = 256;

/// Extensions of the platforms' certificates.
mod extension {
    pub(super) const HAS_MFA: &str = "has-mfa@platform.sh";
    pub(super) const IS_APP: &str = "is-app@platform.sh";
    pub(super) const ACCESS_ID: &str = "access-id@platform.sh";
    pub(super) const TOKEN_ID: &str = "token-id@platform.sh";
    pub(super) const TOKEN_CLAIMS: &str = "token-claims@platform.sh";
}

/// What a certificate is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateKind {
    /// It says who a person is.
    User,
    /// It says which computer answers.
    Host,
}

/// A certificate that was read. It is as trustworthy as where it came from: see [`Self::signed_by`].
#[derive(Clone, Debug)]
pub struct Certificate {
    inner: ssh_key::Certificate,
    amr: Vec<String>,
    claims_unreadable: bool,
}

#[derive(Deserialize)]
struct TokenClaims {
    #[serde(default)]
    amr: Value,
}

impl Certificate {
    /// Reads the first line of `text` that is neither blank nor a comment.
    ///
    /// # Errors
    /// [`CertificateError`] says what the text is instead.
    pub fn parse(text: &[u8]) -> Result<Self, CertificateError> {
        if text.len() > MAX_BYTES {
            return Err(CertificateError::TooLarge { max: MAX_BYTES });
        }
        let text = std::str::from_utf8(text).map_err(|_| CertificateError::NotText)?;
        let line = text
            .lines()
            .map(str::trim)
            .find(|line| !line.is_empty() && !line.starts_with('#'))
            .ok_or(CertificateError::Empty)?;
        match kind_of(line) {
            LineKind::Certificate => {}
            LineKind::PrivateKey => return Err(CertificateError::PrivateKey),
            LineKind::PublicKey => return Err(CertificateError::PublicKey),
            LineKind::Other => return Err(CertificateError::NotACertificate),
        }
        let inner = ssh_key::Certificate::from_openssh(line).map_err(|error| match error {
            ssh_key::Error::Time => CertificateError::NoEnd,
            _ => CertificateError::Damaged,
        })?;
        if inner.valid_after() >= inner.valid_before() {
            return Err(CertificateError::Backwards);
        }
        if inner.valid_principals().len() > MAX_PRINCIPALS {
            return Err(CertificateError::TooManyPrincipals {
                max: MAX_PRINCIPALS,
            });
        }
        let claims = inner.extensions().get(extension::TOKEN_CLAIMS);
        let read = claims.map(|claims| serde_json::from_str::<TokenClaims>(claims));
        Ok(Self {
            amr: match &read {
                Some(Ok(claims)) => texts(&claims.amr),
                _ => Vec::new(),
            },
            claims_unreadable: matches!(read, Some(Err(_))),
            inner,
        })
    }

    /// The line that OpenSSH reads, without what was around it.
    ///
    /// # Errors
    /// [`CertificateError::Damaged`] when it cannot be written again.
    pub fn to_openssh(&self) -> Result<String, CertificateError> {
        self.inner
            .to_openssh()
            .map_err(|_| CertificateError::Damaged)
    }

    /// What it is for.
    pub fn kind(&self) -> CertificateKind {
        match self.inner.cert_type() {
            CertType::User => CertificateKind::User,
            CertType::Host => CertificateKind::Host,
        }
    }

    /// The kind of its key, such as `ssh-ed25519`.
    pub fn algorithm(&self) -> String {
        self.inner.algorithm().to_string()
    }

    /// The key id. Platforms write the user's id there.
    pub fn user(&self) -> &str {
        self.inner.key_id()
    }

    /// The users it may sign in as; none means any.
    pub fn principals(&self) -> &[String] {
        self.inner.valid_principals()
    }

    /// The authority's number for it; 0 where it does not number them.
    pub fn serial(&self) -> u64 {
        self.inner.serial()
    }

    /// From when it holds, Unix time in seconds.
    pub fn valid_from(&self) -> u64 {
        self.inner.valid_after()
    }

    /// Until when it holds, Unix time in seconds; at this second it does not.
    pub fn valid_until(&self) -> u64 {
        self.inner.valid_before()
    }

    /// Whether it says that MFA was used.
    pub fn has_mfa(&self) -> bool {
        self.has(extension::HAS_MFA) || self.amr.iter().any(|method| method == "mfa")
    }

    /// How the person signed in (RFC 8176 and the platforms' `sso:PROVIDER`), from the claims of the token it was made with.
    pub fn amr(&self) -> &[String] {
        &self.amr
    }

    /// Whether there are claims of the token, and they are not JSON.
    pub fn claims_unreadable(&self) -> bool {
        self.claims_unreadable
    }

    /// Names the rights it was made with.
    pub fn access_id(&self) -> Option<&str> {
        self.value(extension::ACCESS_ID)
    }

    /// The `jti` (RFC 7519) of the token it was made with.
    pub fn token_id(&self) -> Option<&str> {
        self.value(extension::TOKEN_ID)
    }

    /// Whether it was made with an API token.
    pub fn is_app(&self) -> bool {
        self.has(extension::IS_APP)
    }

    /// Fingerprint of its key, `SHA256:…`.
    pub fn key_fingerprint(&self) -> String {
        self.inner
            .public_key()
            .fingerprint(HashAlg::Sha256)
            .to_string()
    }

    /// Fingerprint of the authority's key that it names, `SHA256:…`.
    pub fn authority_fingerprint(&self) -> String {
        self.inner
            .signature_key()
            .fingerprint(HashAlg::Sha256)
            .to_string()
    }

    /// Whether it is for this key.
    pub fn is_for(&self, key: &KeyPair) -> bool {
        self.inner.public_key() == key.public_data()
    }

    /// Whether it is for the public key of this line.
    pub fn is_for_line(&self, public_key: &str) -> bool {
        PublicKey::from_openssh(public_key)
            .is_ok_and(|key| key.key_data() == self.inner.public_key())
    }

    /// Who signed it, given the keys that the platform names. Its time is not looked at: see [`Self::life`].
    pub fn signed_by(&self, authorities: &[Authority]) -> Signed {
        Authority::signed(&self.inner, authorities)
    }

    fn has(&self, name: &str) -> bool {
        self.inner.extensions().contains_key(name)
    }

    fn value(&self, name: &str) -> Option<&str> {
        let value = self.inner.extensions().get(name)?;
        (!value.is_empty()).then_some(value.as_str())
    }
}

enum LineKind {
    Certificate,
    PublicKey,
    PrivateKey,
    Other,
}

fn kind_of(line: &str) -> LineKind {
    if line.starts_with("-----BEGIN ") || line.starts_with("PuTTY-User-Key-File") {
        return LineKind::PrivateKey;
    }
    let algorithm = line.split_whitespace().next().unwrap_or_default();
    if algorithm.ends_with("-cert-v01@openssh.com") {
        LineKind::Certificate
    } else if ["ssh-", "ecdsa-", "sk-"]
        .iter()
        .any(|start| algorithm.starts_with(start))
    {
        LineKind::PublicKey
    } else {
        LineKind::Other
    }
}

/// A list of texts, or one; what is no text is left out.
fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(values) => values
            .iter()
            .filter_map(|value| value.as_str().map(str::to_owned))
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::made_up::{self, Made};

    fn read(made: &Made) -> Certificate {
        Certificate::parse(made.line().as_bytes()).unwrap()
    }

    #[test]
    fn what_a_platform_writes_is_read() {
        let made = Made {
            extensions: vec![
                ("access-id@platform.sh", "acc-1"),
                ("has-mfa@platform.sh", ""),
                ("permit-pty", ""),
                (
                    "token-claims@platform.sh",
                    r#"{"auth_time":1700000000,"amr":["pwd","mfa"],"grant":"authorization_code","scp":["offline_access"],"act":{"sub":"x"}}"#,
                ),
                ("token-id@platform.sh", "jti-1"),
            ],
            ..Made::default()
        };
        let certificate = read(&made);
        assert_eq!(certificate.kind(), CertificateKind::User);
        assert_eq!(certificate.user(), made_up::USER);
        assert_eq!(certificate.principals(), ["abc-main--app".to_owned()]);
        assert_eq!(
            (certificate.valid_from(), certificate.valid_until()),
            (1_700_000_000, 1_700_003_600)
        );
        assert_eq!(certificate.amr(), ["pwd".to_owned(), "mfa".into()]);
        assert_eq!(certificate.access_id(), Some("acc-1"));
        assert_eq!(certificate.token_id(), Some("jti-1"));
        assert!(certificate.has_mfa() && !certificate.is_app());
        assert!(!certificate.claims_unreadable());
        assert_eq!(certificate.serial(), 7);
        assert_eq!(certificate.algorithm(), "ssh-ed25519");
        assert!(certificate.authority_fingerprint().starts_with("SHA256:"));
        assert!(certificate.is_for(&made_up::key()));
        assert_eq!(
            Certificate::parse(certificate.to_openssh().unwrap().as_bytes())
                .unwrap()
                .user(),
            made_up::USER
        );
    }

    #[test]
    fn mfa_is_the_extension_or_the_method() {
        type Extensions = Vec<(&'static str, &'static str)>;
        let cases: [(&str, Extensions, bool); 7] = [
            ("nothing", vec![], false),
            ("the extension", vec![("has-mfa@platform.sh", "")], true),
            (
                "the extension with a value",
                vec![("has-mfa@platform.sh", "1")],
                true,
            ),
            (
                "the method",
                vec![("token-claims@platform.sh", r#"{"amr":["mfa"]}"#)],
                true,
            ),
            (
                "another method",
                vec![("token-claims@platform.sh", r#"{"amr":["pwd","sso:acme"]}"#)],
                false,
            ),
            (
                "one text",
                vec![("token-claims@platform.sh", r#"{"amr":"mfa"}"#)],
                true,
            ),
            (
                "claims that are no JSON",
                vec![("token-claims@platform.sh", "mfa")],
                false,
            ),
        ];
        for (name, extensions, expected) in cases {
            let made = Made {
                extensions,
                ..Made::default()
            };
            assert_eq!(read(&made).has_mfa(), expected, "{name}");
        }
        let garbled = Made {
            extensions: vec![("token-claims@platform.sh", "mfa")],
            ..Made::default()
        };
        assert!(read(&garbled).claims_unreadable());
    }

    #[test]
    fn what_is_no_certificate_is_named() {
        let key = made_up::key();
        let private = key.private_file().unwrap();
        let private = String::from_utf8(private.expose_bytes().to_vec()).unwrap();
        let public = key.public_line().unwrap();
        let good = Made::default().line();
        let long = format!("{good}{}", " ".repeat(MAX_BYTES));
        let cut = &good[..good.len() / 2];
        let other_kind = good.replacen("ssh-ed25519-cert", "ssh-rsa-cert", 1);
        let backwards = made_up::ending_at(&good, 1_700_000_000);
        let cases: [(&str, &[u8], CertificateError); 12] = [
            ("nothing", b"", CertificateError::Empty),
            (
                "blanks and a comment",
                b"\n # x\n\n",
                CertificateError::Empty,
            ),
            (
                "a private key",
                private.as_bytes(),
                CertificateError::PrivateKey,
            ),
            (
                "a public key",
                public.as_bytes(),
                CertificateError::PublicKey,
            ),
            ("bytes", b"\xff\xfe\x00", CertificateError::NotText),
            ("words", b"hello world", CertificateError::NotACertificate),
            (
                "too long",
                long.as_bytes(),
                CertificateError::TooLarge { max: MAX_BYTES },
            ),
            ("cut off", cut.as_bytes(), CertificateError::Damaged),
            (
                "no body",
                b"ssh-ed25519-cert-v01@openssh.com",
                CertificateError::Damaged,
            ),
            (
                "not base64",
                b"ssh-ed25519-cert-v01@openssh.com ??? x",
                CertificateError::Damaged,
            ),
            (
                "another kind than it says",
                other_kind.as_bytes(),
                CertificateError::Damaged,
            ),
            (
                "ends as it begins",
                backwards.as_bytes(),
                CertificateError::Backwards,
            ),
        ];
        for (name, text, expected) in cases {
            assert_eq!(Certificate::parse(text).unwrap_err(), expected, "{name}");
        }
    }

    #[test]
    fn a_certificate_without_an_end_is_told() {
        // Made by: ssh-keygen -s ca -I x -n x key.pub (OpenSSH 9.2), which sets no end.
        let forever = include_bytes!("../tests/data/forever-cert.pub");
        assert_eq!(
            Certificate::parse(forever).unwrap_err(),
            CertificateError::NoEnd
        );
    }

    #[test]
    fn openssh_and_this_crate_read_the_same() {
        // Made by: ssh-keygen -s ca -I USER -n one,two -z 9 -V 20231114221320Z:20231114231320Z
        //   -O extension:has-mfa@platform.sh -O extension:token-id@platform.sh=t1 key.pub (OpenSSH 9.2).
        let certificate =
            Certificate::parse(include_bytes!("../tests/data/openssh-cert.pub")).unwrap();
        assert_eq!(certificate.user(), made_up::USER);
        assert_eq!(certificate.principals(), ["one".to_owned(), "two".into()]);
        assert_eq!(certificate.serial(), 9);
        assert_eq!(
            (certificate.valid_from(), certificate.valid_until()),
            (1_700_000_000, 1_700_003_600)
        );
        assert!(certificate.has_mfa());
        assert_eq!(certificate.token_id(), Some("t1"));
        let ca = include_str!("../tests/data/openssh-ca.pub");
        assert_eq!(
            certificate.signed_by(&[Authority::parse(ca).unwrap()]),
            Signed::Known
        );
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = Certificate::parse(&bytes);
        }

        #[test]
        fn one_changed_byte_is_refused_or_no_longer_signed(at in 40_usize..600, byte in any::<u8>()) {
            static LINE: LazyLock<String> = LazyLock::new(|| Made::default().line());
            let line = LINE.as_str();
            let mut changed = line.as_bytes().to_vec();
            let at = at % changed.len();
            changed[at] = byte;
            // A length within a length is not looked at when it does not matter: then it is the same certificate.
            let body = |line: &str| line.split(' ').nth(1).map(str::to_owned);
            if let Ok(read) = Certificate::parse(&changed)
                && body(&read.to_openssh().unwrap()) != body(line)
            {
                prop_assert_ne!(read.signed_by(&[made_up::authority()]), Signed::Known);
            }
        }
    }
}

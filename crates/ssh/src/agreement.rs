//! Whether a certificate still says what the session says.

use std::collections::BTreeSet;

use crate::Certificate;

/// What is known of the session that a certificate should match: claims of its access token.
#[derive(Clone, Copy, Debug, Default)]
pub struct Session<'a> {
    /// The user's id.
    pub user: &'a str,
    /// How the person signed in (RFC 8176 `amr`); `None` when the token does not say.
    pub amr: Option<&'a [String]>,
    /// The token's `jti` (RFC 7519).
    pub token_id: Option<&'a str>,
    /// Names the token's rights.
    pub access_id: Option<&'a str>,
}

/// What a certificate says otherwise than the session. Each is a reason for a new one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// It is another user's.
    User,
    /// The session was made with MFA and the certificate was not.
    LacksMfa,
    /// The ways of signing in differ otherwise.
    Methods,
    /// It was made with other rights.
    Access,
    /// It was made with an earlier token, which may have been revoked. Only looked at where the way of signing in
    /// is more than a password, as by the platforms' command line.
    Token,
}

impl Certificate {
    /// How it differs from `session`, the weightiest first.
    pub fn differences(&self, session: &Session<'_>) -> Vec<Difference> {
        let mut found = Vec::new();
        if self.user() != session.user {
            found.push(Difference::User);
        }
        let amr = session.amr.unwrap_or_default();
        let session_has_mfa = amr.iter().any(|method| method == "mfa");
        if session_has_mfa && !self.has_mfa() {
            found.push(Difference::LacksMfa);
        } else if session.amr.is_some() && !self.amr().is_empty() && set(amr) != set(self.amr()) {
            found.push(Difference::Methods);
        }
        if differ(self.access_id(), session.access_id) {
            found.push(Difference::Access);
        }
        if amr.iter().any(|method| method != "pwd") && differ(self.token_id(), session.token_id) {
            found.push(Difference::Token);
        }
        found
    }
}

fn set(methods: &[String]) -> BTreeSet<&str> {
    methods.iter().map(String::as_str).collect()
}

/// Whether both say something, and not the same.
fn differ(one: Option<&str>, other: Option<&str>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if one != other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::made_up::{self, Made};

    #[test]
    fn each_difference_is_found() {
        let with = |claims: &'static str, token: &'static str| {
            let made = Made {
                extensions: vec![
                    ("access-id@platform.sh", "acc-1"),
                    ("token-claims@platform.sh", claims),
                    ("token-id@platform.sh", token),
                ],
                ..Made::default()
            };
            Certificate::parse(made.line().as_bytes()).unwrap()
        };
        let pwd = with(r#"{"amr":["pwd"]}"#, "t1");
        let mfa = with(r#"{"amr":["mfa","pwd"]}"#, "t1");
        let bare = Certificate::parse(Made::default().line().as_bytes()).unwrap();
        let methods = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let (only_pwd, with_mfa) = (methods(&["pwd"]), methods(&["pwd", "mfa"]));
        let sso = methods(&["pwd", "mfa", "sso:acme"]);
        let session = |amr, token_id| Session {
            user: made_up::USER,
            amr: Some(amr),
            token_id: Some(token_id),
            access_id: Some("acc-1"),
        };
        let cases: [(&str, &Certificate, Session<'_>, Vec<Difference>); 9] = [
            ("the same", &pwd, session(&only_pwd, "t1"), vec![]),
            (
                "the same in another order",
                &mfa,
                session(&with_mfa, "t1"),
                vec![],
            ),
            (
                "a password's next token",
                &pwd,
                session(&only_pwd, "t2"),
                vec![],
            ),
            (
                "the next token with MFA",
                &mfa,
                session(&with_mfa, "t2"),
                vec![Difference::Token],
            ),
            (
                "MFA since then",
                &pwd,
                session(&with_mfa, "t1"),
                vec![Difference::LacksMfa],
            ),
            (
                "MFA, and no claims in it",
                &bare,
                session(&with_mfa, "t1"),
                vec![Difference::LacksMfa],
            ),
            (
                "no MFA any more",
                &mfa,
                session(&only_pwd, "t1"),
                vec![Difference::Methods],
            ),
            (
                "single sign-on too",
                &mfa,
                session(&sso, "t1"),
                vec![Difference::Methods],
            ),
            (
                "somebody else, other rights",
                &pwd,
                Session {
                    user: "other",
                    access_id: Some("acc-2"),
                    ..session(&only_pwd, "t1")
                },
                vec![Difference::User, Difference::Access],
            ),
        ];
        for (name, certificate, session, expected) in cases {
            assert_eq!(certificate.differences(&session), expected, "{name}");
        }
        let opaque = Session {
            user: made_up::USER,
            ..Session::default()
        };
        assert_eq!(
            mfa.differences(&opaque),
            vec![],
            "a token that says nothing"
        );
    }
}

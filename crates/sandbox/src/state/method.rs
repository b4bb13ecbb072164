//! How a person signed in: the values of `amr` (RFC 8176).

use serde::{Deserialize, Serialize};

/// A value of `amr`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(crate) enum Method {
    Pwd,
    Mfa,
    /// Through the identity provider of this name, `sso:<name>`. `*` stands for any.
    Sso(String),
}

impl Method {
    /// Whether one of `had` is what this asks for; `sso:*` among them covers every provider.
    pub(crate) fn is_met_by(&self, had: &[Self]) -> bool {
        had.iter().any(|method| match (self, method) {
            (Self::Sso(asked), Self::Sso(had)) => had == "*" || asked == "*" || asked == had,
            _ => self == method,
        })
    }

    /// The provider, of `sso:<name>`.
    pub(crate) fn provider(&self) -> Option<&str> {
        match self {
            Self::Sso(provider) => Some(provider),
            _ => None,
        }
    }
}

impl From<Method> for String {
    fn from(method: Method) -> Self {
        match method {
            Method::Pwd => "pwd".to_owned(),
            Method::Mfa => "mfa".to_owned(),
            Method::Sso(provider) => format!("sso:{provider}"),
        }
    }
}

impl TryFrom<String> for Method {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "pwd" => Ok(Self::Pwd),
            "mfa" => Ok(Self::Mfa),
            _ => match text.strip_prefix("sso:") {
                Some(provider) if !provider.is_empty() => Ok(Self::Sso(provider.to_owned())),
                _ => Err("not a method of authentication"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn methods_cover_one_another() {
        let method = |text: &str| Method::try_from(text.to_owned()).unwrap();
        let cases = [
            ("the same", "mfa", "mfa", true),
            ("another", "mfa", "pwd", false),
            ("the same provider", "sso:acme", "sso:acme", true),
            ("another provider", "sso:acme", "sso:other", false),
            ("a session of any provider", "sso:acme", "sso:*", true),
            ("any provider asked for", "sso:*", "sso:acme", true),
            ("a provider is no code", "mfa", "sso:acme", false),
        ];
        for (name, asked, had, expected) in cases {
            assert_eq!(method(asked).is_met_by(&[method(had)]), expected, "{name}");
        }
        assert!(Method::try_from("sso:".to_owned()).is_err(), "no provider");
        assert!(Method::try_from("otp".to_owned()).is_err(), "not served");
    }
}

//! The registered clients. All are public: they have no secret.

use std::{borrow::Cow, collections::BTreeMap};

use url::{Host, Url};

use crate::state::RegisteredClient;

/// Client id of Deskfob.
pub(crate) const DESKFOB_CLIENT_ID: &str = "deskfob";

/// Which redirect URIs a client may name.
#[derive(Clone, Copy)]
enum Redirects {
    /// `http` on a loopback address, any port and path (RFC 8252, section 7.3).
    AnyLoopback,
    /// `http://127.0.0.1:5000` to `:5010`, no path: what the official command line uses.
    CommandLine,
    /// None: the client signs in with API tokens only.
    None,
}

/// A registered client.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) id: Cow<'static, str>,
    pub(crate) name: Cow<'static, str>,
    redirects: Redirects,
}

/// Clients that registered themselves, by id.
pub(crate) type Registered = BTreeMap<String, RegisteredClient>;

static CLIENTS: [Client; 4] = [
    Client {
        id: Cow::Borrowed(DESKFOB_CLIENT_ID),
        name: Cow::Borrowed("Deskfob"),
        redirects: Redirects::AnyLoopback,
    },
    Client {
        id: Cow::Borrowed("upsun-cli"),
        name: Cow::Borrowed("Upsun CLI"),
        redirects: Redirects::CommandLine,
    },
    Client {
        id: Cow::Borrowed("platform-cli"),
        name: Cow::Borrowed("Platform.sh CLI"),
        redirects: Redirects::CommandLine,
    },
    Client {
        id: Cow::Borrowed("platform-api-user"),
        name: Cow::Borrowed("API user"),
        redirects: Redirects::None,
    },
];

impl Client {
    /// One of the sandbox's own clients, or one that registered itself.
    pub(crate) fn find(registered: &Registered, id: &str) -> Option<Self> {
        let own = CLIENTS.iter().find(|client| client.id == id);
        own.cloned().or_else(|| {
            registered.get(id).map(|client| Self {
                id: Cow::Owned(id.to_owned()),
                name: Cow::Owned(client.name.clone()),
                redirects: Redirects::AnyLoopback,
            })
        })
    }

    /// Whether people may be sent back to this address.
    pub(crate) fn allows(&self, redirect: &Url) -> bool {
        let plain = redirect.scheme() == "http"
            && redirect.username().is_empty()
            && redirect.password().is_none()
            && redirect.fragment().is_none();
        let loopback = match redirect.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            _ => false,
        };
        plain
            && match self.redirects {
                Redirects::AnyLoopback => loopback,
                Redirects::CommandLine => {
                    redirect.host_str() == Some("127.0.0.1")
                        && redirect
                            .port()
                            .is_some_and(|port| (5000..=5010).contains(&port))
                        && redirect.path() == "/"
                        && redirect.query().is_none()
                }
                Redirects::None => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn redirects_stay_on_loopback() {
        let cases = [
            ("any port", "deskfob", "http://127.0.0.1:49152", true),
            ("IPv6", "deskfob", "http://[::1]:49152/callback", true),
            ("a name", "deskfob", "http://localhost:49152", false),
            (
                "another machine",
                "deskfob",
                "http://192.0.2.1:49152",
                false,
            ),
            ("https", "deskfob", "https://127.0.0.1:49152", false),
            ("a user name", "deskfob", "http://a@127.0.0.1:49152", false),
            ("a fragment", "deskfob", "http://127.0.0.1:49152/#x", false),
            (
                "first port of the CLI",
                "upsun-cli",
                "http://127.0.0.1:5000",
                true,
            ),
            (
                "last port of the CLI",
                "upsun-cli",
                "http://127.0.0.1:5010",
                true,
            ),
            (
                "below the CLI's ports",
                "upsun-cli",
                "http://127.0.0.1:4999",
                false,
            ),
            (
                "above the CLI's ports",
                "platform-cli",
                "http://127.0.0.1:5011",
                false,
            ),
            (
                "a path",
                "upsun-cli",
                "http://127.0.0.1:5000/callback",
                false,
            ),
            (
                "a client without pages",
                "platform-api-user",
                "http://127.0.0.1:5000",
                false,
            ),
        ];
        for (name, client, redirect, expected) in cases {
            let client = Client::find(&Registered::new(), client).unwrap();
            assert_eq!(
                client.allows(&redirect.parse().unwrap()),
                expected,
                "{name}"
            );
        }
    }
}

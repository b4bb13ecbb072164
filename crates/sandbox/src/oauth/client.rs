//! The registered clients. All are public: they have no secret.

use url::{Host, Url};

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
pub(crate) struct Client {
    pub(crate) id: &'static str,
    pub(crate) name: &'static str,
    redirects: Redirects,
}

static CLIENTS: [Client; 4] = [
    Client {
        id: DESKFOB_CLIENT_ID,
        name: "Deskfob",
        redirects: Redirects::AnyLoopback,
    },
    Client {
        id: "upsun-cli",
        name: "Upsun CLI",
        redirects: Redirects::CommandLine,
    },
    Client {
        id: "platform-cli",
        name: "Platform.sh CLI",
        redirects: Redirects::CommandLine,
    },
    Client {
        id: "platform-api-user",
        name: "API user",
        redirects: Redirects::None,
    },
];

impl Client {
    pub(crate) fn find(id: &str) -> Option<&'static Self> {
        CLIENTS.iter().find(|client| client.id == id)
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
            let client = Client::find(client).unwrap();
            assert_eq!(
                client.allows(&redirect.parse().unwrap()),
                expected,
                "{name}"
            );
        }
    }
}

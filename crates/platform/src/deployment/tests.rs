use super::*;

fn custom(api: &str) -> Result<Deployment, DeploymentError> {
    let auth = Url::parse("https://auth.example.com").unwrap();
    Deployment::custom("Test", Url::parse(api).unwrap(), auth, "deskfob")
}

#[test]
fn plain_http_is_for_loopback_only() {
    let cases = [
        ("https", "https://api.example.com", "ok"),
        ("https with a path", "https://example.com/platform/", "ok"),
        ("loopback IPv4", "http://127.0.0.1:4000", "ok"),
        ("another loopback IPv4", "http://127.8.9.1:4000", "ok"),
        ("loopback IPv6", "http://[::1]:4000", "ok"),
        ("localhost", "http://localhost:4000", "ok"),
        (
            "http elsewhere",
            "http://api.example.com",
            "deployment_not_encrypted",
        ),
        (
            "a name that begins like it",
            "http://localhost.example.com",
            "deployment_not_encrypted",
        ),
        (
            "a name under it",
            "http://a.localhost",
            "deployment_not_encrypted",
        ),
        (
            "a private network",
            "http://192.168.0.4",
            "deployment_not_encrypted",
        ),
        (
            "all addresses",
            "http://0.0.0.0",
            "deployment_not_encrypted",
        ),
        ("a file", "file:///etc/passwd", "deployment_not_web"),
        (
            "a user name",
            "https://me@api.example.com",
            "deployment_not_base",
        ),
        (
            "a query",
            "https://api.example.com/?a=b",
            "deployment_not_base",
        ),
    ];
    for (name, api, expected) in cases {
        let found = custom(api).map_or_else(|error| error.code(), |_| "ok");
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn ports_are_a_range_from_the_lower_one() {
    let range = |first, last| LoopbackPorts::Range { first, last };
    let cases = [
        ("any", LoopbackPorts::Any, true),
        ("several", range(5000, 5010), true),
        ("one", range(1, 1), true),
        ("all", range(1, 65535), true),
        ("none", range(5010, 5000), false),
        ("port 0", range(0, 10), false),
    ];
    for (name, ports, expected) in cases {
        let found = Deployment::upsun().with_ports(ports);
        assert_eq!(
            found.map(|found| found.ports == ports).ok(),
            expected.then_some(true),
            "{name}"
        );
    }
}

#[test]
fn a_client_identifier_is_a_short_printable_text() {
    let long = "x".repeat(MAX_CLIENT_ID_BYTES + 1);
    let cases = [
        ("as usual", "upsun-cli", true),
        ("a blank", "my app", true),
        ("empty", "", false),
        ("a line break", "a\nb", false),
        ("beyond ASCII", "é", false),
        ("too long", &long, false),
    ];
    for (name, id, expected) in cases {
        assert_eq!(is_client_id(id), expected, "{name}");
    }
}

#[test]
fn tokens_stay_with_their_own_hosts() {
    let upsun = Deployment::upsun();
    let cases = [
        ("the API", "https://api.upsun.com/users/me", true),
        (
            "the authorization server",
            "https://auth.upsun.com/ssh",
            true,
        ),
        ("the port written out", "https://api.upsun.com:443/x", true),
        ("unencrypted", "http://api.upsun.com/users/me", false),
        ("another port", "https://api.upsun.com:8443/", false),
        (
            "a host that ends alike",
            "https://api.evil-upsun.com/",
            false,
        ),
        (
            "a host that begins alike",
            "https://api.upsun.com.evil.example/",
            false,
        ),
        ("a user name", "https://api.upsun.com@evil.example/", false),
        (
            "a user name at the right host",
            "https://me@api.upsun.com/",
            false,
        ),
    ];
    for (name, url, expected) in cases {
        assert_eq!(upsun.owns(&Url::parse(url).unwrap()), expected, "{name}");
    }
}

/// Links of a list may lead to another host of the same platform.
#[test]
fn the_public_platform_is_one_by_both_of_its_names() {
    let cases = [
        ("its name", "https://api.upsun.com/x", true),
        ("its other name", "https://api.platform.sh/x", true),
        ("a region", "https://eu-5.platform.sh/x", true),
        (
            "a customer's page in a region",
            "https://main-abc.eu-3.platform.sh/x",
            false,
        ),
        (
            "a region by the newer name",
            "https://eu-5.upsun.com/x",
            true,
        ),
        (
            "the port written out",
            "https://eu-5.platform.sh:443/",
            true,
        ),
        ("unencrypted", "http://eu-5.platform.sh/x", false),
        ("another port", "https://eu-5.platform.sh:8443/", false),
        ("the name alone", "https://platform.sh/", false),
        ("a name that ends alike", "https://evilplatform.sh/", false),
        (
            "a name that begins alike",
            "https://api.platform.sh.evil.example/",
            false,
        ),
        (
            "an end that is a part",
            "https://api.platform.sh@evil.example/",
            false,
        ),
        ("a user name", "https://me@eu-5.platform.sh/", false),
        (
            "where customers' own pages are",
            "https://main-abc.eu-5.platformsh.site/",
            false,
        ),
        ("another platform", "https://api.magento.cloud/", false),
        ("an address", "https://127.0.0.1/", false),
    ];
    let own = Deployment::custom(
        "Ours",
        Url::parse("https://api.example.com").unwrap(),
        Url::parse("https://auth.example.com").unwrap(),
        "deskfob",
    )
    .unwrap();
    for (name, url, expected) in cases {
        let url = Url::parse(url).unwrap();
        for public in [Deployment::upsun(), Deployment::platform_sh()] {
            assert_eq!(public.owns(&url), expected, "{}: {name}", public.name);
        }
        assert!(!own.owns(&url), "no other deployment's token: {name}");
    }
}

#[test]
fn another_certifier_gets_the_token_too_and_is_checked_alike() {
    let certifier = |url: &str| Deployment::upsun().with_certifier(Url::parse(url).unwrap());
    let own = certifier("https://ssh.example.com").unwrap();
    assert!(own.owns(&Url::parse("https://ssh.example.com/ssh").unwrap()));
    assert_eq!(
        certifier("http://ssh.example.com").unwrap_err().code(),
        "deployment_not_encrypted"
    );
    assert!(!Deployment::upsun().owns(&Url::parse("https://ssh.example.com/ssh").unwrap()));
}

#[test]
fn an_issuer_is_the_authorization_server() {
    let cases = [
        ("its own", "https://auth.upsun.com", true),
        ("with a path", "https://auth.upsun.com/oauth2", true),
        ("its other name", "https://auth.api.platform.sh/", true),
        ("another server", "https://auth.evil.example", false),
        ("the API", "https://api.upsun.com", false),
        ("unencrypted", "http://auth.upsun.com", false),
        ("no address", "upsun", false),
    ];
    for (name, issuer, expected) in cases {
        assert_eq!(Deployment::upsun().is_issuer(issuer), expected, "{name}");
    }
    let own = custom("https://api.example.com").unwrap();
    assert!(
        !own.is_issuer("https://auth.upsun.com"),
        "not the issuer of another deployment"
    );
}

#[test]
fn a_path_in_the_base_is_kept() {
    let base = Url::parse("https://example.com/platform/").unwrap();
    assert_eq!(
        under(&base, &["users", "me"]).as_str(),
        "https://example.com/platform/users/me"
    );
    let bare = Url::parse("https://example.com").unwrap();
    assert_eq!(
        under(&bare, &["users", "a/b"]).as_str(),
        "https://example.com/users/a%2Fb"
    );
}

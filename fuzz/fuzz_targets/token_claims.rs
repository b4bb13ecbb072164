//! What an access token says of itself.
#![no_main]

use data_encoding::BASE64URL_NOPAD;
use deskfob_platform::{AccessToken, Claims};
use libfuzzer_sys::fuzz_target;

fuzz_target!(init: deskfob_fuzz::begin(seeds), |text: &str| {
    check(text);
    // Chance would hardly write base64url, and nothing behind it would be reached.
    check(&format!("e30.{}.", BASE64URL_NOPAD.encode(text.as_bytes())));
});

fn check(text: &str) {
    let claims = Claims::of(&AccessToken::new(text.into()));
    assert!(
        claims.amr.len() <= 16,
        "{} ways to sign in",
        claims.amr.len()
    );
    let _ = claims.has_mfa();
}

/// Whole tokens, and claims alone.
fn seeds() -> Vec<Vec<u8>> {
    let claims = [
        r#"{"sub":"01","amr":["pwd","mfa"],"auth_time":1741011285,"exp":1741012285,"jti":"a"}"#,
        r#"{"sub":null,"amr":"mfa","auth_time":-1,"exp":1e308}"#,
        "{}",
        "[[[[]]]]",
    ];
    let token = |claims: &&str| format!("e30.{}.c2ln", BASE64URL_NOPAD.encode(claims.as_bytes()));
    let tokens: Vec<String> = claims.iter().map(token).collect();
    claims
        .map(str::to_owned)
        .into_iter()
        .chain(tokens)
        .map(String::into_bytes)
        .collect()
}

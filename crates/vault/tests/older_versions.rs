//! A vault of every version that was ever released opens, with everything that was in it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;

use common::{Place, assert_same, entry, place};
use deskfob_otp::{Digits, Kind, Period};
use deskfob_vault::{SlotKind, Stage, Vault};
use secrecy::ExposeSecret;

/// Of every fixture: its secrets are in this file.
const PASSWORD: &str = "password of the fixtures";

/// A copy of the files kept under tests/fixtures.
fn fixture(version: &str) -> Place {
    let place = place();
    let kept = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(version);
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(kept.join(name), place.path(name)).unwrap();
    }
    place
}

/// Header 1, schema 1.
#[tokio::test]
async fn version_1() {
    let place = fixture("version-1");
    let vault = Vault::unlock_with_password(&place.home, PASSWORD.into())
        .await
        .unwrap();
    let slots = vault.slots().unwrap();
    assert_eq!(
        (slots[0].kind, slots[0].name.as_str()),
        (SlotKind::Password, "Password")
    );
    check_records_of_version_1(&vault).await;
}

async fn check_records_of_version_1(vault: &Vault) {
    let entries = vault.entries().await.unwrap();
    let expected = expected_entries();
    assert_eq!(entries.len(), expected.len());
    for (stored, expected) in entries.iter().zip(&expected) {
        assert_same(&stored.entry, expected, &expected.issuer);
    }
    assert!(entries[0].favourite);
    assert_eq!(
        (entries[0].use_count, entries[0].last_used_ms),
        (1, Some(4))
    );
    assert_eq!(vault.trash().await.unwrap().len(), 1);
    assert_eq!(vault.unreadable_entries().await.unwrap(), []);

    let accounts = vault.accounts().await.unwrap();
    assert_eq!(accounts[0].email, "alice@example.com");
    assert_eq!(accounts[0].entry_id, Some(entries[0].id));
    let account = accounts[0].id;
    let tokens = vault.tokens(account).await.unwrap().unwrap();
    assert_eq!(tokens.access.expose_secret(), "access");
    assert_eq!(tokens.refresh.unwrap().expose_secret(), "refresh");
    assert_eq!(tokens.api_token.unwrap().expose_secret(), "api");
    assert_eq!(tokens.expires_at, 5);
    let pending = vault.enrolment(account).await.unwrap().unwrap();
    assert_eq!((pending.stage, pending.started_ms), (Stage::Confirming, 6));
    let codes = vault.recovery_codes(account).await.unwrap();
    assert_eq!(codes[1].code.expose_secret(), "two");
    assert_eq!(codes[1].used_ms, Some(7));
    assert_eq!(
        vault.reminders(account, "org").await.unwrap()[0].message,
        "sent"
    );
}

fn expected_entries() -> [deskfob_otp::Entry; 3] {
    let totp = entry("Upsun", "alice", b"first seed");
    let mut hotp = entry("Bank", "Алиса", b"second seed");
    hotp.kind = Kind::Hotp {
        counter: u64::MAX - 1,
    };
    hotp.digits = Digits::try_from(8).unwrap();
    let mut steam = entry("Steam", "", b"third seed");
    steam.kind = Kind::Steam {
        period: Period::DEFAULT,
    };
    steam.digits = Digits::STEAM;
    [totp, hotp, steam]
}

//! No secret is readable in any file of the vault's folder.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::{Path, PathBuf};

use common::{NOW_MS, PASSWORD, Place, alice, entry, place};
use data_encoding::{BASE32_NOPAD, BASE64, HEXLOWER, HEXUPPER};
use deskfob_vault::{BackupKind, EntryEdit, StoredTokens};

const SEED: &[u8] = b"\x01seed to look for\xfe";
const PROPOSED: &[u8] = b"\x02proposed seed\xfd";
const ACCESS: &str = "access-token-to-look-for";
const REFRESH: &str = "refresh-token-to-look-for";
const API: &str = "api-token-to-look-for";
const CODES: [&str; 2] = ["recovery-one", "recovery-two"];
const NOTES: &str = "notes-to-look-for";
const ISSUER: &str = "Issuer to look for";

#[tokio::test]
async fn no_known_secret_is_in_any_file() {
    let place = place();
    let vault = place.create().await;
    let id = vault
        .add_entry(&entry(ISSUER, "account-to-look-for", SEED), NOW_MS)
        .await
        .unwrap();
    let account = vault.put_account(&alice(), NOW_MS).await.unwrap();
    let tokens = StoredTokens {
        access: ACCESS.into(),
        refresh: Some(REFRESH.into()),
        api_token: Some(API.into()),
        expires_at: 1,
    };
    vault.put_tokens(account, &tokens).await.unwrap();
    vault
        .begin_enrolment(account, &entry(ISSUER, "a", PROPOSED), NOW_MS)
        .await
        .unwrap();
    vault
        .replace_recovery_codes(account, &CODES.map(Into::into))
        .await
        .unwrap();
    let mut edit = EntryEdit::of(&vault.entry(id).await.unwrap());
    edit.notes = NOTES.into();
    vault.edit_entry(id, &edit, NOW_MS).await.unwrap();
    vault.back_up(BackupKind::Manual, NOW_MS).await.unwrap();
    assert!(
        place.path("vault.db-wal").exists(),
        "the log is looked at too"
    );
    assert_nothing_readable(&place, "open");
    vault.remove_entry(id, NOW_MS).await.unwrap();
    vault.purge_entry(id).await.unwrap();
    vault.clear_tokens(account).await.unwrap();
    vault.lock().await;
    assert_nothing_readable(&place, "locked");
}

fn assert_nothing_readable(place: &Place, state: &str) {
    let mut wanted: Vec<(String, Vec<u8>)> = Vec::new();
    for (name, seed) in [("seed", SEED), ("proposed seed", PROPOSED)] {
        wanted.push((name.into(), seed.to_vec()));
        for encoding in [BASE32_NOPAD, HEXLOWER, HEXUPPER, BASE64] {
            let text = encoding.encode(seed);
            wanted.push((format!("{name} as text"), text.to_lowercase().into_bytes()));
            wanted.push((format!("{name} as text"), text.into_bytes()));
        }
    }
    let texts = [
        ACCESS,
        REFRESH,
        API,
        CODES[0],
        CODES[1],
        NOTES,
        PASSWORD,
        ISSUER,
        "alice@example.com",
    ];
    wanted.extend(texts.map(|text| (text.to_owned(), text.as_bytes().to_vec())));
    let mut bytes_read = 0;
    let mut backups = 0;
    for path in files_below(place.home.path()) {
        let name = path.display();
        let content = std::fs::read(&path).unwrap();
        backups += usize::from(path.extension().is_some_and(|end| end == "zip"));
        bytes_read += content.len();
        assert!(
            !content.starts_with(b"SQLite format 3"),
            "{state}: {name} is a plain database"
        );
        for (what, secret) in &wanted {
            assert!(
                !contains(&content, secret),
                "{state}: {what} is readable in {name}"
            );
        }
    }
    assert_eq!(backups, 1, "{state}: a backup was among what was read");
    assert!(
        bytes_read > 50_000,
        "{state}: the database was among what was read"
    );
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() {
            found.extend(files_below(&path));
        } else {
            found.push(path);
        }
    }
    found
}

fn contains(content: &[u8], wanted: &[u8]) -> bool {
    content.windows(wanted.len()).any(|window| window == wanted)
}

#[test]
fn the_search_finds_what_is_there() {
    assert!(
        contains(b"xx\x01seed to look for\xfeyy", SEED),
        "or the test above proves nothing"
    );
}

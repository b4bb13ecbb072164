//! Every byte of the database's first pages changed, one at a time: refused, or what is read is what was written.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::os::unix::fs::FileExt;
use std::path::Path;

use common::{entry, hotp, place};
use deskfob_vault::{Home, RecoveryKit, Vault};
use secrecy::ExposeSecret;

/// Salt, IVs, schema and the first rows: the pages that every opening reads.
const PAGES: u64 = 3;
const PAGE_BYTES: u64 = 4096;
/// Beyond the first pages.
const EVERY: u64 = 97;

#[test]
fn no_changed_byte_of_the_database_is_believed() {
    let place = place();
    let (words, original) = runtime().block_on(async {
        let vault = place.create().await;
        for number in 0..40 {
            let seed = format!("seed number {number}");
            vault
                .add_entry(&entry("Issuer", &number.to_string(), seed.as_bytes()), 1)
                .await
                .unwrap();
        }
        vault.add_entry(&hotp(7), 2).await.unwrap();
        let (_, kit) = vault.add_recovery_kit("kit").await.unwrap();
        vault.lock().await;
        let words = kit.words().expose_secret().to_owned();
        let original = read(&place.home, &words).await.unwrap();
        (words, original)
    });
    let bytes = std::fs::read(place.path("vault.db")).unwrap();
    let first = PAGES * PAGE_BYTES;
    let positions: Vec<u64> = (0..first)
        .chain((first..bytes.len() as u64).step_by(EVERY as usize))
        .collect();
    assert!(
        positions.len() as u64 > first,
        "the database has more than the first pages"
    );
    let threads: u64 = 2;
    let refused: usize = std::thread::scope(|scope| {
        let lanes: Vec<_> = (0..threads)
            .map(|lane| {
                let mine: Vec<_> = positions
                    .iter()
                    .copied()
                    .skip(lane as usize)
                    .step_by(threads as usize)
                    .collect();
                let (words, original, from) = (&words, &original, place.home.path());
                scope.spawn(move || flip(&mine, from, words, original))
            })
            .collect();
        lanes.into_iter().map(|lane| lane.join().unwrap()).sum()
    });
    assert_eq!(
        refused,
        positions.len(),
        "every byte of every page is authenticated"
    );
}

/// How many of the changed databases were refused. What is not refused has to read as it was.
fn flip(positions: &[u64], from: &Path, words: &str, original: &str) -> usize {
    let place = common::place();
    for name in ["vault.db", "vault.key"] {
        std::fs::copy(from.join(name), place.path(name)).unwrap();
    }
    let path = place.path("vault.db");
    let good = std::fs::read(&path).unwrap();
    let runtime = runtime();
    let mut refused = 0;
    for &position in positions {
        // Written anew each time: opening may have made a write-ahead log beside it.
        for suffix in ["-wal", "-shm"] {
            let _ = std::fs::remove_file(place.path(&format!("vault.db{suffix}")));
        }
        let file = std::fs::OpenOptions::new().write(true).open(&path).unwrap();
        file.set_len(good.len() as u64).unwrap();
        // Any value but 0, which would change nothing; not the same one everywhere.
        let mask = (position.wrapping_mul(0x9e37_79b9) >> 7) as u8 | 1;
        file.write_all_at(&[good[position as usize] ^ mask], position)
            .unwrap();
        match runtime.block_on(read(&place.home, words)) {
            Ok(found) => assert_eq!(found, original, "byte {position} changed what is read"),
            Err(words) => {
                assert!(words.len() > 10, "byte {position}: {words}");
                refused += 1;
            }
        }
        file.write_all_at(&[good[position as usize]], position)
            .unwrap();
    }
    refused
}

/// Everything a start reads, and a whole check of the file; or the error's words.
async fn read(home: &Home, words: &str) -> Result<String, String> {
    let kit = RecoveryKit::parse(&words.into()).unwrap();
    let vault = Vault::unlock_with_recovery_kit(home, &kit)
        .await
        .map_err(|error| format!("{} {error}", error.code()))?;
    let result = list(&vault).await;
    vault.lock().await;
    result
}

async fn list(vault: &Vault) -> Result<String, String> {
    let mut text = String::new();
    let entries = vault
        .entries()
        .await
        .map_err(|error| format!("{} {error}", error.code()))?;
    for stored in entries {
        let uri = stored.entry.to_uri();
        text.push_str(uri.expose_secret());
        text.push('\n');
    }
    let unreadable = vault
        .unreadable_entries()
        .await
        .map_err(|error| error.to_string())?;
    if !unreadable.is_empty() {
        return Err(format!("{} entries cannot be read", unreadable.len()));
    }
    let report = vault.check(1).await;
    let problem = report
        .findings
        .iter()
        .find(|finding| finding.level == deskfob_vault::Level::Problem);
    match problem {
        Some(finding) => Err(finding.what.clone()),
        None => Ok(text),
    }
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

//! Opening, reading and writing a vault inside one process. `cargo xtask bench` runs it in a session that has a bus and a
//! keyring of its own; without [`SESSION`] nothing touches a keyring.
#![allow(clippy::unwrap_used, reason = "a benchmark stops by panicking")]

use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use deskfob_measure::Benchmark;
use deskfob_otp::{Entry, Seed, UnixTime};
use deskfob_vault::{Home, KdfCost, Vault};
use secrecy::SecretString;
use tokio::runtime::Runtime;

/// Set where the session's keyring may be written to.
const SESSION: &str = "DESKFOB_BENCH_SESSION";
/// What the application calibrates a new vault's password to.
const PASSWORD_TIME: Duration = Duration::from_millis(500);
const MANY: usize = 10_000;
const NOW_MS: i64 = 1_741_011_285_000;
const NOW: UnixTime = UnixTime(1_741_011_285);

fn main() {
    // `cargo test --benches` starts this as well.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    // As the product does: memory that is wiped when it is freed takes time.
    deskfob_hardening::harden().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    // Where Cargo builds, so on a disk: the system's folder for temporary files may be memory.
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let keyring = std::env::var_os(SESSION).is_some();
    few(&runtime, &folder.path().join("few"), keyring);
    many(&runtime, &folder.path().join("many"), keyring);
}

/// A vault of one entry: what opening costs.
fn few(runtime: &Runtime, folder: &Path, keyring: bool) {
    let home = Home::at(folder).unwrap();
    let cost = KdfCost::calibrate(PASSWORD_TIME);
    runtime.block_on(async {
        let vault = Vault::create(&home, password(), cost).await.unwrap();
        vault.add_entry(&entry(0), NOW_MS).await.unwrap();
        if keyring {
            vault.add_keyring_slot("Benchmark").await.unwrap();
        }
        vault.lock().await;
    });
    if keyring {
        Benchmark::of("unlock by keyring, to the first code")
            .below(Duration::from_millis(50))
            .run(40, || {
                runtime.block_on(async {
                    let vault = Vault::unlock_with_keyring(&home).await.unwrap();
                    let entries = vault.entries().await.unwrap();
                    black_box(entries[0].entry.code_at(NOW));
                });
            });
    }
    let calibrated = format!(
        "unlock by password, to the first code (calibrated to {} MiB, {} passes)",
        cost.m_kib / 1024,
        cost.t
    );
    Benchmark::of(&calibrated).run(10, || {
        runtime.block_on(async {
            let vault = Vault::unlock_with_password(&home, password())
                .await
                .unwrap();
            let entries = vault.entries().await.unwrap();
            black_box(entries[0].entry.code_at(NOW));
        });
    });
}

/// A vault of 10 000 entries.
fn many(runtime: &Runtime, folder: &Path, keyring: bool) {
    let home = Home::at(folder).unwrap();
    let (vault, ids) = runtime.block_on(async {
        let vault = Vault::create(&home, password(), KdfCost::FLOOR)
            .await
            .unwrap();
        let entries: Vec<Entry> = (0..MANY).map(entry).collect();
        let ids = vault.add_entries(&entries, NOW_MS).await.unwrap();
        if keyring {
            vault.add_keyring_slot("Benchmark").await.unwrap();
        }
        (vault, ids)
    });
    if keyring {
        Benchmark::of("open by keyring and list 10 000 entries")
            .below(Duration::from_millis(150))
            .run(20, || {
                runtime.block_on(async {
                    let vault = Vault::unlock_with_keyring(&home).await.unwrap();
                    assert_eq!(vault.entries().await.unwrap().len(), MANY);
                });
            });
    }
    Benchmark::of("list 10 000 entries of an open vault").run(20, || {
        assert!(runtime.block_on(vault.entries()).unwrap().len() >= MANY);
    });
    let mut next = MANY;
    Benchmark::of("add an entry, durably, to 10 000")
        .below(Duration::from_millis(15))
        .run(100, || {
            next += 1;
            runtime
                .block_on(vault.add_entry(&entry(next), NOW_MS))
                .unwrap();
        });
    let mut turn = 0;
    Benchmark::of("edit an entry, durably, of 10 000")
        .below(Duration::from_millis(15))
        .run(100, || {
            turn += 1;
            let account = format!("renamed-{turn}");
            runtime
                .block_on(vault.rename_entry(ids[turn * 31], "Renamed", &account, NOW_MS))
                .unwrap();
        });
    runtime.block_on(vault.lock());
}

fn password() -> SecretString {
    "the password of a benchmark".into()
}

fn entry(number: usize) -> Entry {
    let mut seed = [0; 20];
    seed[..8].copy_from_slice(&number.to_le_bytes());
    Entry::totp(
        format!("Service {}", number / 4),
        format!("person-{number}@example.com"),
        Seed::from_bytes(seed.to_vec()).unwrap(),
    )
}

//! Two processes write to one vault at the same time, and no update of either is lost.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Child, Command};

use common::{NOW_MS, entry, password, place};
use deskfob_vault::{EntryEdit, EntryId, Home, Settings, StoreError, Vault};

/// How many updates each makes.
const UPDATES: usize = 200;
const FOLDER: &str = "DESKFOB_TEST_HOME";
const ENTRY: &str = "DESKFOB_TEST_ENTRY";
const PROGRAM: &str = "DESKFOB_TEST_PROGRAM";

/// The other process: this test, run by the one below.
#[tokio::test]
#[ignore = "started by the test below"]
async fn program() {
    let home = Home::at(Path::new(&std::env::var(FOLDER).unwrap()))
        .unwrap()
        .with_program(std::env::var(PROGRAM).unwrap());
    let shared: EntryId = std::env::var(ENTRY).unwrap().parse().unwrap();
    let vault = Vault::unlock_with_password(&home, password())
        .await
        .unwrap();
    let program = std::env::var(PROGRAM).unwrap();
    for number in 0..UPDATES {
        let own = entry(
            &program,
            &number.to_string(),
            format!("{program}{number}").as_bytes(),
        );
        vault.add_entry(&own, NOW_MS).await.unwrap();
        let was = EntryEdit::of(&vault.entry(shared).await.unwrap());
        let mut edit = was.clone();
        match program.as_str() {
            "window" => edit.issuer = format!("issuer {number}"),
            _ => edit.notes = format!("notes {number}").into(),
        }
        vault
            .edit_entry_since(shared, &was, &edit, NOW_MS)
            .await
            .unwrap();
        vault.mark_used(shared, NOW_MS).await.unwrap();
    }
}

fn start(program: &str, folder: &Path, shared: EntryId) -> Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "program", "--quiet"])
        .env(FOLDER, folder)
        .env(ENTRY, shared.to_string())
        .env(PROGRAM, program)
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn two_programs_lose_no_update() {
    let place = place();
    let vault = place.create().await;
    let shared = vault
        .add_entry(&entry("shared", "alice", b"shared"), NOW_MS)
        .await
        .unwrap();
    let before = vault.data_version().await.unwrap();
    let programs = ["window", "fob"];
    let children = programs.map(|program| start(program, place.home.path(), shared));
    for mut child in children {
        let status = tokio::task::spawn_blocking(move || child.wait())
            .await
            .unwrap()
            .unwrap();
        assert!(status.success(), "a program failed");
    }
    assert_ne!(
        vault.data_version().await.unwrap(),
        before,
        "the open window notices"
    );
    let stored = vault.entry(shared).await.unwrap();
    let last = UPDATES - 1;
    assert_eq!(
        stored.entry.issuer,
        format!("issuer {last}"),
        "the window's field"
    );
    assert_eq!(
        stored.notes.expose(),
        format!("notes {last}"),
        "the terminal's field"
    );
    assert_eq!(
        usize::try_from(stored.use_count).unwrap(),
        2 * UPDATES,
        "every use is counted"
    );
    let entries = vault.entries().await.unwrap();
    for program in programs {
        let own = entries
            .iter()
            .filter(|stored| stored.entry.issuer == program)
            .count();
        assert_eq!(own, UPDATES, "every entry of {program}");
    }
    let mut told = std::collections::HashMap::new();
    for record in vault.history(None, 1000).await.unwrap() {
        *told.entry((record.program, record.action)).or_insert(0) += 1;
    }
    for program in programs {
        for action in ["entry_added", "entry_edited"] {
            let key = (program.to_owned(), action.to_owned());
            assert_eq!(told.get(&key), Some(&UPDATES), "{program}: {action}");
        }
    }
}

/// Changes many settings one after another, through a handle of its own.
async fn change_many(vault: Vault, change: fn(&mut Settings, u32)) {
    for number in 0..100_u32 {
        let change = |settings: &mut Settings| {
            if let Some(before) = number.checked_sub(1) {
                let mut as_left = settings.clone();
                change(&mut as_left, before);
                assert_eq!(*settings, as_left, "the change before holds");
            }
            change(settings, number);
            Ok::<_, StoreError>(())
        };
        vault.change_settings(change).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_programs_change_different_settings_and_both_hold() {
    let place = place();
    let (window, terminal) = (place.create().await, place.unlock().await);
    let days: fn(&mut Settings, u32) = |settings, number| settings.backups.keep_days = 1 + number;
    let months: fn(&mut Settings, u32) = |settings, number| settings.backups.keep_months = number;
    let programs = [(window.clone(), days), (terminal, months)]
        .map(|(vault, change)| tokio::spawn(change_many(vault, change)));
    for program in programs {
        program.await.unwrap();
    }
    let settings = window.settings().await.unwrap();
    assert_eq!(settings.backups.keep_days, 100, "the window's");
    assert_eq!(settings.backups.keep_months, 99, "the terminal's");
}

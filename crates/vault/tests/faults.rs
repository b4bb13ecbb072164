//! A disk that is full or fails in the middle of a write: the writer says so, and the vault is the old or the
//! new one, whole.
//!
//! Each operation runs in a process of its own with `faults/faults.c` preloaded, once for every call to the
//! system that it makes on the vault's files: that call fails, or it and all later ones do.
#![cfg(target_os = "linux")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking, and its writer speaks over standard output"
)]

mod common;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;

use common::{PASSWORD, entry, hotp, place};
use deskfob_otp::Kind;
use deskfob_vault::{
    BackupKind, BackupUnlock, Home, KdfCost, OpenBackup, Presence, RecoveryKit, SlotKind, Vault,
    presence,
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

const HOME: &str = "DESKFOB_FAULTS_HOME";
const OPERATION: &str = "DESKFOB_FAULTS_OPERATION";
const ENOSPC: &str = "28";
const EIO: &str = "5";

/// With what a call fails, and whether all later ones do, too: one after another.
const KINDS: [(&str, bool); 3] = [(ENOSPC, true), (EIO, false), (ENOSPC, false)];
/// Most calls of one operation that are made to fail, when `DESKFOB_FAULTS` does not say.
const MOST: u32 = 32;

/// What the writer does to the vault once it is open.
const OPERATIONS: [&str; 12] = [
    "add",
    "edit",
    "counter",
    "remove",
    "purge",
    "settings",
    "slot-add",
    "slot-remove",
    "password",
    "rekey",
    "backup",
    "restore",
];

/// A vault to copy: its folder, and the words that open it in no time.
struct Template {
    folder: TempDir,
    words: String,
}

#[test]
#[ignore = "started by the test that makes it fail"]
fn writer() {
    let operation = std::env::var(OPERATION).unwrap();
    let mut words = String::new();
    std::io::stdin().read_line(&mut words).unwrap();
    let said = runtime().block_on(async {
        let path = PathBuf::from(std::env::var_os(HOME).unwrap());
        let home = Home::at(&path).map_err(|error| tell(error.code(), &error, error.hint()))?;
        if operation == "create" {
            return Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR)
                .await
                .map(drop)
                .map_err(|error| tell(error.code(), &error, error.hint()));
        }
        let kit = RecoveryKit::parse(&words.trim().into()).unwrap();
        let vault = Vault::unlock_with_recovery_kit(&home, &kit)
            .await
            .map_err(|error| tell(error.code(), &error, error.hint()))?;
        let done = operate(&operation, vault.clone(), &home).await;
        vault.lock().await;
        done
    });
    let line = match said {
        Ok(()) => "@ok".to_owned(),
        Err(line) => format!("@{line}"),
    };
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}").unwrap();
}

fn tell(code: &str, message: &dyn std::fmt::Display, hint: Option<impl AsRef<str>>) -> String {
    let hint = hint
        .map(|hint| hint.as_ref().to_owned())
        .unwrap_or_default();
    format!("error {code} | {message} | {hint}")
}

async fn operate(operation: &str, vault: Vault, home: &Home) -> Result<(), String> {
    macro_rules! told {
        ($result:expr) => {
            $result.map_err(|error| tell(error.code(), &error, error.hint()))
        };
    }
    let first = told!(vault.entries().await)?;
    let counter = first
        .iter()
        .find(|stored| matches!(stored.entry.kind, Kind::Hotp { .. }))
        .unwrap()
        .id;
    let alice = first[0].id;
    match operation {
        "add" => told!(
            vault
                .add_entry(&entry("Added", "later", b"a later seed"), 9)
                .await
        )
        .map(drop),
        "edit" => told!(vault.rename_entry(alice, "Edited", "alice", 9).await),
        "counter" => told!(vault.advance_counter(counter, 9).await).map(drop),
        "remove" => told!(vault.remove_entry(alice, 9).await),
        "purge" => {
            let trashed = told!(vault.trash().await)?;
            told!(vault.purge_entry(trashed[0].id).await)
        }
        "settings" => {
            let mut settings = told!(vault.settings().await)?;
            settings.lock_on_suspend = false;
            told!(vault.set_settings(&settings).await)
        }
        "slot-add" => told!(vault.add_recovery_kit("Added kit").await).map(drop),
        "slot-remove" => {
            let slots = told!(vault.slots())?;
            let second = slots.iter().find(|slot| slot.name == "Second kit").unwrap();
            told!(vault.remove_slot(second.id).await)
        }
        "password" => {
            let slots = told!(vault.slots())?;
            let slot = slots
                .iter()
                .find(|slot| slot.kind == SlotKind::Password)
                .unwrap();
            told!(
                vault
                    .change_password(slot.id, "another password".into(), KdfCost::FLOOR)
                    .await
            )
            .map(drop)
        }
        "rekey" => told!(vault.new_key(vec![PASSWORD.into()], KdfCost::FLOOR).await).map(drop),
        "backup" => told!(vault.back_up(BackupKind::Manual, 9_000).await).map(drop),
        "restore" => {
            let backup = backups(home).into_iter().next().unwrap();
            let opened = told!(OpenBackup::open(&backup, home, BackupUnlock::Vault(&vault)).await)?;
            told!(opened.restore_everything(home, Some(vault), 9_000).await).map(drop)
        }
        other => panic!("no operation {other}"),
    }
}

#[test]
fn a_failing_disk_leaves_the_old_or_the_new_vault() {
    let template = template();
    let before = runtime().block_on(state(template.folder.path(), &template));
    let mut runs = 0;
    for operation in OPERATIONS {
        let untouched = copy(&template);
        let (said, calls) = run(operation, &untouched, &template.words, None);
        assert_eq!(said, "ok", "{operation} on a good disk");
        assert!(calls > 5, "{operation}: the calls are counted");
        let after = runtime().block_on(state(untouched.path(), &template));
        println!("{operation}: {calls} calls");
        for (at, (errno, stays)) in positions(calls).zip(KINDS.into_iter().cycle()) {
            runs += 1;
            let place = copy(&template);
            let fault = Some((at, errno, stays));
            let (said, _) = run(operation, &place, &template.words, fault);
            let found = runtime().block_on(state(place.path(), &template));
            let reason = format!(
                "{operation}, call {at} of {calls} fails with {errno} (stays: {stays}), it said: {said}"
            );
            if said == "ok" {
                assert_eq!(found, after, "{reason}: acknowledged and lost");
            } else {
                assert!(
                    found == before || found == after,
                    "{reason}: the vault is neither the old nor the new one: {found}"
                );
                understandable(&said, &reason);
            }
        }
    }
    println!("{runs} failures in all");
}

#[test]
fn a_vault_that_could_not_be_made_is_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good");
    let (said, calls) = run_in("create", &good, "", None);
    assert_eq!(said, "ok");
    for at in positions(calls) {
        let home = folder.path().join(format!("home {at}"));
        let (said, _) = run_in("create", &home, "", Some((at, ENOSPC, true)));
        let home = Home::at(&home).unwrap();
        runtime().block_on(async {
            match presence(&home).unwrap() {
                Presence::Absent => {
                    assert_ne!(said, "ok", "call {at}: acknowledged and lost");
                    Vault::create(&home, PASSWORD.into(), KdfCost::FLOOR)
                        .await
                        .unwrap()
                }
                Presence::Present { .. } => Vault::unlock_with_password(&home, PASSWORD.into())
                    .await
                    .unwrap(),
                Presence::Damaged { damage, .. } => {
                    panic!("call {at} left a damaged vault: {damage}")
                }
            }
        });
        if said != "ok" {
            understandable(&said, &format!("call {at}, it said: {said}"));
        }
    }
}

/// A code, a sentence for a person and what to do.
fn understandable(said: &str, reason: &str) {
    let parts: Vec<_> = said
        .strip_prefix("error ")
        .unwrap_or_else(|| panic!("{reason}: no answer"))
        .split(" | ")
        .collect();
    let [code, message, hint] = parts[..] else {
        panic!("{reason}: not in three parts");
    };
    assert!(!code.is_empty() && !message.is_empty(), "{reason}");
    assert!(!hint.is_empty(), "{reason}: it does not say what to do");
    for word in ["Error", "Some(", "Os {", "unwrap", "panicked"] {
        assert!(!message.contains(word), "{reason}: not for a person");
    }
}

fn template() -> Template {
    let place = place();
    runtime().block_on(async {
        let vault = place.create().await;
        vault
            .add_entry(&entry("Upsun", "alice", b"first seed"), 1)
            .await
            .unwrap();
        vault.add_entry(&hotp(3), 2).await.unwrap();
        let gone = vault
            .add_entry(&entry("Old", "bob", b"second seed"), 3)
            .await
            .unwrap();
        vault.remove_entry(gone, 4).await.unwrap();
        vault.add_recovery_kit("Second kit").await.unwrap();
        let (_, kit) = vault.add_recovery_kit("First kit").await.unwrap();
        vault.back_up(BackupKind::Manual, 5_000).await.unwrap();
        vault
            .add_entry(&entry("After", "the backup", b"third seed"), 6)
            .await
            .unwrap();
        vault.lock().await;
        let words = kit.words().expose_secret().to_owned();
        Template {
            folder: place.folder,
            words,
        }
    })
}

fn copy(template: &Template) -> TempDir {
    let copied = tempfile::tempdir().unwrap();
    copy_folder(
        &template.folder.path().join("home"),
        &copied.path().join("home"),
    );
    copied
}

fn copy_folder(from: &Path, to: &Path) {
    Home::at(to).unwrap();
    for file in std::fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        let target = to.join(file.file_name());
        if file.file_type().unwrap().is_dir() {
            copy_folder(&file.path(), &target);
        } else {
            std::fs::copy(file.path(), target).unwrap();
        }
    }
}

fn backups(home: &Home) -> Vec<PathBuf> {
    let mut paths: Vec<_> = std::fs::read_dir(home.path().join("backups"))
        .unwrap()
        .map(|file| file.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "zip"))
        .collect();
    paths.sort();
    paths
}

/// Everything in the vault, in words. Opens it as the next start would; every backup has to open, too.
async fn state(folder: &Path, template: &Template) -> String {
    let home = Home::at(&folder.join("home")).unwrap();
    let kit = RecoveryKit::parse(&template.words.as_str().into()).unwrap();
    // A new vault key has a new kit; the password opens it in every state but one.
    let vault = match Vault::unlock_with_recovery_kit(&home, &kit).await {
        Ok(vault) => vault,
        Err(_) => Vault::unlock_with_password(&home, PASSWORD.into())
            .await
            .unwrap(),
    };
    let mut text = String::new();
    for stored in vault.entries().await.unwrap() {
        text += &format!(
            "{} {} {:?}; ",
            stored.entry.issuer, stored.entry.account, stored.entry.kind
        );
    }
    text += &format!("{} in the trash; ", vault.trash().await.unwrap().len());
    text += &format!(
        "suspend {}; ",
        vault.settings().await.unwrap().lock_on_suspend
    );
    for slot in vault.slots().unwrap() {
        text += &format!("{:?} {}; ", slot.kind, slot.name);
    }
    assert_eq!(vault.unreadable_entries().await.unwrap(), []);
    for backup in backups(&home) {
        let opened = OpenBackup::open(&backup, &home, BackupUnlock::Vault(&vault)).await;
        let opened = match opened {
            Ok(opened) => Ok(opened),
            Err(_) => {
                OpenBackup::open(&backup, &home, BackupUnlock::Password(PASSWORD.into())).await
            }
        };
        opened.unwrap_or_else(|error| panic!("{} does not open: {error}", backup.display()));
    }
    // The password change has no other trace: what the vault's password is.
    let password = vault.verify_password(PASSWORD.into()).await.unwrap();
    text += if password {
        "first password"
    } else {
        "another password"
    };
    vault.lock().await;
    text
}

/// All of `calls`, or so many of them, evenly.
fn positions(calls: u32) -> impl Iterator<Item = u32> {
    let most = std::env::var("DESKFOB_FAULTS").map_or(MOST, |most| most.parse().unwrap());
    let most = most.min(calls);
    (0..most).map(move |index| 1 + index * calls / most)
}

/// Runs the writer; returns what it said and how many calls it made.
fn run(
    operation: &str,
    folder: &TempDir,
    words: &str,
    fault: Option<(u32, &str, bool)>,
) -> (String, u32) {
    run_in(operation, &folder.path().join("home"), words, fault)
}

fn run_in(
    operation: &str,
    home: &Path,
    words: &str,
    fault: Option<(u32, &str, bool)>,
) -> (String, u32) {
    let count = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(HOME, home)
        .env(OPERATION, operation)
        .env("LD_PRELOAD", shim())
        .env("FAULT_FOLDER", home)
        .env("FAULT_COUNT", count.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    if let Some((at, errno, stays)) = fault {
        command
            .env("FAULT_AT", at.to_string())
            .env("FAULT_ERRNO", errno);
        if stays {
            command.env("FAULT_STAYS", "1");
        }
    }
    let mut writer = command.spawn().unwrap();
    writeln!(writer.stdin.take().unwrap(), "{words}").unwrap();
    let output = writer.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let said = text
        .lines()
        .find_map(|line| line.split_once('@'))
        .map(|(_, said)| said.to_owned());
    let said = said.unwrap_or_else(|| {
        panic!(
            "{operation} with {fault:?} ended without a word: {text}{}",
            String::from_utf8_lossy(&output.stderr)
        )
    });
    assert!(
        output.status.success(),
        "{operation} with {fault:?} ended with {}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    let calls = std::fs::read_to_string(count.path()).unwrap();
    let calls = calls.trim().parse().unwrap_or(0);
    (said, calls)
}

/// The library to preload, compiled once.
fn shim() -> &'static Path {
    static SHIM: OnceLock<(TempDir, PathBuf)> = OnceLock::new();
    &SHIM
        .get_or_init(|| {
            let folder = tempfile::tempdir().unwrap();
            let library = folder.path().join("faults.so");
            let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/faults/faults.c");
            let compiled = Command::new("cc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .arg(&library)
                .arg(source)
                .arg("-ldl")
                .status()
                .expect("a C compiler (cc)");
            assert!(compiled.success(), "faults.c does not compile");
            (folder, library)
        })
        .1
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

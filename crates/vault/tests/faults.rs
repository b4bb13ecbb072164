//! A disk that is full or fails in the middle of a write: the writer says so, and the vault is the old or the
//! new one, whole.
//!
//! Each operation runs in a process of its own with `faults/faults.c` preloaded, again and again: one of the calls to
//! the system that it makes on the vault's files fails, or it and all later ones do. That is at most [`MOST`] of its
//! calls, evenly, each in one of the ways in [`KINDS`]. Where `DESKFOB_FAULTS` gives another number, as before a release,
//! it is so many of its calls, each in every way. And each runs where the vault may not be written, by the folder's and
//! the files' rights or because the file system is read-only.
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
use std::sync::atomic::{AtomicUsize, Ordering};

use common::{PASSWORD, Place, entry, hotp, place};
use deskfob_otp::Kind;
use deskfob_vault::{
    BackupKind, BackupUnlock, Home, KdfCost, OpenBackup, Presence, RecoveryKit, SlotKind,
    UnlockError, Vault, presence,
};
use secrecy::ExposeSecret;
use tempfile::TempDir;

const HOME: &str = "DESKFOB_FAULTS_HOME";
const OPERATION: &str = "DESKFOB_FAULTS_OPERATION";
/// The rights of the folder, in octal, from when the vault is open.
const RIGHTS: &str = "DESKFOB_FAULTS_RIGHTS";
const EROFS: &str = "30";
const ENOSPC: &str = "28";
const EIO: &str = "5";

/// With what a call fails, and whether all later ones do, too.
const KINDS: [(&str, bool); 3] = [(ENOSPC, true), (EIO, false), (ENOSPC, false)];
/// Most calls of one operation that are made to fail, when `DESKFOB_FAULTS` does not say.
const MOST: u32 = 32;

/// What the writer does to the vault once it is open.
const OPERATIONS: [&str; 13] = [
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
    "restore-older",
];

/// Those that write a password's slot anew, or put one in the place of another. The others copy it as it is.
const NEW_PASSWORD_SLOTS: [&str; 4] = ["password", "rekey", "restore", "restore-older"];

/// Those that replace the header: each tells whether the new one holds.
const HEADER_OPERATIONS: [&str; 6] = [
    "slot-add",
    "slot-remove",
    "password",
    "rekey",
    "restore",
    "restore-older",
];

/// What they say when it does and they could not go on.
const UNFINISHED: [&str; 5] = [
    "slot_change_unfinished",
    "new_key_unfinished",
    "new_key_not_opened",
    "restore_unfinished",
    "restore_not_opened",
];

/// A backup of schema 1, beside the vault's own files, and its password.
const OLDER_BACKUP: &str = "older.zip";
const OLDER_PASSWORD: &str = "password of the fixtures";

/// Those that the vault refuses to be opened for, where it may not be written: each is a write of another kind.
const FEW: [&str; 3] = ["add", "slot-add", "backup"];

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
        if let Ok(mode) = std::env::var(RIGHTS) {
            set_mode(&path, u32::from_str_radix(&mode, 8).unwrap());
        }
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
        "restore-older" => {
            let backup = home.path().join(OLDER_BACKUP);
            let by = BackupUnlock::Password(OLDER_PASSWORD.into());
            let opened = told!(OpenBackup::open(&backup, home, by).await)?;
            told!(opened.restore_everything(home, Some(vault), 9_000).await).map(drop)
        }
        other => panic!("no operation {other}"),
    }
}

#[test]
fn a_failing_disk_leaves_the_old_or_the_new_vault() {
    let template = template();
    let good = side_by_side(&OPERATIONS, |operation| {
        let untouched = copy(&template);
        let (said, calls) = run(operation, &untouched, &template.words, None);
        assert_eq!(said, "ok", "{operation} on a good disk");
        assert!(calls > 5, "{operation}: the calls are counted");
        println!("{operation}: {calls} calls");
        let after = runtime().block_on(state(untouched.path(), &template, operation));
        (*operation, calls, after)
    });
    let before = |operation: &str| {
        let untouched = copy(&template);
        runtime().block_on(state(untouched.path(), &template, operation))
    };
    let (before, before_and_password) = (before("add"), before("password"));
    let failures: Vec<_> = good
        .iter()
        .flat_map(|(operation, calls, after)| {
            faults(*calls).map(move |(at, kind)| (operation, calls, after, at, kind))
        })
        .collect();
    side_by_side(
        &failures,
        |(operation, calls, after, at, (errno, stays))| {
            let place = copy(&template);
            let fault = Some((*at, *errno, *stays));
            let (said, _) = run(operation, &place, &template.words, fault);
            let found = runtime().block_on(state(place.path(), &template, operation));
            let reason = format!(
                "{operation}, call {at} of {calls} fails with {errno} (stays: {stays}), it said: {said}"
            );
            let before = if NEW_PASSWORD_SLOTS.contains(operation) {
                &before_and_password
            } else {
                &before
            };
            if said == "ok" {
                assert_eq!(&&found, after, "{reason}: acknowledged and lost");
            } else {
                assert!(
                    found == *before || found == **after,
                    "{reason}: the vault is neither the old nor the new one: {found}"
                );
                understandable(&said, &reason);
                if HEADER_OPERATIONS.contains(operation) {
                    let code = said.split(' ').nth(1).unwrap();
                    assert_eq!(
                        UNFINISHED.contains(&code),
                        found == **after,
                        "{reason}: it does not tell whether it was done: {found}"
                    );
                }
            }
        },
    );
    println!("{} failures in all", failures.len());
}

/// Does `work` on each, on as many threads as there are processors.
fn side_by_side<I: Sync, O: Send>(items: &[I], work: impl Fn(&I) -> O + Sync) -> Vec<O> {
    let next = AtomicUsize::new(0);
    let lane = || {
        let mut done = Vec::new();
        while let Some(item) = items.get(next.fetch_add(1, Ordering::SeqCst)) {
            done.push(work(item));
        }
        done
    };
    let lanes = std::thread::available_parallelism().map_or(1, |number| number.get());
    std::thread::scope(|scope| {
        let running: Vec<_> = (0..lanes).map(|_| scope.spawn(lane)).collect();
        running
            .into_iter()
            .flat_map(|lane| lane.join().unwrap())
            .collect()
    })
}

/// What keeps a program from writing, or from reading as well.
#[derive(Clone, Copy)]
enum Refusal {
    /// The rights of the folder and of its files, before the vault is opened.
    Before(u32, u32),
    /// The rights of the folder, once the vault is open.
    WhileOpen(u32),
    FileSystem,
}

#[test]
fn a_vault_that_may_not_be_written_is_told_and_left_as_it_is() {
    let template = template();
    for (case, refusal) in [
        ("the folder is read-only", Refusal::Before(0o500, 0o600)),
        ("the files are read-only", Refusal::Before(0o700, 0o400)),
        ("the folder may not be entered", Refusal::Before(0, 0o600)),
        ("the folder was made read-only", Refusal::WhileOpen(0o500)),
        ("the file system is read-only", Refusal::FileSystem),
    ] {
        let mut refused = Vec::new();
        let operations: &[&str] = match refusal {
            Refusal::WhileOpen(_) => &OPERATIONS,
            Refusal::Before(..) | Refusal::FileSystem => &FEW,
        };
        for operation in operations {
            let place = copy(&template);
            let before = runtime().block_on(state(place.path(), &template, operation));
            let home = place.path().join("home");
            let mut command = writer_command(unprivileged(), operation, &home);
            match refusal {
                Refusal::Before(folder, files) => {
                    for file in std::fs::read_dir(&home).unwrap() {
                        let path = file.unwrap().path();
                        if path.is_file() {
                            set_mode(&path, files);
                        }
                    }
                    set_mode(&home, folder);
                }
                Refusal::WhileOpen(folder) => {
                    command.env(RIGHTS, format!("{folder:o}"));
                }
                Refusal::FileSystem => make_fail(&mut command, (1, EROFS, true)),
            }
            let said = spoken(command, &template.words);
            set_mode(&home, 0o700);
            for file in std::fs::read_dir(&home).unwrap() {
                let path = file.unwrap().path();
                set_mode(&path, if path.is_dir() { 0o700 } else { 0o600 });
            }
            let found = runtime().block_on(state(place.path(), &template, operation));
            let reason = format!("{case}, {operation}, it said: {said}");
            if said == "ok" {
                // Into files that were open before, or as one more backup.
                let more = backups(&Home::at(&home).unwrap()).len() > 1;
                assert!(found != before || more, "{reason}: acknowledged and lost");
            } else {
                assert_eq!(found, before, "{reason}: it is not as it was");
                understandable(&said, &reason);
                refused.push(*operation);
            }
        }
        println!("{case}: refused {refused:?}");
        assert!(
            refused.contains(&"slot-add"),
            "{case}: nothing stood in the way"
        );
    }
}

/// This program without root's right to read and write everything.
fn unprivileged() -> Command {
    let this = std::env::current_exe().unwrap();
    if !rustix::process::geteuid().is_root() {
        return Command::new(this);
    }
    let mut command = Command::new("setpriv");
    for set in ["--bounding-set", "--inh-caps"] {
        command.args([set, "-dac_override,-dac_read_search"]);
    }
    command.arg("--").arg(this);
    command
}

fn set_mode(path: &Path, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn a_vault_that_could_not_be_made_is_no_vault() {
    let folder = tempfile::tempdir().unwrap();
    let good = folder.path().join("good");
    let (said, calls) = run_in("create", &good, "", None);
    assert_eq!(said, "ok");
    for (at, (errno, stays)) in faults(calls) {
        let home = folder.path().join(format!("home {at} {errno} {stays}"));
        let (said, _) = run_in("create", &home, "", Some((at, errno, stays)));
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
    let (place, older) = (place(), common::place());
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
        std::fs::copy(older_backup(&older).await, place.path(OLDER_BACKUP)).unwrap();
        let words = kit.words().expose_secret().to_owned();
        Template {
            folder: place.folder,
            words,
        }
    })
}

/// The backup that is made before a vault of version 1 is upgraded.
async fn older_backup(older: &Place) -> PathBuf {
    let fixture = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1");
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(fixture.join(name), older.path(name)).unwrap();
    }
    let vault = Vault::unlock_with_password(&older.home, OLDER_PASSWORD.into())
        .await
        .unwrap();
    vault.lock().await;
    backups(&older.home).remove(0)
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

/// Everything in the vault that `operation` may change, in words. Opens it as the next start would; every backup has to open, too.
async fn state(folder: &Path, template: &Template, operation: &str) -> String {
    let home = Home::at(&folder.join("home")).unwrap();
    let kit = RecoveryKit::parse(&template.words.as_str().into()).unwrap();
    // A new vault key has a new kit; the password opens it in every state but two.
    let vault = match Vault::unlock_with_recovery_kit(&home, &kit).await {
        Ok(vault) => vault,
        Err(_) => match Vault::unlock_with_password(&home, PASSWORD.into()).await {
            Ok(vault) => vault,
            Err(UnlockError::WrongPassword { .. }) => {
                // Nobody waits for it.
                std::fs::remove_file(home.path().join("vault.attempts")).unwrap();
                Vault::unlock_with_password(&home, OLDER_PASSWORD.into())
                    .await
                    .unwrap()
            }
            Err(error) => panic!("{error}"),
        },
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
    // The password change has no other trace: what the vault's password is. Deriving takes its time.
    if NEW_PASSWORD_SLOTS.contains(&operation) {
        let password = vault.verify_password(PASSWORD.into()).await.unwrap();
        text += if password {
            "first password"
        } else {
            "another password"
        };
    }
    vault.lock().await;
    common::assert_nothing_else_opens_the_previous_header(&home, operation);
    text
}

/// Which of `calls` fail, and how: so many as are asked for, each in every way, or a few, each in another way.
fn faults(calls: u32) -> impl Iterator<Item = (u32, (&'static str, bool))> {
    let asked = std::env::var("DESKFOB_FAULTS").ok();
    let ways = if asked.is_some() { KINDS.len() } else { 1 };
    let most = asked.map_or(MOST, |most| most.parse().unwrap()).min(calls);
    (0..most).flat_map(move |index| {
        let at = 1 + index * calls / most;
        let first = index as usize;
        (first..first + ways).map(move |way| (at, KINDS[way % KINDS.len()]))
    })
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
    let this = Command::new(std::env::current_exe().unwrap());
    let mut command = writer_command(this, operation, home);
    command.env("FAULT_COUNT", count.path());
    if let Some(fault) = fault {
        make_fail(&mut command, fault);
    }
    let said = spoken(command, words);
    let calls = std::fs::read_to_string(count.path()).unwrap();
    (said, calls.trim().parse().unwrap_or(0))
}

/// The writer, started by `program`.
fn writer_command(mut program: Command, operation: &str, home: &Path) -> Command {
    program
        .args(["--exact", "writer", "--ignored", "--nocapture"])
        .env(HOME, home)
        .env(OPERATION, operation)
        .env("LD_PRELOAD", shim())
        .env("FAULT_FOLDER", home);
    program
}

fn make_fail(command: &mut Command, (at, errno, stays): (u32, &str, bool)) {
    command
        .env("FAULT_AT", at.to_string())
        .env("FAULT_ERRNO", errno);
    if stays {
        command.env("FAULT_STAYS", "1");
    }
}

/// Runs the writer to its end; returns what it said.
fn spoken(mut command: Command, words: &str) -> String {
    let mut writer = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    writeln!(writer.stdin.take().unwrap(), "{words}").unwrap();
    let output = writer.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    let ended = format!(
        "{command:?} ended with {}: {text}{}",
        output.status,
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(output.status.success(), "{ended}");
    text.lines()
        .find_map(|line| line.split_once('@'))
        .map(|(_, said)| said.to_owned())
        .unwrap_or_else(|| panic!("not a word: {ended}"))
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

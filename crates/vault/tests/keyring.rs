//! The keyring slot against a real gnome-keyring-daemon on a D-Bus session of its own.
//!
//! Each test runs itself again inside the session that it needs, so that a plain `cargo test` never touches
//! the bus or the keyring of whoever runs it.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::{Command, Stdio};

use common::{NOW_MS, Place, entry, place};
use deskfob_vault::{
    Home, KEYRING_SERVICE, KdfCost, KeyringError, NewKey, SlotError, SlotKind, UnlockError, Vault,
};
use keyring_core::api::CredentialStoreApi;

/// Set for the test that runs inside the session.
const INSIDE: &str = "DESKFOB_TEST_SESSION";

const PACKAGES: &str = "gnome-keyring, dbus-daemon and dbus-bin (Debian: apt-get install gnome-keyring dbus-daemon dbus-bin)";

/// Starts an unlocked keyring, waits until it has its name on the bus, and ends it after the test.
const WITH_KEYRING: &str = r#"
printf '%s' 'the password of the login keyring' > "$HOME/password"
gnome-keyring-daemon --foreground --unlock --components=secrets < "$HOME/password" > "$HOME/log" 2>&1 &
keyring=$!
export KEYRING_PID=$keyring
trap 'kill $keyring; kill -CONT $keyring' EXIT
owned() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}
for _ in $(seq 200); do owned && break; sleep 0.05; done
"$@"
"#;

/// A bus on which nothing can be started, with `rules` after those that allow everything.
fn bus(rules: &str, limits: &str) -> String {
    format!(
        r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
    {rules}
  </policy>
  {limits}
</busconfig>
"#
    )
}

/// How long the bus waits for an answer of the keyring that stopped, ms.
const REPLY_TIMEOUT_MS: u32 = 3000;

#[derive(Clone, Copy)]
enum Session {
    /// A bus with an unlocked keyring.
    Keyring,
    /// A bus that starts the keyring when asked, which then has no collection.
    KeyringNeverUnlocked,
    /// A bus with an unlocked keyring that nobody may talk to.
    KeyringDenied,
    /// A bus with an unlocked keyring, which tells when the keyring does not answer.
    KeyringWatched,
    /// A bus and no keyring.
    NoService,
    /// No bus.
    NoBus,
}

fn inside(session: Session, test: &str, body: impl AsyncFnOnce(Place)) {
    if std::env::var_os(INSIDE).is_some() {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(body(place()));
        return;
    }
    for tool in ["dbus-run-session", "dbus-send", "gnome-keyring-daemon"] {
        let there = std::env::var_os("PATH")
            .is_some_and(|path| std::env::split_paths(&path).any(|dir| dir.join(tool).exists()));
        assert!(there, "{tool} is missing; this test needs {PACKAGES}");
    }
    let folder = tempfile::tempdir().unwrap();
    let output = command(session, folder.path())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", folder.path())
        .env("XDG_DATA_HOME", folder.path().join("data"))
        .env("XDG_CACHE_HOME", folder.path().join("cache"))
        .env("XDG_RUNTIME_DIR", folder.path())
        .env(INSIDE, "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{test} failed inside its session: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn command(session: Session, folder: &Path) -> Command {
    let this = std::env::current_exe().unwrap();
    let mut command = match session {
        Session::NoBus => return Command::new(this),
        _ => Command::new("dbus-run-session"),
    };
    let configured = match session {
        Session::KeyringDenied => Some(bus(
            r#"<deny send_destination="org.freedesktop.secrets"/>"#,
            "",
        )),
        Session::KeyringWatched => Some(bus(
            "",
            &format!(r#"<limit name="reply_timeout">{REPLY_TIMEOUT_MS}</limit>"#),
        )),
        Session::NoService => Some(bus("", "")),
        Session::Keyring | Session::KeyringNeverUnlocked | Session::NoBus => None,
    };
    if let Some(configuration) = configured {
        let file = folder.join("bus.conf");
        std::fs::write(&file, configuration).unwrap();
        command.arg(format!("--config-file={}", file.display()));
    }
    command.arg("--");
    match session {
        Session::Keyring | Session::KeyringDenied | Session::KeyringWatched => {
            command.args(["bash", "-c", WITH_KEYRING, "bash"]);
        }
        Session::KeyringNeverUnlocked | Session::NoService | Session::NoBus => {}
    }
    command.arg(this);
    command
}

/// Does something with the keyring's entry for a vault, on a thread of its own: the store blocks.
fn at_the_keyring<T: Send>(
    service: &str,
    vault: &Vault,
    act: impl FnOnce(keyring_core::Entry) -> keyring_core::Result<T> + Send,
) -> keyring_core::Result<T> {
    let user = vault.id().to_string();
    let work = move || {
        let store = zbus_secret_service_keyring_store::Store::new()?;
        act(store.build(service, &user, None)?)
    };
    std::thread::scope(|scope| scope.spawn(work).join().unwrap())
}

fn kept_secret(service: &str, vault: &Vault) -> keyring_core::Result<Vec<u8>> {
    at_the_keyring(service, vault, |entry| entry.get_secret())
}

#[test]
fn a_keyring_slot_opens_the_vault() {
    inside(
        Session::Keyring,
        "a_keyring_slot_opens_the_vault",
        async |place| {
            let vault = place.create().await;
            let refused = Vault::unlock_with_keyring(&place.home).await;
            assert!(
                matches!(
                    refused,
                    Err(UnlockError::NoSuchSlot {
                        kind: SlotKind::Keyring
                    })
                ),
                "{refused:?}"
            );
            vault
                .add_entry(&entry("Upsun", "alice", b"seed"), NOW_MS)
                .await
                .unwrap();
            let slot = vault.add_keyring_slot("This laptop").await.unwrap();
            assert_eq!(
                (slot.kind, slot.name.as_str()),
                (SlotKind::Keyring, "This laptop")
            );
            let again = vault.add_keyring_slot("Again").await;
            assert!(matches!(again, Err(SlotError::AlreadyThere)), "{again:?}");
            assert_eq!(kept_secret(KEYRING_SERVICE, &vault).unwrap().len(), 32);

            let opened = Vault::unlock_with_keyring(&place.home).await.unwrap();
            assert_eq!(opened.entries().await.unwrap().len(), 1);
            opened.lock().await;

            vault.remove_slot(slot.id).await.unwrap();
            let gone = kept_secret(KEYRING_SERVICE, &vault);
            assert!(
                matches!(gone, Err(keyring_core::Error::NoEntry)),
                "the keyring is left clean"
            );
            place.unlock().await;
        },
    );
}

#[test]
fn a_deleted_entry_is_told_and_the_password_still_opens() {
    inside(
        Session::Keyring,
        "a_deleted_entry_is_told_and_the_password_still_opens",
        async |place| {
            let vault = place.create().await;
            let slot = vault.add_keyring_slot("This laptop").await.unwrap();
            let header = std::fs::read(place.path("vault.key")).unwrap();
            at_the_keyring(KEYRING_SERVICE, &vault, |entry| entry.delete_credential()).unwrap();
            let refused = Vault::unlock_with_keyring(&place.home).await;
            assert!(
                matches!(refused, Err(UnlockError::Keyring(KeyringError::NoEntry))),
                "{refused:?}"
            );
            let kept = kept_secret(KEYRING_SERVICE, &vault);
            assert!(
                matches!(kept, Err(keyring_core::Error::NoEntry)),
                "no new key was made"
            );
            assert_eq!(
                std::fs::read(place.path("vault.key")).unwrap(),
                header,
                "nor a new slot"
            );
            place.unlock().await.lock().await;

            // Repaired as the hint says: remove the slot and add it again.
            vault.remove_slot(slot.id).await.unwrap();
            vault.add_keyring_slot("This laptop").await.unwrap();
            Vault::unlock_with_keyring(&place.home).await.unwrap();
        },
    );
}

#[test]
fn an_entry_that_is_another_key_is_told() {
    inside(
        Session::Keyring,
        "an_entry_that_is_another_key_is_told",
        async |place| {
            let vault = place.create().await;
            vault.add_keyring_slot("This laptop").await.unwrap();
            for other in [vec![7; 32], vec![7; 31], b"not a key".to_vec(), Vec::new()] {
                at_the_keyring(KEYRING_SERVICE, &vault, |entry| entry.set_secret(&other)).unwrap();
                let refused = Vault::unlock_with_keyring(&place.home).await;
                assert!(
                    matches!(refused, Err(UnlockError::Keyring(KeyringError::Mismatch))),
                    "{} bytes: {refused:?}",
                    other.len()
                );
            }
            place.unlock().await;
        },
    );
}

#[test]
fn another_service_name_keeps_keys_apart() {
    inside(
        Session::Keyring,
        "another_service_name_keeps_keys_apart",
        async |place| {
            let home = Home::at(place.home.path())
                .unwrap()
                .with_keyring_service("Deskfob Test");
            place.create().await.lock().await;
            let vault = Vault::unlock_with_password(&home, common::password())
                .await
                .unwrap();
            vault.add_keyring_slot("Test").await.unwrap();
            assert!(kept_secret("Deskfob Test", &vault).is_ok());
            let refused = Vault::unlock_with_keyring(&place.home).await;
            assert!(
                matches!(refused, Err(UnlockError::Keyring(KeyringError::NoEntry))),
                "{refused:?}"
            );
            Vault::unlock_with_keyring(&home).await.unwrap();
        },
    );
}

#[test]
fn a_locked_keyring_is_told_and_makes_no_new_key() {
    inside(
        Session::Keyring,
        "a_locked_keyring_is_told_and_makes_no_new_key",
        async |place| {
            let vault = place.create().await;
            vault.add_keyring_slot("This laptop").await.unwrap();
            vault.lock().await;
            lock_keyring();
            let code = no_key_is_had_or_made(&place.home).await;
            assert_eq!(
                code, "keyring_locked",
                "nobody can be asked for the keyring's password here"
            );
        },
    );
}

#[test]
fn a_keyring_that_may_not_be_used_is_told_and_makes_no_new_key() {
    carried_to(
        Session::KeyringDenied,
        "a_keyring_that_may_not_be_used_is_told_and_makes_no_new_key",
        async |home| assert_eq!(no_key_is_had_or_made(&home).await, "keyring_denied"),
    );
}

#[test]
fn a_keyring_that_fails_while_it_is_read_is_told_and_makes_no_new_key() {
    inside(
        Session::KeyringWatched,
        "a_keyring_that_fails_while_it_is_read_is_told_and_makes_no_new_key",
        async |place| {
            let vault = place.create().await;
            vault.add_keyring_slot("This laptop").await.unwrap();
            vault.lock().await;
            signal_keyring("STOP");
            let code = no_key_is_had_or_made(&place.home).await;
            assert_eq!(code, "keyring_failed", "it is there and does not answer");
            signal_keyring("CONT");
            Vault::unlock_with_keyring(&place.home).await.unwrap();
        },
    );
}

/// The keyring neither opens the vault nor gets a second slot, for one and the same reason, and nothing is changed by
/// trying; the password opens it.
async fn no_key_is_had_or_made(home: &Home) -> &'static str {
    let header = || std::fs::read(home.path().join("vault.key")).unwrap();
    let before = header();
    let Err(UnlockError::Keyring(refused)) = Vault::unlock_with_keyring(home).await else {
        panic!("the keyring does not open the vault");
    };
    assert!(refused.hint().is_some(), "it says what to do: {refused}");
    let vault = Vault::unlock_with_password(home, common::password())
        .await
        .unwrap();
    // As a machine that the vault was not carried to would add its own.
    let keyring = vault.slots().unwrap()[1].id;
    let added = vault.add_keyring_slot("Second").await;
    let Err(SlotError::Keyring(error)) = added else {
        panic!("no slot is added: {added:?}");
    };
    assert_eq!(error.code(), refused.code(), "{error}");
    assert_eq!(vault.slots().unwrap()[1].id, keyring);
    vault.lock().await;
    assert_eq!(header(), before, "the header is as it was");
    refused.code()
}

fn signal_keyring(signal: &str) {
    let sent = Command::new("kill")
        .args([format!("-{signal}"), std::env::var("KEYRING_PID").unwrap()])
        .status()
        .unwrap();
    assert!(sent.success(), "SIG{signal} reaches the keyring");
}

#[test]
fn a_new_vault_key_gives_the_keyring_a_new_key() {
    inside(
        Session::Keyring,
        "a_new_vault_key_gives_the_keyring_a_new_key",
        async |place| {
            let vault = place.create().await;
            let slot = vault.add_keyring_slot("This laptop").await.unwrap();
            let before = kept_secret(KEYRING_SERVICE, &vault).unwrap();
            let (vault, new) = with_new_key(vault).await;
            assert_eq!(new.dropped, []);
            let after = kept_secret(KEYRING_SERVICE, &vault).unwrap();
            assert_eq!(after.len(), 32, "nothing of the old one is left beside it");
            assert_ne!(before, after);
            let slots = vault.slots().unwrap();
            assert_eq!(slots[1], slot, "the slot is the same one");
            vault.lock().await;
            let opened = Vault::unlock_with_keyring(&place.home).await.unwrap();

            // Killed between storing the new key beside the old one and tidying up: either opens.
            for both in [
                [&after[..], &[7; 32]].concat(),
                [&[7; 32], &after[..]].concat(),
            ] {
                at_the_keyring(KEYRING_SERVICE, &opened, |entry| entry.set_secret(&both)).unwrap();
                let again = Vault::unlock_with_keyring(&place.home).await.unwrap();
                again.lock().await;
                assert_eq!(
                    kept_secret(KEYRING_SERVICE, &opened).unwrap(),
                    after,
                    "tidied"
                );
            }
            for wrong in [vec![7; 64], vec![7; 96], vec![7; 63]] {
                at_the_keyring(KEYRING_SERVICE, &opened, |entry| entry.set_secret(&wrong)).unwrap();
                let refused = Vault::unlock_with_keyring(&place.home).await;
                assert!(
                    matches!(refused, Err(UnlockError::Keyring(KeyringError::Mismatch))),
                    "{} bytes: {refused:?}",
                    wrong.len()
                );
            }
        },
    );
}

#[test]
fn a_new_vault_key_drops_the_slot_of_a_keyring_that_cannot_be_written() {
    inside(
        Session::Keyring,
        "a_new_vault_key_drops_the_slot_of_a_keyring_that_cannot_be_written",
        async |place| {
            let vault = place.create().await;
            let slot = vault.add_keyring_slot("This laptop").await.unwrap();
            lock_keyring();
            let (vault, new) = with_new_key(vault).await;
            assert_eq!(new.dropped, [slot]);
            assert_eq!(vault.slots().unwrap().len(), 1);
            vault.lock().await;
            let refused = Vault::unlock_with_keyring(&place.home).await;
            assert!(
                matches!(refused, Err(UnlockError::NoSuchSlot { .. })),
                "{refused:?}"
            );
            place.unlock().await;
        },
    );
}

async fn with_new_key(vault: Vault) -> (Vault, NewKey) {
    vault
        .new_key(vec![common::password()], KdfCost::FLOOR)
        .await
        .unwrap_or_else(|error| panic!("{error:?}"))
}

fn lock_keyring() {
    let locked = Command::new("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.secrets",
        ])
        .args([
            "/org/freedesktop/secrets",
            "org.freedesktop.Secret.Service.Lock",
        ])
        .arg("array:objpath:/org/freedesktop/secrets/collection/login")
        .stdout(Stdio::null())
        .status()
        .unwrap();
    assert!(locked.success(), "the login keyring locks");
}

#[test]
fn a_keyring_that_was_never_unlocked_is_not_available() {
    inside(
        Session::KeyringNeverUnlocked,
        "a_keyring_that_was_never_unlocked_is_not_available",
        nothing_is_made,
    );
}

#[test]
fn a_bus_without_a_keyring_is_not_available() {
    inside(
        Session::NoService,
        "a_bus_without_a_keyring_is_not_available",
        nothing_is_made,
    );
}

#[test]
fn no_bus_is_not_available() {
    inside(Session::NoBus, "no_bus_is_not_available", nothing_is_made);
}

async fn nothing_is_made(place: Place) {
    let vault = place.create().await;
    let header = std::fs::read(place.path("vault.key")).unwrap();
    let refused = vault.add_keyring_slot("This laptop").await;
    assert!(
        matches!(
            refused,
            Err(SlotError::Keyring(KeyringError::NotAvailable { .. }))
        ),
        "{refused:?}"
    );
    assert_eq!(
        std::fs::read(place.path("vault.key")).unwrap(),
        header,
        "the header is as it was"
    );
    place.unlock().await;
}

#[test]
fn a_keyring_slot_without_its_keyring_is_told_and_the_password_still_opens() {
    // As over SSH.
    carried_to(
        Session::NoBus,
        "a_keyring_slot_without_its_keyring_is_told_and_the_password_still_opens",
        async |home| assert_eq!(no_key_is_had_or_made(&home).await, "keyring_not_available"),
    );
}

/// Runs `body` in the session `other`, on a vault with a slot for the keyring of an ordinary one.
fn carried_to(other: Session, test: &str, body: impl AsyncFnOnce(Home)) {
    /// Set for the third run: the folder of the vault that the second one made.
    const MADE: &str = "DESKFOB_TEST_HOME";
    if let Some(path) = std::env::var_os(MADE) {
        let home = Home::at(Path::new(&path)).unwrap();
        tokio::runtime::Runtime::new().unwrap().block_on(body(home));
        return;
    }
    inside(Session::Keyring, test, async |place| {
        let vault = place.create().await;
        vault.add_keyring_slot("This laptop").await.unwrap();
        vault.lock().await;
        let status = command(other, place.folder.path())
            .args([test, "--exact", "--nocapture"])
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .env("XDG_RUNTIME_DIR", place.folder.path())
            .env(MADE, place.home.path())
            .status()
            .unwrap();
        assert!(status.success(), "{status}");
    });
}

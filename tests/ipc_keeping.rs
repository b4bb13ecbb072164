//! Commands that keep the vault: what opens it, entries, settings, backups, history.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::time::Duration;

use serde_json::{Value, json};
use support::app::TestApp;

const PASSWORD: &str = "a long enough password";
const OTHER: &str = "another long enough one";

fn open_app() -> TestApp {
    let app = TestApp::start();
    app.create_vault(PASSWORD);
    app
}

fn add(app: &TestApp, text: &str) -> Value {
    let draft = app.ask("draft_from_text", json!({"text": text}))["drafts"][0].clone();
    app.ask(
        "draft_save",
        json!({"drafts": [{"id": draft["id"], "issuer": draft["issuer"], "account": draft["account"], "tags": [], "duplicate": "keep_both"}]}),
    )[0]
    .clone()
}

fn locked(app: &TestApp) -> Value {
    app.ask("vault_lock", json!({}));
    app.ask("vault_status", json!({}))
}

/// Waits out the pause after a wrong password.
fn pause() {
    std::thread::sleep(Duration::from_millis(1200));
}

#[test]
fn passwords_are_added_changed_named_and_removed() {
    let app = open_app();
    let wrong = app.refused(
        "slot_add_password",
        json!({"password": OTHER, "newPassword": OTHER, "name": "Second"}),
    );
    assert_eq!(wrong["code"], "wrong_password", "{wrong}");
    assert!(
        wrong["retryAfterMs"].as_u64().is_some_and(|ms| ms > 0),
        "{wrong}"
    );
    pause();
    let second = app.ask(
        "slot_add_password",
        json!({"password": PASSWORD, "newPassword": OTHER, "name": "Second"}),
    );
    assert_eq!(second["kind"], "password");
    let first = app.ask("slot_list", json!({}))[0].clone();
    app.ask("slot_rename", json!({"id": first["id"], "name": "Mine"}));
    app.ask(
        "slot_change_password",
        json!({"id": first["id"], "password": OTHER, "newPassword": "the newest password"}),
    );
    app.ask(
        "slot_remove",
        json!({"id": second["id"], "password": "the newest password"}),
    );
    let last = app.refused(
        "slot_remove",
        json!({"id": first["id"], "password": "the newest password"}),
    );
    assert_eq!(last["code"], "last_password_slot", "{last}");
    let slots = app.ask("slot_list", json!({}));
    assert_eq!(
        (slots.as_array().unwrap().len(), &slots[0]["name"]),
        (1, &json!("Mine"))
    );

    app.ask("vault_lock", json!({}));
    for old in [PASSWORD, OTHER] {
        let refused = app.refused("vault_unlock", json!({"password": old}));
        assert_eq!(refused["code"], "wrong_password", "{refused}");
        std::thread::sleep(Duration::from_millis(
            refused["retryAfterMs"].as_u64().unwrap() + 100,
        ));
    }
    app.ask("vault_unlock", json!({"password": "the newest password"}));
    let actions: Vec<_> = app
        .ask("history_list", json!({"before": null, "limit": 10}))
        .as_array()
        .unwrap()
        .iter()
        .map(|record| (record["action"].clone(), record["program"].clone()))
        .collect();
    for action in [
        "slot_added",
        "slot_renamed",
        "password_changed",
        "slot_removed",
    ] {
        assert!(
            actions.contains(&(json!(action), json!("window"))),
            "{action}: {actions:?}"
        );
    }
}

#[test]
fn a_recovery_kit_opens_the_vault_and_stands_for_the_password() {
    let app = open_app();
    let kit = app.ask(
        "slot_add_recovery_kit",
        json!({"password": PASSWORD, "name": "In the safe"}),
    );
    let words: Vec<_> = kit["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect();
    assert_eq!(words.len(), 12);
    let unseen = || app.ask("slot_list", json!({}))[1]["unseen"].clone();
    assert_eq!(unseen(), true, "the page may not have shown it yet");
    app.ask("recovery_kit_forget", json!({}));
    assert_eq!(unseen(), false, "the page has shown it");
    assert_eq!(locked(&app)["recoveryKitSlot"], true);

    let mut wrong = words.clone();
    wrong[6] = "deskfob";
    let unknown = app.refused(
        "vault_unlock_recovery_kit",
        json!({"words": wrong.join(" ")}),
    );
    assert_eq!(unknown["code"], "recovery_kit_unknown_word", "{unknown}");
    assert!(
        unknown["message"].as_str().unwrap().contains('7'),
        "{unknown}"
    );
    assert!(
        !unknown.to_string().contains("deskfob"),
        "what was typed is not repeated: {unknown}"
    );
    let few = app.refused(
        "vault_unlock_recovery_kit",
        json!({"words": words[..11].join(" ")}),
    );
    assert_eq!(few["code"], "recovery_kit_word_count", "{few}");
    let other = "abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon abandon about";
    let other = app.refused("vault_unlock_recovery_kit", json!({"words": other}));
    assert_eq!(other["code"], "wrong_recovery_kit", "{other}");

    app.ask(
        "vault_unlock_recovery_kit",
        json!({"words": words.join("\n")}),
    );
    let password = app.ask("slot_list", json!({}))[0].clone();
    // Whoever has forgotten the password sets a new one by the kit.
    app.ask(
        "slot_change_password",
        json!({"id": password["id"], "password": words.join(" "), "newPassword": OTHER}),
    );
    app.ask("vault_lock", json!({}));
    app.ask("vault_unlock", json!({"password": OTHER}));
}

#[test]
fn a_new_vault_key_keeps_what_is_named_and_tells_what_it_drops() {
    let app = open_app();
    add(
        &app,
        "otpauth://totp/Upsun:alice?secret=QWERTYUIOP&issuer=Upsun",
    );
    app.ask(
        "slot_add_password",
        json!({"password": PASSWORD, "newPassword": OTHER, "name": "Second"}),
    );
    let before = app.ask(
        "slot_add_recovery_kit",
        json!({"password": PASSWORD, "name": "Kit"}),
    );
    let made = app.ask("vault_new_key", json!({"passwords": [PASSWORD]}));
    assert_eq!(made["dropped"][0]["name"], "Second", "{made}");
    assert_eq!(made["dropped"].as_array().unwrap().len(), 1);
    assert_eq!(made["kit"]["words"].as_array().unwrap().len(), 12);
    assert_ne!(made["kit"]["words"], before["words"]);
    assert_eq!(app.ask("entry_list", json!({}))[0]["account"], "alice");
    assert!(
        app.event("locked", Duration::ZERO).is_none(),
        "the vault stays open"
    );

    app.ask("vault_lock", json!({}));
    let old = before["words"]
        .as_array()
        .unwrap()
        .iter()
        .map(|word| word.as_str().unwrap())
        .collect::<Vec<_>>();
    let refused = app.refused("vault_unlock_recovery_kit", json!({"words": old.join(" ")}));
    assert_eq!(refused["code"], "wrong_recovery_kit", "{refused}");
    app.ask("vault_unlock", json!({"password": PASSWORD}));

    let wrong = app.refused("vault_new_key", json!({"passwords": ["not one of them"]}));
    assert_eq!(wrong["code"], "wrong_password", "{wrong}");
    assert_eq!(
        app.ask("vault_status", json!({}))["state"],
        "unlocked",
        "nothing was closed"
    );
}

#[test]
fn a_damaged_key_file_is_repaired_from_the_change_before() {
    let app = open_app();
    let slot = app.ask("slot_list", json!({}))[0]["id"].clone();
    app.ask("slot_rename", json!({"id": slot, "name": "Renamed"}));
    app.ask("vault_lock", json!({}));
    let header = app.home.path().join("vault/vault.key");
    let mut bytes = std::fs::read(&header).unwrap();
    bytes[40] ^= 1;
    std::fs::write(&header, bytes).unwrap();
    let status = app.ask("vault_status", json!({}));
    assert_eq!(
        (&status["state"], &status["damage"]["canRepair"]),
        (&json!("damaged"), &json!(true)),
        "{status}"
    );
    assert!(status["damage"]["hint"].is_string());
    app.ask("vault_repair", json!({"password": PASSWORD}));
    assert_eq!(app.ask("vault_status", json!({}))["state"], "unlocked");
}

#[test]
fn an_entry_is_edited_sorted_trashed_and_purged() {
    let app = open_app();
    let alice = add(
        &app,
        "otpauth://totp/Upsun:alice?secret=QWERTYUIOP&issuer=Upsun",
    );
    let bank = add(
        &app,
        "otpauth://hotp/Bank:bob?secret=GEZDGNBVGY3TQOJQ&issuer=Bank&counter=7",
    );
    let edited = app.ask(
        "entry_edit",
        json!({"id": alice["id"], "edit": {"issuer": "Upsun", "account": "ada", "notes": "kept here",
            "tags": ["work", " work ", ""], "icon": "🔑"}}),
    );
    assert_eq!(
        edited["tags"],
        json!(["work"]),
        "repetitions and empty ones are dropped"
    );
    assert_eq!(
        (&edited["icon"], &edited["hasNotes"]),
        (&json!("🔑"), &json!(true))
    );
    assert!(
        !app.ask("entry_list", json!({}))
            .to_string()
            .contains("kept here"),
        "notes come with the details only"
    );
    let details = app.ask("entry_details", json!({"id": alice["id"]}));
    assert_eq!(details["notes"], "kept here");
    assert_eq!(
        app.ask("entry_details", json!({"id": bank["id"]}))["counter"],
        7
    );
    let long = app.refused(
        "entry_edit",
        json!({"id": alice["id"], "edit": {"issuer": "x".repeat(1025), "account": "", "notes": "", "tags": [], "icon": null}}),
    );
    assert!(long["hint"].is_string(), "{long}");

    app.ask(
        "entry_favourite",
        json!({"id": bank["id"], "favourite": true}),
    );
    app.ask("entry_reorder", json!({"ids": [bank["id"], alice["id"]]}));
    let list = app.ask("entry_list", json!({}));
    assert_eq!(
        (&list[0]["id"], &list[0]["favourite"]),
        (&bank["id"], &json!(true))
    );

    app.ask("entry_remove", json!({"id": alice["id"]}));
    assert_eq!(app.ask("trash_list", json!({}))[0]["account"], "ada");
    app.ask("entry_restore", json!({"id": alice["id"]}));
    app.ask("entry_remove", json!({"id": alice["id"]}));
    app.ask("entry_remove", json!({"id": bank["id"]}));
    app.ask("entry_purge", json!({"id": alice["id"]}));
    assert_eq!(app.ask("trash_empty", json!({})), 1);
    assert_eq!(app.ask("trash_list", json!({})), json!([]));
    assert_eq!(app.ask("entry_unreadable", json!({})), json!([]));
}

#[test]
fn settings_hold_and_are_within_their_bounds() {
    let app = open_app();
    let settings = app.ask("settings_get", json!({}));
    assert_eq!(settings["idleMinutes"], 15);
    assert_eq!(settings["backupFolderIsDefault"], true);
    let changed = app.ask(
        "settings_set",
        json!({"change": {"idleMinutes": 0, "lockOnSuspend": false, "keepDays": 3}}),
    );
    assert_eq!(
        (
            &changed["idleMinutes"],
            &changed["lockOnSuspend"],
            &changed["keepDays"],
            &changed["keepMonths"]
        ),
        (&json!(0), &json!(false), &json!(3), &json!(6))
    );
    let odd = app.refused("settings_set", json!({"change": {"idleMinutes": 7}}));
    assert_eq!(odd["code"], "idle_lock", "{odd}");
    assert!(
        app.event("settings_changed", Duration::from_secs(1))
            .is_some()
    );
    app.ask("vault_lock", json!({}));
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    assert_eq!(app.ask("settings_get", json!({})), changed);
}

#[test]
fn a_backup_is_made_looked_into_and_brought_back() {
    let app = open_app();
    add(
        &app,
        "otpauth://totp/Upsun:alice?secret=QWERTYUIOP&issuer=Upsun",
    );
    let made = app.ask("backup_now", json!({}));
    assert_eq!(app.ask("backup_list", json!({}))[0], made);
    let alice = app.ask("entry_list", json!({}))[0].clone();
    app.ask("entry_remove", json!({"id": alice["id"]}));
    app.ask("trash_empty", json!({}));
    add(
        &app,
        "otpauth://totp/Later:bob?secret=GEZDGNBVGY3TQOJQ&issuer=Later",
    );

    let strange = app.refused(
        "backup_open",
        json!({"name": "../vault.key", "password": null}),
    );
    assert_eq!(strange["code"], "not_found", "{strange}");
    let preview = app.ask(
        "backup_open",
        json!({"name": made["name"], "password": null}),
    );
    assert_eq!(preview["entries"], 1);
    assert_eq!(
        preview["difference"]["onlyInBackup"],
        json!([{"issuer": "Upsun", "account": "alice"}])
    );
    assert_eq!(
        preview["difference"]["onlyInVault"],
        json!([{"issuer": "Later", "account": "bob"}])
    );
    let restored = app.ask(
        "backup_restore",
        json!({"how": "missing", "password": null}),
    );
    assert_eq!(restored, json!({"added": 1, "safetyBackup": null}));
    assert_eq!(
        app.ask("entry_list", json!({})).as_array().unwrap().len(),
        2
    );

    app.ask(
        "backup_open",
        json!({"name": made["name"], "password": PASSWORD}),
    );
    let restored = app.ask(
        "backup_restore",
        json!({"how": "everything", "password": PASSWORD}),
    );
    assert!(
        restored["safetyBackup"]
            .as_str()
            .unwrap()
            .contains("safety"),
        "{restored}"
    );
    assert_eq!(app.ask("vault_status", json!({}))["state"], "unlocked");
    let entries = app.ask("entry_list", json!({}));
    assert_eq!(
        (entries.as_array().unwrap().len(), &entries[0]["account"]),
        (1, &json!("alice"))
    );
    let nothing = app.refused(
        "backup_restore",
        json!({"how": "missing", "password": null}),
    );
    assert_eq!(nothing["code"], "not_found", "{nothing}");

    let report = app.ask("vault_check", json!({}));
    let bad: Vec<_> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["level"] != "ok")
        .collect();
    assert!(bad.is_empty(), "{bad:?}");
}

#[test]
fn another_program_can_have_the_vault_locked() {
    let app = open_app();
    let home = deskfob_vault::Home::at(&app.home.path().join("vault")).unwrap();
    deskfob_vault::request_lock(&home).unwrap();
    let event = app
        .event("locked", Duration::from_secs(5))
        .expect("it is locked");
    assert_eq!(event["reason"], "other_program");
    let status = app.ask("vault_status", json!({}));
    assert_eq!(
        (&status["state"], &status["lockedBecause"]["reason"]),
        (&json!("locked"), &json!("other_program"))
    );
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    let status = app.ask("vault_status", json!({}));
    assert_eq!(
        (&status["state"], &status["lockedBecause"]),
        (&json!("unlocked"), &json!(null))
    );
    std::thread::sleep(Duration::from_millis(1500));
    assert_eq!(
        app.ask("vault_status", json!({}))["state"],
        "unlocked",
        "the request is an old one"
    );
}

#[test]
fn a_backup_that_was_opened_does_not_outlive_the_lock() {
    let app = open_app();
    let made = app.ask("backup_now", json!({}));
    app.ask(
        "backup_open",
        json!({"name": made["name"], "password": null}),
    );
    app.ask("vault_lock", json!({}));
    for how in ["everything", "missing"] {
        let refused = app.refused("backup_restore", json!({"how": how, "password": null}));
        assert!(
            ["not_found", "vault_locked"].contains(&refused["code"].as_str().unwrap()),
            "{how}: {refused}"
        );
    }
    assert_eq!(app.ask("vault_status", json!({}))["state"], "locked");
    let scratch = app.home.path().join("vault/vault.scratch");
    let left = std::fs::read_dir(scratch).unwrap().count();
    assert_eq!(left, 1, "its copy is gone, and only the lock file is left");
}

#[test]
fn settings_that_another_program_changes_take_effect() {
    let app = open_app();
    let home = app.home.path().join("vault");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let home = deskfob_vault::Home::at(&home).unwrap();
        let vault = deskfob_vault::Vault::unlock_with_password(&home, PASSWORD.into())
            .await
            .unwrap();
        let mut settings = vault.settings().await.unwrap();
        settings.lock_on_suspend = false;
        vault.set_settings(&settings).await.unwrap();
        vault.lock().await;
    });
    assert!(
        app.event("settings_changed", Duration::from_secs(5))
            .is_some(),
        "the window is told"
    );
    assert_eq!(
        app.ask("settings_get", json!({}))["lockOnSuspend"],
        json!(false)
    );
}

/// The name of the session that the test below runs itself again in.
#[cfg(target_os = "linux")]
const MACHINE: &str = "DESKFOB_TEST_MACHINE";
/// The folder by which the vault is carried.
#[cfg(target_os = "linux")]
const CARRIED: &str = "DESKFOB_TEST_CARRIED";

/// Starts an unlocked keyring on this session's bus, and ends it after the test.
#[cfg(target_os = "linux")]
const WITH_KEYRING: &str = r#"
printf '%s' 'the password of the login keyring' > "$HOME/password"
gnome-keyring-daemon --foreground --unlock --components=secrets < "$HOME/password" > "$HOME/log" 2>&1 &
trap 'kill $!' EXIT
owned() {
    dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
        org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true
}
for _ in $(seq 200); do owned && break; sleep 0.05; done
"$@"
"#;

/// Runs a test of this file again, on a bus and with a keyring that are nobody else's.
#[cfg(target_os = "linux")]
fn on_machine(machine: &str, carried: &std::path::Path, test: &str) {
    let person = tempfile::tempdir().unwrap();
    let output = std::process::Command::new("dbus-run-session")
        .args(["--", "bash", "-c", WITH_KEYRING, "bash"])
        .arg(std::env::current_exe().unwrap())
        .args([test, "--exact", "--nocapture", "--test-threads=1"])
        .env_remove("DBUS_SESSION_BUS_ADDRESS")
        .env_remove("DISPLAY")
        .env_remove("WAYLAND_DISPLAY")
        .env("HOME", person.path())
        .env("XDG_DATA_HOME", person.path().join("data"))
        .env("XDG_CACHE_HOME", person.path().join("cache"))
        .env("XDG_RUNTIME_DIR", person.path())
        .env(MACHINE, machine)
        .env(CARRIED, carried)
        .output()
        .expect("dbus-run-session (Debian: apt-get install dbus-daemon dbus-bin gnome-keyring)");
    assert!(
        output.status.success(),
        "on the {machine}: {}\n{}{}",
        output.status,
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

#[cfg(target_os = "linux")]
fn copy_files(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).unwrap();
    for name in ["vault.key", "vault.db"] {
        std::fs::copy(from.join(name), to.join(name)).unwrap();
    }
}

#[test]
#[cfg(target_os = "linux")]
fn the_keyring_switch_is_about_this_machines_keyring() {
    let switch = |app: &TestApp, enabled: bool| {
        let arguments = json!({"enabled": enabled, "password": PASSWORD});
        app.ask("vault_keyring", arguments);
    };
    let keyrings = |app: &TestApp| {
        let slots = app.ask("slot_list", json!({}));
        let slots = slots.as_array().unwrap().iter();
        slots.filter(|slot| slot["kind"] == "keyring").count()
    };
    let Ok(machine) = std::env::var(MACHINE) else {
        let carried = tempfile::tempdir().unwrap();
        for machine in ["first", "second"] {
            let test = "the_keyring_switch_is_about_this_machines_keyring";
            on_machine(machine, carried.path(), test);
        }
        return;
    };
    let carried = std::path::PathBuf::from(std::env::var_os(CARRIED).unwrap());
    if machine == "first" {
        let app = open_app();
        for _ in 0..2 {
            switch(&app, true);
            assert_eq!(keyrings(&app), 1, "it is there already");
        }
        app.ask("vault_lock", json!({}));
        copy_files(&app.home.path().join("vault"), &carried);
        return;
    }
    let app = TestApp::start();
    copy_files(&carried, &app.home.path().join("vault"));
    app.refused("vault_unlock_keyring", json!({}));
    app.ask("vault_unlock", json!({"password": PASSWORD}));
    assert_eq!(keyrings(&app), 1, "the other machine's");
    switch(&app, true);
    assert_eq!(keyrings(&app), 2);
    app.ask("vault_lock", json!({}));
    app.ask("vault_unlock_keyring", json!({}));
    switch(&app, false);
    assert_eq!(keyrings(&app), 0, "none opens it from now on");
    assert_eq!(locked(&app)["keyringSlot"], false);
}

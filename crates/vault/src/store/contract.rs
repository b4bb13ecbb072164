//! What every operation that writes promises, on a new vault, one that was opened again, and one that was
//! upgraded: it is durable when it returns, another handle sees it, the history tells of it in the same
//! transaction or nothing happens at all, an unknown id is told as such, and a locked vault refuses.

use std::path::Path;
use std::pin::Pin;

use deskfob_otp::{Entry, Kind, Seed};
use secrecy::SecretString;
use tempfile::TempDir;

use super::{
    AccountStatus, EntryEdit, KeepError, NewAccount, NewEntry, Notes, OnDuplicate,
    PendingEnrolment, ReminderRecord, Stage, StoreError, StoredTokens, Withdrawal, WithdrawalStage,
};
use crate::header;
use crate::{AccountId, Action, EntryId, Home, IdleLock, KdfCost, Settings, Vault};

const NOW_MS: i64 = 1_741_011_285_000;

type Done<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

struct Operation {
    name: &'static str,
    run: for<'a> fn(&'a Vault, &'a Records) -> Done<'a, Result<(), StoreError>>,
    /// Whether it was done, as a reader sees it.
    done: for<'a> fn(&'a Vault, &'a Records) -> Done<'a, bool>,
    /// What the history tells of it.
    action: Option<&'static str>,
    /// The error for records that are not there.
    unknown: Option<&'static str>,
}

/// What there is for the operations to work on.
struct Records {
    entry: EntryId,
    counter: EntryId,
    trashed: EntryId,
    account: AccountId,
    enrolling: AccountId,
    signed_out: AccountId,
    withdrawing: AccountId,
    /// The entry of that one.
    factor: EntryId,
}

impl Records {
    async fn make(vault: &Vault, round: usize) -> Self {
        let mut counter = totp("counter");
        counter.kind = Kind::Hotp { counter: 7 };
        let trashed = vault.add_entry(&totp("trashed"), NOW_MS).await.unwrap();
        vault.remove_entry(trashed, NOW_MS).await.unwrap();
        let signed_in = vault
            .put_account(&account("a", round), NOW_MS)
            .await
            .unwrap();
        vault.put_tokens(signed_in, &tokens()).await.unwrap();
        vault
            .replace_recovery_codes(signed_in, &["one".into()])
            .await
            .unwrap();
        let enrolling = vault
            .put_account(&account("b", round), NOW_MS)
            .await
            .unwrap();
        vault
            .begin_enrolment(enrolling, &totp("proposed"), NOW_MS)
            .await
            .unwrap();
        let withdrawing = vault
            .put_account(&account("d", round), NOW_MS)
            .await
            .unwrap();
        let factor = vault.add_entry(&totp("factor"), NOW_MS).await.unwrap();
        vault
            .set_account_entry(withdrawing, Some(factor))
            .await
            .unwrap();
        vault
            .begin_withdrawal(withdrawing, true, NOW_MS)
            .await
            .unwrap();
        Self {
            withdrawing,
            factor,
            entry: vault.add_entry(&totp("entry"), NOW_MS).await.unwrap(),
            counter: vault.add_entry(&counter, NOW_MS).await.unwrap(),
            trashed,
            account: signed_in,
            enrolling,
            signed_out: vault
                .put_account(&account("c", round), NOW_MS)
                .await
                .unwrap(),
        }
    }

    fn unknown() -> Self {
        let entry = "00000000-0000-7000-8000-000000000000".parse().unwrap();
        let account = "00000000-0000-7000-8000-000000000000".parse().unwrap();
        Self {
            entry,
            counter: entry,
            trashed: entry,
            account,
            enrolling: account,
            signed_out: account,
            withdrawing: account,
            factor: entry,
        }
    }
}

/// What [`Records::make`] began.
fn pending(records: &Records) -> PendingEnrolment {
    PendingEnrolment {
        account: records.enrolling,
        entry: totp("proposed"),
        started_ms: NOW_MS,
        stage: Stage::Proposed,
        elsewhere: false,
        recovery_codes_unseen: false,
    }
}

fn totp(name: &str) -> Entry {
    Entry::totp(
        name,
        "alice",
        Seed::from_bytes(name.as_bytes().to_vec()).unwrap(),
    )
}

fn account(name: &str, round: usize) -> NewAccount {
    NewAccount {
        deployment: "d".into(),
        user_id: format!("{name}{round}"),
        email: format!("{name}{round}@example.com"),
        display_name: name.into(),
    }
}

fn tokens() -> StoredTokens {
    StoredTokens {
        access: "access".into(),
        refresh: None,
        api_token: None,
        expires_at: 1,
    }
}

fn edit() -> EntryEdit {
    EntryEdit {
        issuer: "Edited".into(),
        account: "bob".into(),
        notes: Notes::from("note"),
        tags: vec![" work ".into(), String::new(), "work".into(), "home".into()],
        icon: Some("🔑".into()),
    }
}

async fn has_entry(vault: &Vault, wanted: impl Fn(&super::StoredEntry) -> bool) -> bool {
    vault.entries().await.unwrap().iter().any(wanted)
}

fn operations() -> Vec<Operation> {
    macro_rules! operation {
        ($name:literal, $action:expr, $unknown:expr, |$vault:ident, $at:ident| $run:expr, $done:expr) => {
            Operation {
                name: $name,
                run: |$vault, $at| {
                    Box::pin(async move {
                        let _ = $at;
                        $run.await.map(drop)
                    })
                },
                done: |$vault, $at| {
                    Box::pin(async move {
                        let _ = $at;
                        $done
                    })
                },
                action: $action,
                unknown: $unknown,
            }
        };
    }
    const GONE: Option<&str> = Some("not_found");
    vec![
        operation!(
            "add",
            Some("entry_added"),
            None,
            |vault, at| vault.add_entry(&totp("new"), NOW_MS),
            has_entry(vault, |stored| stored.entry.issuer == "new").await
        ),
        operation!(
            "add several",
            Some("entry_added"),
            None,
            |vault, at| async { vault.add_entries(&[totp("p"), totp("q")], NOW_MS).await },
            has_entry(vault, |stored| stored.entry.issuer == "p").await
                || has_entry(vault, |stored| stored.entry.issuer == "q").await
        ),
        operation!(
            "add many",
            Some("entries_added"),
            None,
            |vault, at| async { vault.add_entries(&vec![totp("many"); 51], NOW_MS).await },
            has_entry(vault, |stored| stored.entry.issuer == "many").await
        ),
        operation!(
            "rename",
            Some("entry_edited"),
            GONE,
            |vault, at| vault.rename_entry(at.entry, "Renamed", "x", NOW_MS),
            has_entry(vault, |stored| stored.entry.issuer == "Renamed").await
        ),
        operation!(
            "edit",
            Some("entry_edited"),
            GONE,
            |vault, at| async { vault.edit_entry(at.entry, &edit(), NOW_MS).await },
            has_entry(vault, |stored| stored.notes.expose() == "note"
                && stored.tags == ["work", "home"]
                && stored.icon.as_deref() == Some("🔑")
                && stored.entry.account == "bob")
            .await
        ),
        operation!(
            "edit since",
            Some("entry_edited"),
            GONE,
            |vault, at| async {
                let mut was = edit();
                was.notes = Notes::default();
                vault
                    .edit_entry_since(at.entry, &was, &edit(), NOW_MS)
                    .await
            },
            has_entry(vault, |stored| stored.notes.expose() == "note"
                && stored.entry.issuer == "entry")
            .await
        ),
        operation!(
            "replace",
            Some("entry_replaced"),
            GONE,
            |vault, at| async { vault.replace_entry(at.entry, &totp("other"), NOW_MS).await },
            has_entry(vault, |stored| stored.entry.issuer == "other").await
                || vault
                    .trash()
                    .await
                    .unwrap()
                    .iter()
                    .any(|trashed| trashed.entry.issuer == "entry")
        ),
        operation!(
            "keep in the place of another",
            Some("entry_replaced"),
            GONE,
            |vault, at| async {
                let new = NewEntry {
                    entry: totp("kept"),
                    tags: vec!["tag".into()],
                    on_duplicate: OnDuplicate::ReplaceThis(at.entry),
                };
                match vault.keep_entries(&[new], NOW_MS).await {
                    Ok(_) => Ok(()),
                    Err(KeepError::Store(error)) => Err(error),
                    Err(other) => panic!("{other}"),
                }
            },
            has_entry(vault, |stored| stored.entry.issuer == "kept"
                && stored.tags == ["tag"])
            .await
        ),
        operation!(
            "mark as favourite",
            None,
            GONE,
            |vault, at| vault.set_favourite(at.entry, true, NOW_MS),
            has_entry(vault, |stored| stored.favourite).await
        ),
        operation!(
            "reorder",
            None,
            None,
            |vault, at| async { vault.reorder_entries(&[at.counter]).await },
            vault.entries().await.unwrap()[0].id == at.counter
        ),
        operation!(
            "use",
            None,
            GONE,
            |vault, at| vault.mark_used(at.entry, NOW_MS),
            has_entry(vault, |stored| stored.use_count == 1).await
        ),
        operation!(
            "advance the counter",
            Some("counter_advanced"),
            GONE,
            |vault, at| vault.advance_counter(at.counter, NOW_MS),
            has_entry(vault, |stored| stored.entry.kind
                == Kind::Hotp { counter: 8 })
            .await
        ),
        operation!(
            "remove",
            Some("entry_removed"),
            GONE,
            |vault, at| vault.remove_entry(at.entry, NOW_MS),
            !has_entry(vault, |stored| stored.entry.issuer == "entry").await
        ),
        operation!(
            "restore",
            Some("entry_restored"),
            GONE,
            |vault, at| vault.restore_entry(at.trashed, NOW_MS),
            has_entry(vault, |stored| stored.entry.issuer == "trashed").await
        ),
        operation!(
            "purge",
            Some("entry_purged"),
            GONE,
            |vault, at| vault.purge_entry(at.trashed),
            !vault
                .trash()
                .await
                .unwrap()
                .iter()
                .any(|trashed| trashed.id == at.trashed)
        ),
        operation!(
            "empty the trash",
            Some("trash_emptied"),
            None,
            |vault, at| vault.empty_trash(NOW_MS),
            vault.trash().await.unwrap().is_empty()
        ),
        operation!(
            "put an account",
            Some("account_added"),
            None,
            |vault, at| async { vault.put_account(&account("new", 0), NOW_MS).await },
            vault
                .accounts()
                .await
                .unwrap()
                .iter()
                .any(|account| account.user_id == "new0")
        ),
        operation!(
            "remove an account",
            Some("account_removed"),
            GONE,
            |vault, at| vault.remove_account(at.account),
            !vault
                .accounts()
                .await
                .unwrap()
                .iter()
                .any(|account| account.id == at.account)
                || vault.tokens(at.account).await.unwrap().is_none()
        ),
        operation!(
            "link an account",
            Some("account_linked"),
            GONE,
            |vault, at| vault.set_account_entry(at.account, Some(at.entry)),
            vault
                .accounts()
                .await
                .unwrap()
                .iter()
                .any(|account| account.entry_id == Some(at.entry))
        ),
        operation!(
            "sign in",
            Some("signed_in"),
            GONE,
            |vault, at| async { vault.put_tokens(at.signed_out, &tokens()).await },
            vault.tokens(at.signed_out).await.unwrap().is_some()
        ),
        operation!(
            "sign out",
            Some("signed_out"),
            None,
            |vault, at| vault.clear_tokens(at.account),
            vault.tokens(at.account).await.unwrap().is_none()
        ),
        operation!(
            "keep recovery codes",
            Some("recovery_codes_kept"),
            GONE,
            |vault, at| async {
                let codes: [SecretString; 2] = ["x".into(), "y".into()];
                vault.replace_recovery_codes(at.account, &codes).await
            },
            vault.recovery_codes(at.account).await.unwrap().len() != 1
        ),
        operation!(
            "mark a recovery code",
            Some("recovery_code_marked"),
            GONE,
            |vault, at| vault.mark_recovery_code_used(at.account, 1, true, NOW_MS),
            vault.recovery_codes(at.account).await.unwrap()[0]
                .used_ms
                .is_some()
        ),
        operation!(
            "acknowledge recovery codes",
            Some("recovery_codes_acknowledged"),
            GONE,
            |vault, at| vault.acknowledge_recovery_codes(at.account, NOW_MS),
            vault.recovery_codes_acknowledged(at.account).await.unwrap()
        ),
        operation!(
            "begin an enrolment",
            Some("enrolment_started"),
            GONE,
            |vault, at| async {
                vault
                    .begin_enrolment(at.account, &totp("new"), NOW_MS)
                    .await
            },
            vault.enrolment(at.account).await.unwrap().is_some()
        ),
        operation!(
            "confirm an enrolment",
            None,
            Some("no_enrolment"),
            |vault, at| async { vault.mark_pending_confirming(&pending(at)).await },
            vault.enrolment(at.enrolling).await.unwrap().unwrap().stage == Stage::Confirming
        ),
        operation!(
            "complete an enrolment",
            Some("enrolment_completed"),
            GONE,
            |vault, at| async {
                vault
                    .complete_enrolment(&pending(at), &["code".into()], true, NOW_MS)
                    .await
            },
            vault.enrolment(at.enrolling).await.unwrap().is_none()
                || !vault.recovery_codes(at.enrolling).await.unwrap().is_empty()
                || has_entry(vault, |stored| stored.entry.issuer == "proposed").await
        ),
        operation!(
            "discard an enrolment",
            Some("enrolment_discarded"),
            None,
            |vault, at| vault.discard_enrolment(at.enrolling),
            vault.enrolment(at.enrolling).await.unwrap().is_none()
        ),
        operation!(
            "have another app make the codes",
            None,
            Some("no_enrolment"),
            |vault, at| vault.set_enrolment_elsewhere(at.enrolling, true),
            vault
                .enrolment(at.enrolling)
                .await
                .unwrap()
                .unwrap()
                .elsewhere
        ),
        operation!(
            "begin a withdrawal",
            Some("withdrawal_started"),
            GONE,
            |vault, at| vault.begin_withdrawal(at.account, false, NOW_MS),
            vault.withdrawal(at.account).await.unwrap().is_some()
        ),
        operation!(
            "complete a withdrawal",
            Some("mfa_withdrawn"),
            Some("no_withdrawal"),
            |vault, at| vault.complete_withdrawal(at.withdrawing, NOW_MS),
            vault
                .withdrawal(at.withdrawing)
                .await
                .unwrap()
                .is_some_and(|withdrawal| withdrawal.stage == WithdrawalStage::Withdrawn)
                || !has_entry(vault, |stored| stored.entry.issuer == "factor").await
        ),
        operation!(
            "complete the withdrawal that was begun",
            Some("mfa_withdrawn"),
            GONE,
            |vault, at| async {
                let begun = Withdrawal {
                    account: at.withdrawing,
                    moving: true,
                    stage: WithdrawalStage::Asking,
                    started_ms: NOW_MS,
                };
                vault
                    .complete_withdrawal_with(&begun, Some(at.factor), NOW_MS)
                    .await
            },
            vault
                .withdrawal(at.withdrawing)
                .await
                .unwrap()
                .is_some_and(|withdrawal| withdrawal.stage == WithdrawalStage::Withdrawn)
                || !has_entry(vault, |stored| stored.entry.issuer == "factor").await
        ),
        operation!(
            "end a withdrawal",
            Some("withdrawal_ended"),
            None,
            |vault, at| vault.end_withdrawal(at.withdrawing),
            vault.withdrawal(at.withdrawing).await.unwrap().is_none()
        ),
        operation!(
            "prove a factor",
            Some("factor_proven"),
            GONE,
            |vault, at| vault.prove_factor(at.withdrawing, NOW_MS),
            vault
                .accounts()
                .await
                .unwrap()
                .iter()
                .any(|account| account.id == at.withdrawing && account.factor_proven_ms.is_some())
        ),
        operation!(
            "correct a clock",
            Some("clock_corrected"),
            GONE,
            |vault, at| vault.set_clock_correction(at.withdrawing, -95, NOW_MS),
            has_entry(vault, |stored| stored.clock_correction_s == -95).await
        ),
        operation!(
            "keep a status",
            None,
            GONE,
            |vault, at| async {
                let status = AccountStatus {
                    mfa: Some(true),
                    checked_ms: NOW_MS,
                    skew_s: Some(3),
                };
                vault.put_account_status(at.account, &status).await
            },
            vault.account_status(at.account).await.unwrap().is_some()
        ),
        operation!(
            "put a question for recovery codes",
            None,
            GONE,
            |vault, at| vault.ask_new_recovery_codes(at.account, NOW_MS),
            vault
                .recovery_codes_state(at.account)
                .await
                .unwrap()
                .asked_ms
                .is_some()
        ),
        operation!(
            "keep a new set of recovery codes",
            Some("recovery_codes_kept"),
            GONE,
            |vault, at| async {
                let question = vault.ask_new_recovery_codes(at.account, NOW_MS).await?;
                let codes: [SecretString; 2] = ["x".into(), "y".into()];
                vault.keep_new_recovery_codes(&question, &codes).await
            },
            vault.recovery_codes(at.account).await.unwrap().len() != 1
        ),
        operation!(
            "record a reminder",
            None,
            GONE,
            |vault, at| async {
                let reminder = ReminderRecord {
                    account: at.account,
                    org: "org".into(),
                    user_id: "u".into(),
                    sent_ms: 1,
                    code: 200,
                    message: "sent".into(),
                };
                vault.record_reminder(&reminder).await
            },
            vault.reminders(at.account, "org").await.unwrap().len() == 1
        ),
        operation!(
            "note",
            Some("exported"),
            None,
            |vault, at| vault.note(Action::Exported, "file", NOW_MS),
            vault.history(None, 1).await.unwrap()[0].subject == "file"
        ),
        operation!(
            "set settings",
            Some("settings_changed"),
            None,
            |vault, at| async {
                let settings = Settings {
                    idle_lock: IdleLock::try_from(5).ok(),
                    ..Settings::default()
                };
                vault.set_settings(&settings).await
            },
            vault.settings().await.unwrap().idle_lock == IdleLock::try_from(5).ok()
        ),
        operation!(
            "keep registered client",
            None,
            None,
            |vault, at| vault.keep_registered_client("https://auth.example", "c-1"),
            vault
                .registered_client("https://auth.example")
                .await
                .unwrap()
                .as_deref()
                == Some("c-1")
        ),
    ]
}

struct Subject {
    folder: TempDir,
    vault: Vault,
    password: &'static str,
}

impl Subject {
    fn home() -> (TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home"))
            .unwrap()
            .with_program("contract");
        (folder, home)
    }

    async fn fresh() -> Self {
        let password = "correct horse battery";
        let (folder, home) = Self::home();
        let vault = Vault::create(&home, password.into(), KdfCost::FLOOR)
            .await
            .unwrap();
        Self {
            folder,
            vault,
            password,
        }
    }

    async fn reopened() -> Self {
        let mut subject = Self::fresh().await;
        let home = subject.vault.home().clone();
        subject.vault.lock().await;
        subject.vault = Vault::unlock_with_password(&home, subject.password.into())
            .await
            .unwrap();
        subject
    }

    async fn upgraded() -> Self {
        let password = "password of the fixtures";
        let (folder, home) = Self::home();
        let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/version-1");
        for name in ["vault.key", "vault.db"] {
            std::fs::copy(kept.join(name), home.file(name)).unwrap();
        }
        let vault = Vault::unlock_with_password(&home, password.into())
            .await
            .unwrap();
        Self {
            folder,
            vault,
            password,
        }
    }

    /// The same vault, opened again through another connection or from a copy of the files as they are now.
    async fn open(&self, home: &Home) -> Vault {
        let key = self.vault.key().ok().unwrap();
        let header = header::load(self.vault.home())
            .unwrap()
            .authenticate(&key)
            .unwrap();
        Vault::unlocked(home, &header, key).await.unwrap()
    }

    /// As a power cut leaves it.
    async fn after_a_crash(&self, round: usize) -> Vault {
        let home = Home::at(&self.folder.path().join(format!("crashed-{round}"))).unwrap();
        for name in ["vault.key", "vault.db", "vault.db-wal"] {
            std::fs::copy(self.vault.home().file(name), home.file(name)).unwrap();
        }
        self.open(&home).await
    }

    async fn sql(&self, statement: &'static str) {
        let mut connection = self.vault.connection().await.ok().unwrap();
        sqlx::raw_sql(statement)
            .execute(&mut *connection)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn a_new_vault_keeps_the_contract() {
    hold_to_contract(Subject::fresh().await).await;
}

#[tokio::test]
async fn a_vault_that_was_opened_again_keeps_the_contract() {
    hold_to_contract(Subject::reopened().await).await;
}

#[tokio::test]
async fn an_upgraded_vault_keeps_the_contract() {
    hold_to_contract(Subject::upgraded().await).await;
}

async fn hold_to_contract(subject: Subject) {
    let vault = &subject.vault;
    let other = subject.open(vault.home()).await;
    for (round, operation) in operations().iter().enumerate() {
        let name = operation.name;
        // Each has the vault for itself, but for platform accounts, which nothing removes for good.
        subject
            .sql(
                "DELETE FROM entries; DELETE FROM settings; DELETE FROM enrolments; \
                  DELETE FROM withdrawals; DELETE FROM tokens",
            )
            .await;
        let records = Records::make(vault, round).await;
        assert!(
            !(operation.done)(vault, &records).await,
            "{name}: not done yet"
        );

        if let Some(code) = operation.unknown {
            let before = vault.history(None, 1).await.unwrap()[0].id;
            let refused = (operation.run)(vault, &Records::unknown()).await;
            assert_eq!(
                refused.unwrap_err().code(),
                code,
                "{name}: of what is not there"
            );
            let after = vault.history(None, 1).await.unwrap()[0].id;
            assert_eq!(
                before, after,
                "{name}: nothing happened, and nothing is told"
            );
        }

        if operation.action.is_some() {
            subject
                .sql("CREATE TRIGGER fails BEFORE INSERT ON history BEGIN SELECT RAISE(ABORT, 'x'); END")
                .await;
            let failed = (operation.run)(vault, &records).await;
            assert!(
                matches!(failed, Err(StoreError::Database(_))),
                "{name}: {failed:?}"
            );
            assert!(
                !(operation.done)(vault, &records).await,
                "{name}: all or nothing"
            );
            subject.sql("DROP TRIGGER fails").await;
        }

        let before = vault.history(None, 1).await.unwrap()[0].id;
        let version = other.data_version().await.unwrap();
        (operation.run)(vault, &records).await.unwrap();
        assert!((operation.done)(vault, &records).await, "{name}: done");
        assert_ne!(
            other.data_version().await.unwrap(),
            version,
            "{name}: others notice"
        );
        assert!(
            (operation.done)(&other, &records).await,
            "{name}: others see it"
        );
        let crashed = subject.after_a_crash(round).await;
        assert!(
            (operation.done)(&crashed, &records).await,
            "{name}: durable"
        );
        crashed.lock().await;

        let told: Vec<_> = vault
            .history(None, 10)
            .await
            .unwrap()
            .into_iter()
            .filter(|record| record.id > before)
            .collect();
        match operation.action {
            None => assert!(told.is_empty(), "{name}: {told:?}"),
            Some(action) => {
                assert_eq!(told[0].action, action, "{name}");
                assert_eq!(told[0].program, "contract", "{name}: who did it");
                assert!(!told[0].subject.is_empty(), "{name}: to what");
            }
        }
    }
    let records = Records::make(vault, usize::MAX).await;
    other.lock().await;
    let locked = vault.clone();
    subject.vault.clone().lock().await;
    for operation in operations() {
        let refused = (operation.run)(&locked, &records).await;
        assert!(
            matches!(refused, Err(StoreError::Locked)),
            "{}: {refused:?}",
            operation.name
        );
    }
    assert!(matches!(
        locked.history(None, 1).await,
        Err(StoreError::Locked)
    ));
    assert!(matches!(locked.settings().await, Err(StoreError::Locked)));
}

#[tokio::test]
async fn what_is_too_long_is_refused_and_changes_nothing() {
    let subject = Subject::fresh().await;
    let vault = &subject.vault;
    let id = vault.add_entry(&totp("entry"), NOW_MS).await.unwrap();
    let long = |length: usize| "é".repeat(length);
    let with = |change: &dyn Fn(&mut EntryEdit)| {
        let mut edit = edit();
        change(&mut edit);
        edit
    };
    for (field, fits, too_long) in [
        (
            "issuer",
            with(&|edit| edit.issuer = long(1024)),
            with(&|edit| edit.issuer = long(1025)),
        ),
        (
            "account",
            with(&|edit| edit.account = long(1024)),
            with(&|edit| edit.account = long(1025)),
        ),
        (
            "notes",
            with(&|edit| edit.notes = long(10_000).into()),
            with(&|edit| edit.notes = long(10_001).into()),
        ),
        (
            "tags",
            with(&|edit| edit.tags = (0..20).map(|tag| tag.to_string()).collect()),
            with(&|edit| edit.tags = (0..21).map(|tag| tag.to_string()).collect()),
        ),
        (
            "tag",
            with(&|edit| edit.tags = vec![long(50)]),
            with(&|edit| edit.tags = vec![long(51)]),
        ),
        (
            "icon",
            with(&|edit| edit.icon = Some(long(16))),
            with(&|edit| edit.icon = Some(long(17))),
        ),
    ] {
        vault.edit_entry(id, &fits, NOW_MS).await.unwrap();
        let before = vault.entry(id).await.unwrap();
        let refused = vault.edit_entry(id, &too_long, NOW_MS + 1).await;
        assert!(
            matches!(refused, Err(StoreError::TooLong { field: found, .. }) if found == field),
            "{field}: {refused:?}"
        );
        let after = vault.entry(id).await.unwrap();
        assert_eq!(after.updated_ms, before.updated_ms, "{field}");
    }
}

#[tokio::test]
async fn the_newest_ten_thousand_records_of_the_history_are_kept() {
    let subject = Subject::fresh().await;
    let vault = &subject.vault;
    subject
        .sql(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10100) \
             INSERT INTO history (at_ms, program, action, subject) SELECT i, 'p', 'a', i FROM n",
        )
        .await;
    vault
        .note(Action::Exported, &"x".repeat(5000), NOW_MS)
        .await
        .unwrap();
    let mut before = None;
    let mut count = 0;
    let mut last = i64::MAX;
    loop {
        let page = vault.history(before, u32::MAX).await.unwrap();
        let Some(oldest) = page.last() else { break };
        assert!(page.len() <= 1000, "a page is capped");
        for record in &page {
            assert!(record.id < last, "newest first, none twice");
            last = record.id;
        }
        before = Some(oldest.id);
        count += page.len();
    }
    assert_eq!(count, 10_000);
    let newest = &vault.history(None, 1).await.unwrap()[0];
    assert_eq!(newest.subject.len(), 200, "a subject is cut");
}

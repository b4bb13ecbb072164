//! What needs the database behind the records: broken rows, failing statements, another version's schema.

use deskfob_otp::{Entry, Seed};
use secrecy::SecretString;
use sqlx::AssertSqlSafe;

use super::{Stage, StoreError};
use crate::database;
use crate::{DatabaseError, Home, KdfCost, NewAccount, UnlockError, Vault};

const NOW_MS: i64 = 1_741_011_285_000;

fn password() -> SecretString {
    "correct horse battery".into()
}

pub(super) async fn vault() -> (tempfile::TempDir, Vault) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let vault = Vault::create(&home, password(), KdfCost::FLOOR)
        .await
        .unwrap();
    (folder, vault)
}

pub(super) fn entry(name: &str) -> Entry {
    Entry::totp(
        name,
        name,
        Seed::from_bytes(name.as_bytes().to_vec()).unwrap(),
    )
}

async fn sql(vault: &Vault, statement: &str) {
    let mut connection = vault.connection().await.ok().unwrap();
    sqlx::raw_sql(AssertSqlSafe(statement.to_owned()))
        .execute(&mut *connection)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_row_that_cannot_be_read_is_told_and_hides_no_other() {
    let (_folder, vault) = vault().await;
    for (column, value) in [
        ("algorithm", "'MD5'"),
        ("digits", "11"),
        ("kind", "'yubikey'"),
        ("period_s", "0"),
        ("period_s", "NULL"),
        ("seed", "x''"),
        ("issuer", "CAST(x'ff' AS TEXT)"),
        ("id", "x'00'"),
    ] {
        let ids = vault
            .add_entries(&[entry("good"), entry("bad")], NOW_MS)
            .await
            .unwrap();
        let bad = ids[1].to_string().replace('-', "");
        sql(
            &vault,
            &format!("UPDATE entries SET {column} = {value} WHERE hex(id) = upper('{bad}')"),
        )
        .await;
        let listed = vault.entries().await.unwrap();
        assert_eq!(
            listed.len(),
            1,
            "{column} = {value}: the good one is listed"
        );
        let unreadable = vault.unreadable_entries().await.unwrap();
        assert_eq!(unreadable.len(), 1, "{column} = {value}");
        assert_eq!(unreadable[0].problem.column, column);
        let names = vault.entry_names().await.unwrap();
        let named = !["id", "issuer"].contains(&column);
        assert_eq!(names.len(), 1 + usize::from(named), "{column} = {value}");
        if column != "id" {
            assert_eq!(unreadable[0].id, Some(ids[1]));
            let opened = vault.entry(ids[1]).await;
            assert!(
                matches!(opened, Err(StoreError::Unreadable(_))),
                "{opened:?}"
            );
        }
        sql(&vault, "DELETE FROM entries").await;
    }
}

#[tokio::test]
async fn an_unreadable_entry_in_the_trash_is_told_and_not_destroyed_unseen() {
    let (_folder, vault) = vault().await;
    let ids = vault
        .add_entries(&[entry("good"), entry("bad"), entry("worse")], NOW_MS)
        .await
        .unwrap();
    for id in &ids {
        vault.remove_entry(*id, NOW_MS).await.unwrap();
    }
    let bad = "UPDATE entries SET algorithm = 'MD5' WHERE issuer IN ('bad', 'worse')";
    sql(&vault, bad).await;
    assert_eq!(vault.trash().await.unwrap().len(), 1);
    let told = async || {
        let unreadable = vault.unreadable_entries().await.unwrap();
        unreadable
            .into_iter()
            .map(|entry| (entry.issuer, entry.in_trash))
            .collect::<Vec<_>>()
    };
    let both = [("bad".to_owned(), true), ("worse".to_owned(), true)];
    assert_eq!(told().await, both);
    assert_eq!(vault.empty_trash(NOW_MS).await.unwrap(), 1);
    assert_eq!(told().await, both, "they stay");
    assert_eq!(vault.empty_trash(NOW_MS).await.unwrap(), 0);
    // Whoever names one has seen it.
    vault.purge_entry(ids[2]).await.unwrap();
    vault.restore_entry(ids[1], NOW_MS).await.unwrap();
    assert_eq!(told().await, [("bad".to_owned(), false)]);
}

#[tokio::test]
async fn completing_an_enrolment_happens_whole_or_not_at_all() {
    let (_folder, vault) = vault().await;
    let account = NewAccount {
        deployment: "d".into(),
        user_id: "u".into(),
        email: "e".into(),
        display_name: "n".into(),
    };
    let account = vault.put_account(&account, NOW_MS).await.unwrap();
    vault
        .begin_enrolment(account, &entry("proposed"), NOW_MS)
        .await
        .unwrap();
    let proposed = vault.enrolment(account).await.unwrap().unwrap();
    vault.mark_pending_confirming(&proposed).await.unwrap();
    for (step, trigger) in [
        ("the entry", "BEFORE INSERT ON entries"),
        ("the link", "BEFORE UPDATE OF entry_id ON accounts"),
        (
            "a recovery code",
            "BEFORE INSERT ON recovery_codes WHEN NEW.position = 2",
        ),
        ("the end", "BEFORE DELETE ON enrolments"),
    ] {
        sql(
            &vault,
            &format!("CREATE TRIGGER fails {trigger} BEGIN SELECT RAISE(ABORT, 'x'); END"),
        )
        .await;
        let codes: [SecretString; 2] = ["one".into(), "two".into()];
        let failed = vault
            .complete_enrolment(&proposed, &codes, true, NOW_MS)
            .await;
        assert!(
            matches!(failed, Err(StoreError::Database(_))),
            "{step}: {failed:?}"
        );
        assert!(vault.entries().await.unwrap().is_empty(), "{step}");
        assert!(
            vault.recovery_codes(account).await.unwrap().is_empty(),
            "{step}"
        );
        assert_eq!(vault.accounts().await.unwrap()[0].entry_id, None, "{step}");
        let pending = vault.enrolment(account).await.unwrap().unwrap();
        assert_eq!(
            pending.stage,
            Stage::Confirming,
            "{step}: it can be tried again"
        );
        sql(&vault, "DROP TRIGGER fails").await;
    }
    vault
        .complete_enrolment(&proposed, &["one".into()], true, NOW_MS)
        .await
        .unwrap();
    assert_eq!(vault.entries().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_write_that_is_given_up_leaves_no_transaction_behind() {
    let (_folder, vault) = vault().await;
    for polls in 1..6 {
        // Given up after a few steps, as a window does that is closed in the middle.
        let entries = [entry("a"), entry("b")];
        let mut adding = Box::pin(vault.add_entries(&entries, NOW_MS));
        for _ in 0..polls {
            tokio::select! {
                biased;
                _ = &mut adding => break,
                () = tokio::task::yield_now() => {}
            }
        }
        drop(adding);
        let count = vault.entries().await.unwrap().len();
        assert_eq!(count % 2, 0, "both entries or none");
        vault.add_entries(&entries, NOW_MS).await.unwrap();
        assert_eq!(
            vault.entries().await.unwrap().len(),
            count + 2,
            "and writing goes on"
        );
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused_with_its_number() {
    let (_folder, vault) = vault().await;
    sql(
        &vault,
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
         VALUES (9000, 'of a later version', 1, x'00', 0)",
    )
    .await;
    let home = vault.home().clone();
    vault.lock().await;
    let refused = Vault::unlock_with_password(&home, password()).await;
    assert!(
        matches!(
            refused,
            Err(UnlockError::NewerVersion {
                found: 9000,
                supported: 3
            })
        ),
        "{refused:?}"
    );
}

#[tokio::test]
async fn damage_to_the_databases_first_pages_is_noticed() {
    let (_folder, vault) = vault().await;
    for number in 0..20 {
        vault
            .add_entry(&entry(&format!("entry {number}")), NOW_MS)
            .await
            .unwrap();
    }
    let home = vault.home().clone();
    let key = vault.key().ok().unwrap();
    vault.lock().await;
    let path = home.file("vault.db");
    let good = std::fs::read(&path).unwrap();
    for position in (0..4096).step_by(13) {
        let mut bad = good.clone();
        bad[position] ^= 0x01;
        std::fs::write(&path, &bad).unwrap();
        let opened = database::open(&home, &key).await.map(drop);
        assert!(
            matches!(opened, Err(DatabaseError::Damaged)),
            "byte {position}: {opened:?}"
        );
    }
    std::fs::write(&path, &good).unwrap();
    database::open(&home, &key).await.unwrap();
}

#[tokio::test]
async fn the_connection_has_the_settings_that_the_format_promises() {
    let (_folder, vault) = vault().await;
    let mut connection = vault.connection().await.ok().unwrap();
    for (pragma, expected) in [
        ("journal_mode", "wal"),
        ("synchronous", "2"),
        ("foreign_keys", "1"),
        ("secure_delete", "1"),
        ("temp_store", "2"),
        ("cipher_page_size", "4096"),
        ("cipher_hmac_algorithm", "HMAC_SHA512"),
        ("cipher_log_level", "NONE"),
    ] {
        let statement = AssertSqlSafe(format!("PRAGMA {pragma}"));
        let row = sqlx::query(statement)
            .fetch_one(&mut *connection)
            .await
            .unwrap();
        let value = sqlx::Row::try_get_raw(&row, 0).unwrap();
        let value = <String as sqlx::Decode<sqlx::Sqlite>>::decode(value).unwrap();
        assert_eq!(value, expected, "{pragma}");
    }
}

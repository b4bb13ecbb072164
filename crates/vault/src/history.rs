//! What was done to a vault, when and by which program. Names only, never a secret.

use sqlx::Row;
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use crate::id::{AccountId, EntryId};
use crate::store::StoreError;
use crate::vault::Vault;

/// Most records that one call returns.
const MOST_AT_ONCE: u32 = 1_000;
/// Most characters of a subject that are kept.
const SUBJECT_MAX_CHARS: usize = 200;

/// Something that was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HistoryRecord {
    /// Its number; later ones are higher.
    pub id: i64,
    /// When, Unix time, ms.
    pub at_ms: i64,
    /// The program that did it, as it named itself.
    pub program: String,
    /// The name of an [`Action`]; one that this version does not know is a later version's.
    pub action: String,
    /// What it was done to: names only.
    pub subject: String,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $action:ident = $name:literal,)+) => {
        /// What can be done to a vault.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Action {
            $($(#[$doc])* $action,)+
        }

        impl Action {
            /// The name under which it is kept. Stable.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$action => $name,)+
                }
            }

            #[cfg(test)]
            const ALL: &[Self] = &[$(Self::$action,)+];
        }
    };
}

actions! {
    /// An entry was added.
    EntryAdded = "entry_added",
    /// Many entries were added at once; the subject tells how many.
    EntriesAdded = "entries_added",
    /// Names, notes, tags or icon of an entry were changed.
    EntryEdited = "entry_edited",
    /// An entry was moved to the trash.
    EntryRemoved = "entry_removed",
    /// An entry came back, out of the trash or out of a backup.
    EntryRestored = "entry_restored",
    /// An entry in the trash was destroyed.
    EntryPurged = "entry_purged",
    /// Another entry was put in an entry's place.
    EntryReplaced = "entry_replaced",
    /// Everything in the trash was destroyed; the subject tells how many entries.
    TrashEmptied = "trash_emptied",
    /// The next code of a counter-based entry was taken.
    CounterAdvanced = "counter_advanced",
    /// A platform account was added, or brought back.
    AccountAdded = "account_added",
    /// A platform account was taken out of the list.
    AccountRemoved = "account_removed",
    /// Another entry, or none, makes an account's codes.
    AccountLinked = "account_linked",
    /// An account got tokens and had none.
    SignedIn = "signed_in",
    /// An account's tokens were destroyed.
    SignedOut = "signed_out",
    /// A platform's proposed secret was kept.
    EnrolmentStarted = "enrolment_started",
    /// The platform accepted an enrolment.
    EnrolmentCompleted = "enrolment_completed",
    /// An enrolment was given up.
    EnrolmentDiscarded = "enrolment_discarded",
    /// The platform was about to be asked to turn MFA off.
    WithdrawalStarted = "withdrawal_started",
    /// MFA was not turned off after all, or no new secret is to follow.
    WithdrawalEnded = "withdrawal_ended",
    /// The platform turned MFA off.
    MfaWithdrawn = "mfa_withdrawn",
    /// The platform took a code of the account's entry.
    FactorProven = "factor_proven",
    /// The time of an account's codes was corrected, or is no longer.
    ClockCorrected = "clock_corrected",
    /// A new set of recovery codes was kept.
    RecoveryCodesKept = "recovery_codes_kept",
    /// A recovery code was marked as used, or as not used.
    RecoveryCodeMarked = "recovery_code_marked",
    /// The person said that they have seen a set of recovery codes.
    RecoveryCodesAcknowledged = "recovery_codes_acknowledged",
    /// Recovery codes were shown.
    RecoveryCodesShown = "recovery_codes_shown",
    /// An entry's secret was shown.
    SecretShown = "secret_shown",
    /// A key slot was added.
    SlotAdded = "slot_added",
    /// A key slot was removed.
    SlotRemoved = "slot_removed",
    /// A key slot got another name.
    SlotRenamed = "slot_renamed",
    /// A slot's password was changed.
    PasswordChanged = "password_changed",
    /// Everything was encrypted anew.
    NewVaultKey = "new_vault_key",
    /// A backup was made.
    BackupMade = "backup_made",
    /// A backup was restored, whole or in part.
    BackupRestored = "backup_restored",
    /// Entries were exported.
    Exported = "exported",
    /// The vault was brought up to a later schema.
    VaultUpgraded = "vault_upgraded",
    /// The vault was repaired.
    VaultRepaired = "vault_repaired",
    /// Settings were changed.
    SettingsChanged = "settings_changed",
}

impl Vault {
    /// What was done, the newest first: of the records before that of the id `before`, at most `limit` and at
    /// most 1000. The newest 10 000 are kept.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn history(
        &self,
        before: Option<i64>,
        limit: u32,
    ) -> Result<Vec<HistoryRecord>, StoreError> {
        let mut connection = self.connection().await?;
        // As bytes: a name that is not UTF-8 must not hide the rest.
        let rows = sqlx::query(
            "SELECT id, at_ms, CAST(program AS BLOB) AS program, CAST(action AS BLOB) AS action, \
             CAST(subject AS BLOB) AS subject FROM history WHERE id < ? ORDER BY id DESC LIMIT ?",
        )
        .bind(before.unwrap_or(i64::MAX))
        .bind(limit.min(MOST_AT_ONCE))
        .fetch_all(&mut *connection)
        .await?;
        let read = |row: &SqliteRow| {
            Ok(HistoryRecord {
                id: row.try_get("id")?,
                at_ms: row.try_get("at_ms")?,
                program: text(row, "program")?,
                action: text(row, "action")?,
                subject: text(row, "subject")?,
            })
        };
        rows.iter().map(read).collect()
    }

    /// Keeps that something was done outside the database: to slots, with a backup, with an export. `subject`
    /// holds names only, and at most 200 characters of it are kept.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn note(&self, action: Action, subject: &str, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        self.event(action, now_ms)
            .about(&mut connection, subject)
            .await
    }

    pub(crate) fn event(&self, action: Action, at_ms: i64) -> Event<'_> {
        Event {
            program: self.home().program(),
            action,
            at_ms,
        }
    }
}

/// What this was done to, the last first, as far back as the history goes.
pub(crate) async fn subjects(
    connection: &mut SqliteConnection,
    action: Action,
) -> Result<Vec<String>, StoreError> {
    let rows = sqlx::query(
        "SELECT CAST(subject AS BLOB) AS subject FROM history WHERE action = ? ORDER BY id DESC",
    )
    .bind(action.as_str())
    .fetch_all(connection)
    .await?;
    Ok(rows
        .iter()
        .map(|row| text(row, "subject"))
        .collect::<Result<_, _>>()?)
}

fn text(row: &SqliteRow, column: &str) -> Result<String, sqlx::Error> {
    Ok(String::from_utf8_lossy(row.try_get(column)?).into_owned())
}

/// Something that is being done, to be kept in the transaction that does it.
pub(crate) struct Event<'a> {
    pub(crate) program: &'a str,
    pub(crate) action: Action,
    pub(crate) at_ms: i64,
}

impl Event<'_> {
    pub(crate) async fn about(
        &self,
        connection: &mut SqliteConnection,
        subject: &str,
    ) -> Result<(), StoreError> {
        let subject: String = subject.chars().take(SUBJECT_MAX_CHARS).collect();
        sqlx::query("INSERT INTO history (at_ms, program, action, subject) VALUES (?, ?, ?, ?)")
            .bind(self.at_ms)
            .bind(self.program)
            .bind(self.action.as_str())
            .bind(subject)
            .execute(connection)
            .await?;
        Ok(())
    }

    /// About the entry of this id, whether in the trash or not. It must be there.
    pub(crate) async fn about_entry(
        &self,
        connection: &mut SqliteConnection,
        id: EntryId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO history (at_ms, program, action, subject) SELECT ?, ?, ?, substr(CASE \
             WHEN account = '' THEN issuer WHEN issuer = '' THEN account \
             ELSE issuer || ' (' || account || ')' END, 1, 200) FROM entries WHERE id = ?",
        )
        .bind(self.at_ms)
        .bind(self.program)
        .bind(self.action.as_str())
        .bind(id.as_bytes().as_slice())
        .execute(connection)
        .await?;
        Ok(())
    }

    /// About the account of this id. It must be there.
    pub(crate) async fn about_account(
        &self,
        connection: &mut SqliteConnection,
        id: AccountId,
    ) -> Result<(), StoreError> {
        sqlx::query(
            "INSERT INTO history (at_ms, program, action, subject) \
             SELECT ?, ?, ?, substr(email, 1, 200) FROM accounts WHERE id = ?",
        )
        .bind(self.at_ms)
        .bind(self.program)
        .bind(self.action.as_str())
        .bind(id.as_bytes().as_slice())
        .execute(connection)
        .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_action_has_its_own_stable_name() {
        let names: HashSet<_> = Action::ALL.iter().map(|action| action.as_str()).collect();
        assert_eq!(names.len(), Action::ALL.len(), "no two share a name");
        for name in names {
            assert!(
                name.bytes()
                    .all(|byte| byte.is_ascii_lowercase() || byte == b'_'),
                "{name} is snake_case"
            );
        }
    }
}

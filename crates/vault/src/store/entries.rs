//! Entries: adding, listing, changing.

use deskfob_otp::{CodeWindow, Entry, Period, UnixTime};
use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::duplicates::label_key;
use super::edit::check_names;
use super::listing::{list_live, list_names, list_unreadable, read_stored, select_entries};
use super::row::{EntryProblem, bind_entry};
use super::{Notes, StoreError, found, write};
use crate::history::Action;
use crate::id::EntryId;
use crate::vault::Vault;

/// An entry of the vault.
#[derive(Clone, Debug)]
pub struct StoredEntry {
    /// Names the entry.
    pub id: EntryId,
    /// Issuer, account, seed and how codes are made.
    pub entry: Entry,
    /// When it was added, Unix time, ms.
    pub created_ms: i64,
    /// When it was changed last, Unix time, ms.
    pub updated_ms: i64,
    /// When one of its codes was used last, Unix time, ms.
    pub last_used_ms: Option<i64>,
    /// How often its codes were used.
    pub use_count: u32,
    /// Marked by the person.
    pub favourite: bool,
    /// What the person wrote about it.
    pub notes: Notes,
    /// What the person sorts it by.
    pub tags: Vec<String>,
    /// A picture's name or a character that the person chose.
    pub icon: Option<String>,
    /// What is added to the time by which its codes are made, s: the correction of the account that it belongs to.
    pub clock_correction_s: i64,
}

/// What an entry is called: enough to find the one that a person means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EntryName {
    /// Names the entry.
    pub id: EntryId,
    /// Who the account is with.
    pub issuer: String,
    /// The account's name there.
    pub account: String,
}

impl StoredEntry {
    /// The code at `now` by this computer's clock, the one after it, and when they change by the same clock. The
    /// correction is in the codes.
    pub fn window_at(&self, now: UnixTime) -> CodeWindow {
        corrected_window(&self.entry, self.clock_correction_s, now)
    }
}

/// What `entry` shows at `now` on a computer whose clock is `correction_s` seconds behind.
pub fn corrected_window(entry: &Entry, correction_s: i64, now: UnixTime) -> CodeWindow {
    let mut window = entry.window_at(UnixTime(now.0.saturating_add_signed(correction_s)));
    let here = |at: UnixTime| UnixTime(at.0.saturating_add_signed(correction_s.saturating_neg()));
    window.valid_from = window.valid_from.map(here);
    window.valid_until = window.valid_until.map(here);
    window
}

/// Up to how many entries that are added at once are each told of in the history.
const TOLD_ONE_BY_ONE: usize = 50;

/// An entry whose row holds something that this version cannot use. It is kept as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableEntry {
    /// Names the entry, if that much can be read.
    pub id: Option<EntryId>,
    /// The issuer, or nothing.
    pub issuer: String,
    /// The account, or nothing.
    pub account: String,
    /// It is in the trash.
    pub in_trash: bool,
    /// What is wrong.
    pub problem: EntryProblem,
}

impl Vault {
    /// Adds an entry after all others.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn add_entry(&self, entry: &Entry, now_ms: i64) -> Result<EntryId, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let id = insert_entry(&mut transaction, entry, now_ms).await?;
        self.event(Action::EntryAdded, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        transaction.commit().await?;
        Ok(id)
    }

    /// Adds entries after all others, in their order: all of them or none.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn add_entries(
        &self,
        entries: &[Entry],
        now_ms: i64,
    ) -> Result<Vec<EntryId>, StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let mut ids = Vec::with_capacity(entries.len());
        for entry in entries {
            ids.push(insert_entry(&mut transaction, entry, now_ms).await?);
        }
        tell_added(self, &mut transaction, &ids, now_ms).await?;
        transaction.commit().await?;
        Ok(ids)
    }

    /// All entries that are not in the trash, in their order. One that cannot be read is left out and told by
    /// [`Self::unreadable_entries`].
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn entries(&self) -> Result<Vec<StoredEntry>, StoreError> {
        list_live(&mut *self.connection().await?).await
    }

    /// The names of all entries that are not in the trash, in their order: also of one whose other columns cannot be
    /// read, which [`Self::entry`] then tells. No key is read.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn entry_names(&self) -> Result<Vec<EntryName>, StoreError> {
        list_names(&mut *self.connection().await?).await
    }

    /// The entries that [`Self::entries`] and [`Self::trash`] leave out.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn unreadable_entries(&self) -> Result<Vec<UnreadableEntry>, StoreError> {
        list_unreadable(&mut *self.connection().await?).await
    }

    /// One entry.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], also for one in the trash; [`StoreError::Unreadable`].
    pub async fn entry(&self, id: EntryId) -> Result<StoredEntry, StoreError> {
        let mut connection = self.connection().await?;
        Ok(read_stored(&select_entry(&mut connection, id).await?)?)
    }

    /// Changes issuer and account.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::TooLong`].
    pub async fn rename_entry(
        &self,
        id: EntryId,
        issuer: &str,
        account: &str,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        check_names(issuer, account)?;
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let renamed = sqlx::query(
            "UPDATE entries SET issuer = ?, account = ?, label_key = ?, updated_ms = ? \
             WHERE id = ? AND deleted_ms IS NULL",
        )
        .bind(issuer)
        .bind(account)
        .bind(label_key(issuer, account))
        .bind(now_ms)
        .bind(id.as_bytes().as_slice())
        .execute(&mut *transaction)
        .await?;
        found(&renamed)?;
        self.event(Action::EntryEdited, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Puts `entry` in the place of another, which keeps its id and order. When the seed or a setting changes, the
    /// replaced entry goes to the trash under a new id, and nothing is proven of the factor of an account that it
    /// belongs to.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn replace_entry(
        &self,
        id: EntryId,
        entry: &Entry,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        replace(&mut transaction, id, entry, now_ms).await?;
        self.event(Action::EntryReplaced, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }

    /// Marks an entry as one of the person's favourites, or not.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn set_favourite(
        &self,
        id: EntryId,
        favourite: bool,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let marked = sqlx::query(
            "UPDATE entries SET favourite = ?, updated_ms = ? WHERE id = ? AND deleted_ms IS NULL",
        )
        .bind(favourite)
        .bind(now_ms)
        .bind(id.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
        found(&marked)
    }

    /// Puts entries in this order, before all that are not named. An id that is not there is passed over.
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::Database`].
    pub async fn reorder_entries(&self, order: &[EntryId]) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let ahead = i64::try_from(order.len()).unwrap_or(i64::MAX);
        sqlx::query(
            "UPDATE entries SET position = position + ?1 - (SELECT coalesce(min(position), 0) FROM entries)",
        )
        .bind(ahead)
        .execute(&mut *transaction)
        .await?;
        for (position, id) in (0_i64..).zip(order) {
            sqlx::query("UPDATE entries SET position = ? WHERE id = ?")
                .bind(position)
                .bind(id.as_bytes().as_slice())
                .execute(&mut *transaction)
                .await?;
        }
        Ok(transaction.commit().await?)
    }

    /// Counts a use of the entry's code.
    ///
    /// # Errors
    /// [`StoreError::NotFound`].
    pub async fn mark_used(&self, id: EntryId, now_ms: i64) -> Result<(), StoreError> {
        let mut connection = self.connection().await?;
        let marked = sqlx::query(
            "UPDATE entries SET use_count = use_count + 1, last_used_ms = ? \
             WHERE id = ? AND deleted_ms IS NULL",
        )
        .bind(now_ms)
        .bind(id.as_bytes().as_slice())
        .execute(&mut *connection)
        .await?;
        found(&marked)
    }
}

/// Tells the history of added entries: one by one, or how many.
pub(super) async fn tell_added(
    vault: &Vault,
    connection: &mut SqliteConnection,
    ids: &[EntryId],
    now_ms: i64,
) -> Result<(), StoreError> {
    if ids.len() <= TOLD_ONE_BY_ONE {
        let added = vault.event(Action::EntryAdded, now_ms);
        for id in ids {
            added.about_entry(connection, *id).await?;
        }
    } else {
        vault
            .event(Action::EntriesAdded, now_ms)
            .about(connection, &format!("{} entries", ids.len()))
            .await?;
    }
    Ok(())
}

/// Puts `entry` in the place of another, inside the transaction that `connection` may be in; see
/// [`Vault::replace_entry`].
pub(super) async fn replace(
    connection: &mut SqliteConnection,
    id: EntryId,
    entry: &Entry,
    now_ms: i64,
) -> Result<(), StoreError> {
    let trashed = sqlx::query(
        "INSERT INTO entries (id, position, label_key, issuer, account, seed, algorithm, digits, kind, \
         period_s, counter, favourite, use_count, last_used_ms, created_ms, updated_ms, deleted_ms, \
         notes, tags, icon) SELECT ?1, position, label_key, issuer, account, seed, algorithm, digits, kind, \
         period_s, counter, favourite, use_count, last_used_ms, created_ms, updated_ms, ?2, \
         notes, tags, icon \
         FROM entries WHERE id = ?3 AND deleted_ms IS NULL AND (seed <> ?4 OR algorithm <> ?5 \
         OR digits <> ?6 OR kind <> ?7 OR period_s IS NOT ?8)",
    )
    .bind(EntryId::new().as_bytes().as_slice())
    .bind(now_ms)
    .bind(id.as_bytes().as_slice())
    .bind(entry.seed.expose_bytes())
    .bind(entry.algorithm.as_str())
    .bind(entry.digits.get())
    .bind(entry.kind.as_str())
    .bind(entry.period().map(Period::get))
    .execute(&mut *connection)
    .await?;
    if trashed.rows_affected() > 0 {
        // What the platform took was a code of the replaced one.
        sqlx::query("UPDATE accounts SET factor_proven_ms = NULL WHERE entry_id = ?")
            .bind(id.as_bytes().as_slice())
            .execute(&mut *connection)
            .await?;
    }
    // The counter of the same key does not go back: its codes are used up.
    let replaced = bind_entry(
        sqlx::query(
            "UPDATE entries SET issuer = ?1, account = ?2, seed = ?3, algorithm = ?4, digits = ?5, kind = ?6, \
             period_s = ?7, counter = CASE WHEN seed = ?3 AND counter > ?8 THEN counter ELSE ?8 END, \
             label_key = ?9, updated_ms = ?10 WHERE id = ?11 AND deleted_ms IS NULL",
        ),
        entry,
    )
    .bind(label_key(&entry.issuer, &entry.account))
    .bind(now_ms)
    .bind(id.as_bytes().as_slice())
    .execute(connection)
    .await?;
    found(&replaced)
}

/// Adds an entry after all others, inside the transaction that `connection` may be in.
pub(super) async fn insert_entry(
    connection: &mut SqliteConnection,
    entry: &Entry,
    now_ms: i64,
) -> Result<EntryId, StoreError> {
    let id = EntryId::new();
    bind_entry(
        sqlx::query(
            "INSERT INTO entries (issuer, account, seed, algorithm, digits, kind, period_s, counter, \
             label_key, id, created_ms, updated_ms, position) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, \
             (SELECT coalesce(max(position), 0) + 1 FROM entries))",
        ),
        entry,
    )
    .bind(label_key(&entry.issuer, &entry.account))
    .bind(id.as_bytes().as_slice())
    .bind(now_ms)
    .execute(connection)
    .await?;
    Ok(id)
}

/// The row of an entry that is not in the trash.
pub(super) async fn select_entry(
    connection: &mut SqliteConnection,
    id: EntryId,
) -> Result<SqliteRow, StoreError> {
    Ok(
        sqlx::query(select_entries!("id = ? AND deleted_ms IS NULL"))
            .bind(id.as_bytes().as_slice())
            .fetch_one(connection)
            .await?,
    )
}

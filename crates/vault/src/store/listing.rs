//! Entries of any database of the present schema: a vault's, or that of an opened backup.

use sqlx::sqlite::{SqliteConnection, SqliteRow};

use super::StoreError;
use super::duplicates::label_key;
use super::edit::tags_to_column;
use super::entries::{EntryName, StoredEntry, UnreadableEntry};
use super::row::{EntryProblem, bind_entry, column, read_entry};
use super::trash::TrashedEntry;
use crate::id::EntryId;

/// Entries with the correction of the account that each makes codes for.
macro_rules! select_entries {
    ($conditions:literal) => {
        concat!(
            "SELECT entries.*, coalesce((SELECT max(clock_correction_s) FROM accounts \
             WHERE accounts.entry_id = entries.id AND removed = 0), 0) AS clock_correction_s \
             FROM entries WHERE ",
            $conditions
        )
    };
}
pub(super) use select_entries;

/// What [`entries`](crate::Vault::entries) tells.
pub(crate) async fn list_live(
    connection: &mut SqliteConnection,
) -> Result<Vec<StoredEntry>, StoreError> {
    Ok(live_rows(connection)
        .await?
        .iter()
        .filter_map(|row| read_stored(row).ok())
        .collect())
}

/// What [`entry_names`](crate::Vault::entry_names) tells.
pub(super) async fn list_names(
    connection: &mut SqliteConnection,
) -> Result<Vec<EntryName>, StoreError> {
    match names_as_one(connection).await {
        Some(names) => Ok(names),
        // One of them is not text, or the database cannot be read: which of both, reading them one by one shows.
        None => names_one_by_one(connection).await,
    }
}

/// All names in one row: a row costs more to hand over between threads than its three columns to read.
async fn names_as_one(connection: &mut SqliteConnection) -> Option<Vec<EntryName>> {
    let names: String = sqlx::query_scalar(
        "SELECT json_group_array(json_array(hex(id), issuer, account)) FROM (SELECT id, issuer, account \
         FROM entries WHERE deleted_ms IS NULL ORDER BY position, id)",
    )
    .fetch_one(connection)
    .await
    .ok()?;
    let names: Vec<(EntryId, String, String)> = serde_json::from_str(&names).ok()?;
    let name = |(id, issuer, account)| EntryName {
        id,
        issuer,
        account,
    };
    Some(names.into_iter().map(name).collect())
}

async fn names_one_by_one(connection: &mut SqliteConnection) -> Result<Vec<EntryName>, StoreError> {
    let rows = sqlx::query(
        "SELECT id, issuer, account FROM entries WHERE deleted_ms IS NULL ORDER BY position, id",
    )
    .fetch_all(connection)
    .await?;
    Ok(rows.iter().filter_map(|row| read_name(row).ok()).collect())
}

/// What [`unreadable_entries`](crate::Vault::unreadable_entries) tells.
pub(crate) async fn list_unreadable(
    connection: &mut SqliteConnection,
) -> Result<Vec<UnreadableEntry>, StoreError> {
    let unreadable = |row, problem, in_trash| UnreadableEntry {
        id: column(row, "id").ok().and_then(EntryId::from_slice),
        issuer: column(row, "issuer").unwrap_or_default(),
        account: column(row, "account").unwrap_or_default(),
        in_trash,
        problem,
    };
    let live = live_rows(connection).await?;
    let live = live
        .iter()
        .filter_map(|row| Some(unreadable(row, read_stored(row).err()?, false)));
    let trashed = trashed_rows(connection).await?;
    let trashed = trashed
        .iter()
        .filter_map(|row| Some(unreadable(row, read_trashed(row).err()?, true)));
    Ok(live.chain(trashed).collect())
}

async fn live_rows(connection: &mut SqliteConnection) -> Result<Vec<SqliteRow>, StoreError> {
    Ok(
        sqlx::query(select_entries!("deleted_ms IS NULL ORDER BY position, id"))
            .fetch_all(connection)
            .await?,
    )
}

/// Those in the trash, the last removed first.
pub(super) async fn trashed_rows(
    connection: &mut SqliteConnection,
) -> Result<Vec<SqliteRow>, StoreError> {
    Ok(sqlx::query(select_entries!(
        "deleted_ms IS NOT NULL ORDER BY deleted_ms DESC, id"
    ))
    .fetch_all(connection)
    .await?)
}

/// Adds an entry of another database after all others, with its id and everything that was kept with it.
pub(crate) async fn insert_kept(
    connection: &mut SqliteConnection,
    stored: &StoredEntry,
) -> Result<(), StoreError> {
    let entry = &stored.entry;
    bind_entry(
        sqlx::query(
            "INSERT INTO entries (issuer, account, seed, algorithm, digits, kind, period_s, counter, \
             label_key, id, created_ms, updated_ms, last_used_ms, use_count, favourite, notes, tags, icon, \
             position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, \
             (SELECT coalesce(max(position), 0) + 1 FROM entries))",
        ),
        entry,
    )
    .bind(label_key(&entry.issuer, &entry.account))
    .bind(stored.id.as_bytes().as_slice())
    .bind(stored.created_ms)
    .bind(stored.updated_ms)
    .bind(stored.last_used_ms)
    .bind(stored.use_count)
    .bind(stored.favourite)
    .bind(stored.notes.expose())
    .bind(tags_to_column(&stored.tags))
    .bind(stored.icon.as_deref())
    .execute(connection)
    .await?;
    Ok(())
}

pub(super) fn read_stored(row: &SqliteRow) -> Result<StoredEntry, EntryProblem> {
    Ok(StoredEntry {
        id: read_id(row)?,
        entry: read_entry(row)?,
        created_ms: column(row, "created_ms")?,
        updated_ms: column(row, "updated_ms")?,
        last_used_ms: column(row, "last_used_ms")?,
        use_count: u32::try_from(column::<i64>(row, "use_count")?).unwrap_or(u32::MAX),
        favourite: column(row, "favourite")?,
        notes: column::<String>(row, "notes")?.into(),
        tags: serde_json::from_str(column(row, "tags")?)
            .map_err(|_| EntryProblem { column: "tags" })?,
        icon: column(row, "icon")?,
        clock_correction_s: column(row, "clock_correction_s")?,
    })
}

pub(super) fn read_trashed(row: &SqliteRow) -> Result<TrashedEntry, EntryProblem> {
    let stored = read_stored(row)?;
    Ok(TrashedEntry {
        id: stored.id,
        entry: stored.entry,
        icon: stored.icon,
        deleted_ms: column(row, "deleted_ms")?,
    })
}

fn read_name(row: &SqliteRow) -> Result<EntryName, EntryProblem> {
    Ok(EntryName {
        id: read_id(row)?,
        issuer: column(row, "issuer")?,
        account: column(row, "account")?,
    })
}

fn read_id(row: &SqliteRow) -> Result<EntryId, EntryProblem> {
    EntryId::from_slice(column(row, "id")?).ok_or(EntryProblem { column: "id" })
}

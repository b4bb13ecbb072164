//! What a backup holds and the vault does not, and the other way round.

use std::borrow::Borrow;
use std::collections::{HashMap, HashSet};

use sqlx::Row;
use sqlx::sqlite::SqliteConnection;
use zeroize::{Zeroize, ZeroizeOnDrop};

use super::{BackupError, OpenBackup};
use crate::history::Action;
use crate::id::EntryId;
use crate::store::{self, StoredEntry};
use crate::vault::Vault;

/// The names of an entry.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The issuer.
    pub issuer: String,
    /// The account.
    pub account: String,
}

/// An entry that the backup and the vault both hold, with other values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Changed {
    /// Its names in the vault.
    pub label: Label,
    /// What differs: `issuer`, `account`, `secret`, `algorithm`, `digits`, `kind`, `notes`, `tags`, `icon`,
    /// `favourite`. The kind includes period and counter.
    pub fields: Vec<&'static str>,
}

/// How a backup differs from a vault. An entry is the same when it has the same id or the same secret.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Difference {
    /// Entries that the vault has neither in its list nor in its trash: what
    /// [`OpenBackup::restore_missing`] adds.
    pub only_in_backup: Vec<Label>,
    /// Entries of the backup that are in the vault's trash.
    pub in_trash: Vec<Label>,
    /// Entries that the backup has not.
    pub only_in_vault: Vec<Label>,
    /// Entries that both have, with other values.
    pub changed: Vec<Changed>,
    /// How many entries both have, with the same values.
    pub same: u32,
    /// E-mail addresses of the accounts that the vault has not.
    pub accounts_only_in_backup: Vec<String>,
    /// E-mail addresses of the accounts that the backup has not.
    pub accounts_only_in_vault: Vec<String>,
    /// How many entries of the backup cannot be read.
    pub unreadable_in_backup: u32,
}

impl OpenBackup {
    /// How the backup differs from `vault`.
    ///
    /// # Errors
    /// [`BackupError::Locked`], [`BackupError::Database`].
    pub async fn difference(&self, vault: &Vault) -> Result<Difference, BackupError> {
        let mut backup = self.connection.lock().await;
        let mut vault = vault.connection().await?;
        let theirs = store::list_live(&mut backup).await?;
        let ours = store::list_live(&mut vault).await?;
        let kept = Kept::of(&mut vault).await?;
        let mut difference = compare(&theirs, &ours, &kept);
        let mut unreadable = store::list_unreadable(&mut backup).await?;
        unreadable.retain(|entry| !entry.in_trash);
        difference.unreadable_in_backup = u32::try_from(unreadable.len()).unwrap_or(u32::MAX);
        let theirs = accounts(&mut backup).await?;
        let ours = accounts(&mut vault).await?;
        difference.accounts_only_in_backup = emails_without(&theirs, &ours);
        difference.accounts_only_in_vault = emails_without(&ours, &theirs);
        Ok(difference)
    }

    /// Adds the backup's entries that the vault has neither in its list nor in its trash, after all others, and
    /// tells how many: all of them or none. Nothing else changes.
    ///
    /// # Errors
    /// [`BackupError::Locked`], [`BackupError::Database`].
    pub async fn restore_missing(&self, vault: &Vault, now_ms: i64) -> Result<u32, BackupError> {
        let mut backup = self.connection.lock().await;
        let theirs = store::list_live(&mut backup).await?;
        let mut connection = vault.connection().await?;
        let mut transaction = store::write(&mut connection).await?;
        let kept = Kept::of(&mut transaction).await?;
        let mut added: u32 = 0;
        for entry in theirs.iter().filter(|entry| !kept.has(entry)) {
            store::insert_kept(&mut transaction, entry).await?;
            vault
                .event(Action::EntryRestored, now_ms)
                .about_entry(&mut transaction, entry.id)
                .await?;
            added += 1;
        }
        if added > 0 {
            vault
                .event(Action::BackupRestored, now_ms)
                .about(&mut transaction, &format!("{added} entries"))
                .await?;
        }
        transaction.commit().await?;
        Ok(added)
    }
}

/// What a vault has of entries, readable or not, in the list and in the trash.
struct Kept {
    ids: HashSet<Vec<u8>>,
    seeds: HashSet<SeedBytes>,
}

/// Wiped when dropped, and looked up by the bytes of a seed.
#[derive(PartialEq, Eq, Hash, Zeroize, ZeroizeOnDrop)]
struct SeedBytes(Vec<u8>);

impl Borrow<[u8]> for SeedBytes {
    fn borrow(&self) -> &[u8] {
        &self.0
    }
}

impl Kept {
    async fn of(connection: &mut SqliteConnection) -> Result<Self, sqlx::Error> {
        let rows = sqlx::query("SELECT id, seed FROM entries")
            .fetch_all(connection)
            .await?;
        let mut kept = Self {
            ids: HashSet::with_capacity(rows.len()),
            seeds: HashSet::with_capacity(rows.len()),
        };
        for row in &rows {
            kept.ids.insert(row.try_get("id")?);
            kept.seeds.insert(SeedBytes(row.try_get("seed")?));
        }
        Ok(kept)
    }

    fn has(&self, stored: &StoredEntry) -> bool {
        self.ids.contains(stored.id.as_bytes().as_slice())
            || self.seeds.contains(stored.entry.seed.expose_bytes())
    }
}

fn compare(theirs: &[StoredEntry], ours: &[StoredEntry], kept: &Kept) -> Difference {
    let by_id: HashMap<EntryId, usize> =
        (0..).zip(ours).map(|(at, entry)| (entry.id, at)).collect();
    let by_seed: HashMap<&[u8], usize> = (0..)
        .zip(ours)
        .map(|(at, stored)| (stored.entry.seed.expose_bytes(), at))
        .collect();
    let mut paired = vec![false; ours.len()];
    let mut difference = Difference::default();
    for their in theirs {
        let twin = by_id
            .get(&their.id)
            .or_else(|| by_seed.get(their.entry.seed.expose_bytes()));
        let Some(&at) = twin else {
            if kept.has(their) {
                difference.in_trash.push(Label::of(their));
            } else {
                difference.only_in_backup.push(Label::of(their));
            }
            continue;
        };
        paired[at] = true;
        let fields = changed_fields(their, &ours[at]);
        if fields.is_empty() {
            difference.same += 1;
        } else {
            difference.changed.push(Changed {
                label: Label::of(&ours[at]),
                fields,
            });
        }
    }
    difference.only_in_vault = paired
        .iter()
        .zip(ours)
        .filter(|(paired, _)| !**paired)
        .map(|(_, stored)| Label::of(stored))
        .collect();
    difference
}

impl Label {
    fn of(stored: &StoredEntry) -> Self {
        Self {
            issuer: stored.entry.issuer.clone(),
            account: stored.entry.account.clone(),
        }
    }
}

fn changed_fields(left: &StoredEntry, right: &StoredEntry) -> Vec<&'static str> {
    [
        ("issuer", left.entry.issuer == right.entry.issuer),
        ("account", left.entry.account == right.entry.account),
        ("secret", left.entry.seed.ct_eq(&right.entry.seed)),
        ("algorithm", left.entry.algorithm == right.entry.algorithm),
        ("digits", left.entry.digits == right.entry.digits),
        ("kind", left.entry.kind == right.entry.kind),
        ("notes", left.notes.expose() == right.notes.expose()),
        ("tags", left.tags == right.tags),
        ("icon", left.icon == right.icon),
        ("favourite", left.favourite == right.favourite),
    ]
    .into_iter()
    .filter(|(_, same)| !same)
    .map(|(field, _)| field)
    .collect()
}

/// Platform, user and e-mail address of each account.
async fn accounts(
    connection: &mut SqliteConnection,
) -> Result<Vec<(String, String, String)>, sqlx::Error> {
    sqlx::query_as("SELECT deployment, user_id, email FROM accounts WHERE removed = 0 ORDER BY id")
        .fetch_all(connection)
        .await
}

fn emails_without(
    accounts: &[(String, String, String)],
    others: &[(String, String, String)],
) -> Vec<String> {
    let known: HashSet<_> = others.iter().map(|(at, user, _)| (at, user)).collect();
    accounts
        .iter()
        .filter(|(at, user, _)| !known.contains(&(at, user)))
        .map(|(_, _, email)| email.clone())
        .collect()
}

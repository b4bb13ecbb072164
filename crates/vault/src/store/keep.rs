//! Adding entries that may be there already.

use deskfob_otp::Entry;
use sqlx::sqlite::SqliteConnection;

use super::duplicates::{Duplicate, duplicates};
use super::edit::{check_names, check_tags, tags_to_column};
use super::entries::{insert_entry, replace, select_entry, tell_added};
use super::listing::read_stored;
use super::{StoreError, write};
use crate::history::Action;
use crate::id::EntryId;
use crate::vault::Vault;

/// An entry to add.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// What is added.
    pub entry: Entry,
    /// What the person sorts it by, besides the tags of an entry that it replaces.
    pub tags: Vec<String>,
    /// What to do where the vault seems to have it already.
    pub on_duplicate: OnDuplicate,
}

/// What to do about an entry that the vault seems to have already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnDuplicate {
    /// Change nothing at all: none of the entries is added.
    Refuse,
    /// Leave this one out.
    Skip,
    /// Keep both.
    KeepBoth,
    /// Put it in the place of the one that it looks the same as; refused where there are several.
    Replace,
    /// Put it in the place of this one, whatever it looks like.
    ReplaceThis(EntryId),
}

/// What became of an entry that was to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was added.
    Added(EntryId),
    /// It is in the place of this entry, whose key is in the trash if it was another one.
    Replaced(EntryId),
    /// It was left out: the vault has this one.
    Skipped(Duplicate),
}

/// Why nothing was added.
#[derive(Debug, thiserror::Error)]
pub enum KeepError {
    /// The vault has such an entry, or it is given twice.
    #[error("the vault has such an entry already")]
    Duplicate {
        /// Which of the given entries, from 0.
        index: usize,
        /// The entry that it looks the same as.
        of: Duplicate,
    },
    /// Several entries could be the one to replace.
    #[error("the vault has {count} such entries")]
    Ambiguous {
        /// Which of the given entries, from 0.
        index: usize,
        /// How many.
        count: usize,
    },
    /// The vault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for KeepError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

impl KeepError {
    /// Stable name of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Duplicate { .. } => "duplicate",
            Self::Ambiguous { .. } => "duplicates",
            Self::Store(error) => error.code(),
        }
    }

    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Duplicate { .. } => Some("keep both, replace the old one, or leave it as it is"),
            Self::Ambiguous { .. } => Some("say which one to replace, or remove one of them first"),
            Self::Store(error) => error.hint(),
        }
    }
}

impl Vault {
    /// Adds entries in their order, after all others or in the place of those that they replace: all as asked, or nothing.
    /// An entry that is replaced keeps its id, place, tags, notes, icon and counts; if its key changes, it goes to the
    /// trash under a new id. Looking for duplicates and adding is one transaction: an entry that another program adds
    /// meanwhile is found, and so is one that is given twice.
    ///
    /// # Errors
    /// [`KeepError`]; nothing was changed.
    pub async fn keep_entries(
        &self,
        entries: &[NewEntry],
        now_ms: i64,
    ) -> Result<Vec<Kept>, KeepError> {
        for new in entries {
            check_names(&new.entry.issuer, &new.entry.account)?;
            check_tags(&new.tags)?;
        }
        let mut connection = self.connection().await.map_err(StoreError::from)?;
        let mut transaction = write(&mut connection).await?;
        let mut kept = Vec::with_capacity(entries.len());
        for (index, new) in entries.iter().enumerate() {
            let one = match decide(&mut transaction, index, new).await? {
                Decision::Skip(duplicate) => Kept::Skipped(duplicate),
                Decision::Add => {
                    let id = insert_entry(&mut transaction, &new.entry, now_ms).await?;
                    add_tags(&mut transaction, id, &new.tags).await?;
                    Kept::Added(id)
                }
                Decision::Replace(id) => {
                    replace(&mut transaction, id, &new.entry, now_ms).await?;
                    add_tags(&mut transaction, id, &new.tags).await?;
                    self.event(Action::EntryReplaced, now_ms)
                        .about_entry(&mut transaction, id)
                        .await?;
                    Kept::Replaced(id)
                }
            };
            kept.push(one);
        }
        let added: Vec<EntryId> = kept
            .iter()
            .filter_map(|one| match one {
                Kept::Added(id) => Some(*id),
                Kept::Replaced(_) | Kept::Skipped(_) => None,
            })
            .collect();
        tell_added(self, &mut transaction, &added, now_ms).await?;
        transaction.commit().await?;
        Ok(kept)
    }
}

enum Decision {
    Add,
    Skip(Duplicate),
    Replace(EntryId),
}

async fn decide(
    connection: &mut SqliteConnection,
    index: usize,
    new: &NewEntry,
) -> Result<Decision, KeepError> {
    match new.on_duplicate {
        OnDuplicate::KeepBoth => return Ok(Decision::Add),
        OnDuplicate::ReplaceThis(id) => return Ok(Decision::Replace(id)),
        OnDuplicate::Refuse | OnDuplicate::Skip | OnDuplicate::Replace => {}
    }
    let mut found = duplicates(connection, &new.entry).await?;
    if found.is_empty() {
        return Ok(Decision::Add);
    }
    let count = found.len();
    let first = found.swap_remove(0);
    match new.on_duplicate {
        OnDuplicate::Skip => Ok(Decision::Skip(first)),
        OnDuplicate::Replace if count == 1 => Ok(Decision::Replace(first.id)),
        OnDuplicate::Replace => Err(KeepError::Ambiguous { index, count }),
        _ => Err(KeepError::Duplicate { index, of: first }),
    }
}

/// Adds to the tags that the entry has.
async fn add_tags(
    connection: &mut SqliteConnection,
    id: EntryId,
    tags: &[String],
) -> Result<(), StoreError> {
    if tags.is_empty() {
        return Ok(());
    }
    let mut all = read_stored(&select_entry(connection, id).await?)?.tags;
    all.extend_from_slice(tags);
    check_tags(&all)?;
    sqlx::query("UPDATE entries SET tags = ? WHERE id = ?")
        .bind(tags_to_column(&all))
        .bind(id.as_bytes().as_slice())
        .execute(connection)
        .await?;
    Ok(())
}

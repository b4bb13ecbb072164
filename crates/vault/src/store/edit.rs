//! What a person can change of an entry.

use sqlx::sqlite::SqliteConnection;

use super::duplicates::label_key;
use super::entries::{StoredEntry, select_entry};
use super::listing::read_stored;
use super::{Notes, StoreError, found, write};
use crate::history::Action;
use crate::id::EntryId;
use crate::vault::Vault;

/// Most characters of an issuer or an account.
const NAME_MAX_CHARS: usize = 1_024;
const NOTES_MAX_CHARS: usize = 10_000;
const MAX_TAGS: usize = 20;
const TAG_MAX_CHARS: usize = 50;
const ICON_MAX_CHARS: usize = 16;

/// What a person can change of an entry.
#[derive(Clone, Debug)]
pub struct EntryEdit {
    /// Who issued the key, at most 1024 characters.
    pub issuer: String,
    /// Whose account it protects, at most 1024 characters.
    pub account: String,
    /// What the person wrote about it, at most 10 000 characters.
    pub notes: Notes,
    /// At most 20 of at most 50 characters. White space around them, empty ones and repetitions are dropped.
    pub tags: Vec<String>,
    /// A picture's name or a character, at most 16 characters.
    pub icon: Option<String>,
}

impl EntryEdit {
    /// The entry as it is.
    pub fn of(stored: &StoredEntry) -> Self {
        Self {
            issuer: stored.entry.issuer.clone(),
            account: stored.entry.account.clone(),
            notes: stored.notes.clone(),
            tags: stored.tags.clone(),
            icon: stored.icon.clone(),
        }
    }

    fn check(&self) -> Result<(), StoreError> {
        check_names(&self.issuer, &self.account)?;
        at_most(
            "notes",
            self.notes.expose().chars().count(),
            NOTES_MAX_CHARS,
        )?;
        check_tags(&self.tags)?;
        let icon = self.icon.as_deref().unwrap_or_default();
        at_most("icon", icon.chars().count(), ICON_MAX_CHARS)
    }
}

impl Vault {
    /// Changes everything that `edit` names.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::TooLong`].
    pub async fn edit_entry(
        &self,
        id: EntryId,
        edit: &EntryEdit,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.edit(id, None, edit, now_ms).await
    }

    /// Changes what differs between `was` and `edit`. What another program changed of the other fields since
    /// `was` was read stays.
    ///
    /// # Errors
    /// [`StoreError::NotFound`], [`StoreError::TooLong`], [`StoreError::Unreadable`].
    pub async fn edit_entry_since(
        &self,
        id: EntryId,
        was: &EntryEdit,
        edit: &EntryEdit,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        self.edit(id, Some(was), edit, now_ms).await
    }

    async fn edit(
        &self,
        id: EntryId,
        was: Option<&EntryEdit>,
        edit: &EntryEdit,
        now_ms: i64,
    ) -> Result<(), StoreError> {
        edit.check()?;
        let mut connection = self.connection().await?;
        let mut transaction = write(&mut connection).await?;
        let edit = match was {
            None => edit.clone(),
            Some(was) => {
                let row = select_entry(&mut transaction, id).await?;
                merged(EntryEdit::of(&read_stored(&row)?), was, edit)
            }
        };
        update(&mut transaction, id, &edit, now_ms).await?;
        self.event(Action::EntryEdited, now_ms)
            .about_entry(&mut transaction, id)
            .await?;
        Ok(transaction.commit().await?)
    }
}

/// The present values, and in place of them those that `edit` changed.
fn merged(present: EntryEdit, was: &EntryEdit, edit: &EntryEdit) -> EntryEdit {
    fn pick<T: Clone>(present: T, changed: bool, edit: &T) -> T {
        if changed { edit.clone() } else { present }
    }
    EntryEdit {
        issuer: pick(present.issuer, was.issuer != edit.issuer, &edit.issuer),
        account: pick(present.account, was.account != edit.account, &edit.account),
        notes: pick(
            present.notes,
            was.notes.expose() != edit.notes.expose(),
            &edit.notes,
        ),
        tags: pick(present.tags, was.tags != edit.tags, &edit.tags),
        icon: pick(present.icon, was.icon != edit.icon, &edit.icon),
    }
}

async fn update(
    connection: &mut SqliteConnection,
    id: EntryId,
    edit: &EntryEdit,
    now_ms: i64,
) -> Result<(), StoreError> {
    let edited = sqlx::query(
        "UPDATE entries SET issuer = ?, account = ?, label_key = ?, notes = ?, tags = ?, icon = ?, \
         updated_ms = ? WHERE id = ? AND deleted_ms IS NULL",
    )
    .bind(edit.issuer.as_str())
    .bind(edit.account.as_str())
    .bind(label_key(&edit.issuer, &edit.account))
    .bind(edit.notes.expose())
    .bind(tags_to_column(&edit.tags))
    .bind(edit.icon.as_deref().filter(|icon| !icon.is_empty()))
    .bind(now_ms)
    .bind(id.as_bytes().as_slice())
    .execute(connection)
    .await?;
    found(&edited)
}

/// A JSON array.
pub(super) fn tags_to_column(tags: &[String]) -> String {
    let mut kept: Vec<&str> = Vec::with_capacity(tags.len());
    for tag in tags.iter().map(|tag| tag.trim()) {
        if !tag.is_empty() && !kept.contains(&tag) {
            kept.push(tag);
        }
    }
    serde_json::Value::from(kept).to_string()
}

pub(super) fn check_names(issuer: &str, account: &str) -> Result<(), StoreError> {
    at_most("issuer", issuer.chars().count(), NAME_MAX_CHARS)?;
    at_most("account", account.chars().count(), NAME_MAX_CHARS)
}

pub(super) fn check_tags(tags: &[String]) -> Result<(), StoreError> {
    at_most("tags", tags.len(), MAX_TAGS)?;
    for tag in tags {
        at_most("tag", tag.chars().count(), TAG_MAX_CHARS)?;
    }
    Ok(())
}

fn at_most(field: &'static str, length: usize, max: usize) -> Result<(), StoreError> {
    if length > max {
        Err(StoreError::TooLong { field, max })
    } else {
        Ok(())
    }
}

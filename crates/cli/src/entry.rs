//! Entries as they are printed, and found by a query.

use deskfob_otp::{Entry, Kind};
use deskfob_vault::{EntryId, EntryName, StoredEntry, TrashedEntry, Vault};
use serde::Serialize;

use crate::error::CommandError;

/// An entry without its secret.
#[derive(Debug, Serialize)]
pub(crate) struct EntryView {
    /// Names the entry in later calls; null while it is not in the vault.
    pub(crate) id: Option<String>,
    /// `totp`, `hotp` or `steam`.
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    /// Who the account is with.
    pub(crate) issuer: String,
    /// The account's name there.
    pub(crate) account: String,
    /// `SHA1`, `SHA256` or `SHA512`.
    pub(crate) algorithm: &'static str,
    /// Digits of a code; characters for Steam.
    pub(crate) digits: u8,
    /// Seconds a code lives; null for HOTP.
    pub(crate) period: Option<u32>,
    /// The counter of the next code; null but for HOTP.
    pub(crate) counter: Option<u64>,
}

/// How many entries cannot be read, in the trash or out of it.
pub(crate) async fn unreadable(vault: &Vault, in_trash: bool) -> Result<usize, CommandError> {
    let mut unreadable = vault.unreadable_entries().await?;
    unreadable.retain(|entry| entry.in_trash == in_trash);
    Ok(unreadable.len())
}

impl From<&Entry> for EntryView {
    fn from(entry: &Entry) -> Self {
        Self {
            id: None,
            kind: entry.kind.as_str(),
            issuer: entry.issuer.clone(),
            account: entry.account.clone(),
            algorithm: entry.algorithm.as_str(),
            digits: entry.digits.get(),
            period: entry.period().map(|period| period.get()),
            counter: match entry.kind {
                Kind::Hotp { counter } => Some(counter),
                Kind::Totp { .. } | Kind::Steam { .. } => None,
            },
        }
    }
}

impl<T: Kept> From<&T> for EntryView {
    fn from(kept: &T) -> Self {
        Self {
            id: Some(Kept::id(kept).to_string()),
            ..Self::from(kept.entry())
        }
    }
}

/// What a query can mean.
pub(crate) trait Named {
    fn id(&self) -> EntryId;
    fn issuer(&self) -> &str;
    fn account(&self) -> &str;
}

impl Named for EntryName {
    fn id(&self) -> EntryId {
        self.id
    }

    fn issuer(&self) -> &str {
        &self.issuer
    }

    fn account(&self) -> &str {
        &self.account
    }
}

/// An entry of the vault, in the list or in the trash.
pub(crate) trait Kept {
    fn id(&self) -> EntryId;
    fn entry(&self) -> &Entry;
}

impl Kept for StoredEntry {
    fn id(&self) -> EntryId {
        self.id
    }

    fn entry(&self) -> &Entry {
        &self.entry
    }
}

impl Kept for TrashedEntry {
    fn id(&self) -> EntryId {
        self.id
    }

    fn entry(&self) -> &Entry {
        &self.entry
    }
}

impl<T: Kept> Named for T {
    fn id(&self) -> EntryId {
        Kept::id(self)
    }

    fn issuer(&self) -> &str {
        &self.entry().issuer
    }

    fn account(&self) -> &str {
        &self.entry().account
    }
}

impl EntryView {
    /// The entry's name as [`name`] writes it.
    pub(crate) fn name(&self) -> String {
        named(&self.issuer, &self.account)
    }

    /// How its codes are made, in words.
    pub(crate) fn settings(&self) -> String {
        let moves = match (self.period, self.counter) {
            (Some(period), _) => format!("{period} s"),
            (None, counter) => format!("counter {}", counter.unwrap_or_default()),
        };
        format!(
            "{}, {}, {} digits, {moves}",
            self.kind, self.algorithm, self.digits
        )
    }
}

/// An entry's name as a person reads and types it.
pub(crate) fn name(entry: &Entry) -> String {
    named(&entry.issuer, &entry.account)
}

pub(crate) fn named(issuer: &str, account: &str) -> String {
    match (issuer, account) {
        ("", "") => "(unnamed)".into(),
        ("", name) | (name, "") => name.into(),
        (issuer, account) => format!("{issuer}: {account}"),
    }
}

/// The entries that `query` means: those it names exactly (id, issuer, account, or both as [`name`] or a
/// URI's label writes them), or else those that have all of its words. Letter case does not matter.
pub(crate) fn matching<'a, T: Named>(entries: &'a [T], query: &str) -> Vec<&'a T> {
    let query = query.trim().to_lowercase();
    let exact: Vec<_> = entries
        .iter()
        .filter(|entry| is_named(*entry, &query))
        .collect();
    if !exact.is_empty() {
        return exact;
    }
    let has_words = |entry: &&T| {
        let name = named(entry.issuer(), entry.account()).to_lowercase();
        query.split_whitespace().all(|word| name.contains(word))
    };
    entries.iter().filter(has_words).collect()
}

/// The one entry that `query` means.
pub(crate) fn only<'a, T: Named>(entries: &'a [T], query: &str) -> Result<&'a T, CommandError> {
    match matching(entries, query).as_slice() {
        [only] => Ok(only),
        [] => Err(CommandError::NoSuchEntry {
            query: query.to_owned(),
        }),
        several => Err(CommandError::SeveralEntries {
            names: several
                .iter()
                .map(|entry| {
                    let name = named(entry.issuer(), entry.account());
                    format!("{name} ({})", entry.id())
                })
                .collect(),
        }),
    }
}

fn is_named(entry: &impl Named, query: &str) -> bool {
    let issuer = entry.issuer().to_lowercase();
    let account = entry.account().to_lowercase();
    let label = format!("{issuer}:{account}");
    let shown = format!("{issuer}: {account}");
    [entry.id().to_string(), issuer, account, label, shown]
        .iter()
        .any(|name| name == query)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leaves_out_what_is_empty() {
        let cases = [
            ("GitHub", "ada", "GitHub: ada"),
            ("GitHub", "", "GitHub"),
            ("", "ada", "ada"),
            ("", "", "(unnamed)"),
        ];
        for (issuer, account, expected) in cases {
            assert_eq!(named(issuer, account), expected);
        }
    }
}

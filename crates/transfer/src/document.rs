//! The JSON document.

use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use zeroize::Zeroizing;

use crate::export::{Export, ExportAccount, ExportEntry};

/// The layout that this version writes.
const VERSION: u32 = 1;

#[derive(Serialize)]
struct Document<'a> {
    format: &'static str,
    version: u32,
    exported_at: i64,
    entries: Vec<EntryFields<'a>>,
    accounts: Vec<AccountFields<'a>>,
}

#[derive(Serialize)]
struct EntryFields<'a> {
    uri: &'a str,
    notes: &'a str,
    tags: &'a [String],
    icon: Option<&'a str>,
    favourite: bool,
    created_at: i64,
}

#[derive(Serialize)]
struct AccountFields<'a> {
    deployment: &'a str,
    email: &'a str,
    entry: Option<usize>,
    recovery_codes: Vec<CodeFields<'a>>,
}

#[derive(Serialize)]
struct CodeFields<'a> {
    code: &'a str,
    used_at: Option<i64>,
}

pub(crate) fn write(export: &Export) -> Zeroizing<Vec<u8>> {
    let uris: Vec<SecretString> = export
        .entries
        .iter()
        .map(|entry| entry.entry.to_uri())
        .collect();
    let document = Document {
        format: "deskfob-export",
        version: VERSION,
        exported_at: export.exported_at,
        entries: export.entries.iter().zip(&uris).map(entry_fields).collect(),
        accounts: export.accounts.iter().map(account_fields).collect(),
    };
    // Twice over the same document, so that the buffer has its final size from the start: one that grows
    // leaves its earlier contents behind.
    let mut length = Length(0);
    to_writer(&mut length, &document);
    let mut bytes = Zeroizing::new(Vec::with_capacity(length.0));
    to_writer(&mut *bytes, &document);
    bytes
}

fn entry_fields<'a>((entry, uri): (&'a ExportEntry, &'a SecretString)) -> EntryFields<'a> {
    EntryFields {
        uri: uri.expose_secret(),
        notes: entry.notes.expose_secret(),
        tags: &entry.tags,
        icon: entry.icon.as_deref(),
        favourite: entry.favourite,
        created_at: entry.created_at,
    }
}

fn account_fields(account: &ExportAccount) -> AccountFields<'_> {
    AccountFields {
        deployment: &account.deployment,
        email: &account.email,
        entry: account.entry,
        recovery_codes: account
            .recovery_codes
            .iter()
            .map(|code| CodeFields {
                code: code.code.expose_secret(),
                used_at: code.used_at,
            })
            .collect(),
    }
}

fn to_writer(writer: impl std::io::Write, document: &Document<'_>) {
    #[expect(
        clippy::expect_used,
        reason = "keys are text, and both writers take everything"
    )]
    serde_json::to_writer_pretty(writer, document).expect("a document in memory");
}

/// Counts what is written.
struct Length(usize);

impl std::io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

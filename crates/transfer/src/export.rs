//! What an export holds.

use deskfob_otp::Entry;
use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::{document, uris};

/// Everything of a vault that belongs to the person: entries, and what is kept about platform accounts.
/// Sessions and enrolments in progress stay behind; they are of no use anywhere else.
pub struct Export {
    /// When it was made, Unix time, s.
    pub exported_at: i64,
    /// The entries, in their order.
    pub entries: Vec<ExportEntry>,
    /// The platform accounts.
    pub accounts: Vec<ExportAccount>,
}

/// One entry.
pub struct ExportEntry {
    /// Issuer, account, seed and how codes are made.
    pub entry: Entry,
    /// The person's own words.
    pub notes: SecretString,
    /// The person's tags.
    pub tags: Vec<String>,
    /// What its icon shows; `None` for the usual.
    pub icon: Option<String>,
    /// Marked by the person.
    pub favourite: bool,
    /// When it was added, Unix time, s.
    pub created_at: i64,
}

/// What is kept about one platform account.
pub struct ExportAccount {
    /// The platform's name.
    pub deployment: String,
    /// E-mail address.
    pub email: String,
    /// Index in [`Export::entries`] of the entry that makes its codes.
    pub entry: Option<usize>,
    /// Its recovery codes, in the platform's order.
    pub recovery_codes: Vec<ExportRecoveryCode>,
}

/// One recovery code.
pub struct ExportRecoveryCode {
    /// The code.
    pub code: SecretString,
    /// When it was marked as used, Unix time, s.
    pub used_at: Option<i64>,
}

impl Export {
    /// The whole export as a JSON document in UTF-8, all secrets in clear. docs/export-format.md names its fields.
    pub fn to_json(&self) -> Zeroizing<Vec<u8>> {
        document::write(self)
    }

    /// The entries as otpauth URIs, one a line, all seeds in clear. Notes, tags, icons and recovery codes have no
    /// place in a URI and are left out.
    pub fn to_uris(&self) -> Zeroizing<Vec<u8>> {
        uris::write(&self.entries)
    }
}

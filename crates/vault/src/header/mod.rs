//! The header `vault.key`: key slots, each wrapping the vault key. docs/vault-format.md describes its bytes.

mod error;
mod file;
mod read;
mod slot;
mod write;

pub use error::HeaderError;
pub(crate) use error::SaveError;
pub(crate) use file::{
    DAMAGED, DATABASE, HEADER, PREVIOUS, Previous, forget_removed, load, load_previous, save,
};
pub(crate) use read::Sealed;
pub use read::read_slots;
pub(crate) use slot::{Protection, Slot};
pub use slot::{SlotInfo, SlotKind};

use crate::id::VaultId;

const MAGIC: &[u8; 8] = b"DFOBVKEY";
/// The layout that this version writes, and the newest that it reads.
const VERSION: u16 = 2;
/// More than any header that this version writes: 16 slots of at most 242 bytes and 107 around them.
const MAX_BYTES: usize = 8 * 1024;
pub(crate) const MAX_SLOTS: usize = 16;
/// Bytes of the SHA-256 that ends the file, in every version.
const CHECKSUM_BYTES: usize = 32;

/// What a header says.
#[derive(Clone)]
pub(crate) struct Header {
    pub(crate) vault: VaultId,
    /// Counts the times it was written.
    pub(crate) generation: u64,
    /// The generation in which the database was replaced last; 0 for the one that the vault was made with.
    pub(crate) database: u64,
    pub(crate) slots: Vec<Slot>,
}

#[cfg(test)]
mod tests;

//! From a header to the bytes of `vault.key`.

use sha2::{Digest, Sha256};

use super::{Header, HeaderError, MAGIC, MAX_SLOTS, Slot, VERSION};
use crate::kdf::KdfCost;
use crate::key::VaultKey;

impl Header {
    /// The file's bytes, authenticated under `key`.
    pub(crate) fn seal(&self, key: &VaultKey) -> Result<Vec<u8>, HeaderError> {
        if self.slots.len() > MAX_SLOTS {
            return Err(HeaderError::Full { max: MAX_SLOTS });
        }
        // It would not be read back.
        KdfCost::check_together(self.slots.iter().map(Slot::cost))
            .map_err(|_| HeaderError::TooDear)?;
        let mut bytes = Vec::with_capacity(1024);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&VERSION.to_le_bytes());
        bytes.extend_from_slice(self.vault.as_bytes());
        bytes.extend_from_slice(&self.generation.to_le_bytes());
        bytes.extend_from_slice(&self.database.to_le_bytes());
        bytes.push(to_byte(self.slots.len()));
        for slot in &self.slots {
            push_slot(&mut bytes, slot);
        }
        let mac = key.header_mac(&self.vault, &bytes);
        bytes.extend_from_slice(&mac);
        let checksum = Sha256::digest(&bytes);
        bytes.extend_from_slice(&checksum);
        Ok(bytes)
    }
}

fn push_slot(bytes: &mut Vec<u8>, slot: &Slot) {
    let (cost, salt) = slot.protection.fields();
    bytes.push(slot.kind().to_byte());
    bytes.extend_from_slice(slot.id.as_bytes());
    bytes.extend_from_slice(&slot.created_ms.to_le_bytes());
    bytes.push(to_byte(slot.name.len()));
    bytes.extend_from_slice(slot.name.as_bytes());
    for value in [cost.m_kib, cost.t, cost.p] {
        bytes.extend_from_slice(&value.to_le_bytes());
    }
    bytes.extend_from_slice(&salt);
    bytes.extend_from_slice(&slot.nonce);
    bytes.extend_from_slice(&slot.wrapped);
}

/// Slots and names are capped far below 256.
fn to_byte(length: usize) -> u8 {
    u8::try_from(length).unwrap_or(u8::MAX)
}

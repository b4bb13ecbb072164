//! From bytes to a header. The bytes may come from anybody: every length and cost is checked before it is used.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use super::slot::{MAX_NAME_BYTES, Protection, Slot, SlotInfo, SlotKind};
use super::{CHECKSUM_BYTES, Header, HeaderError, MAGIC, MAX_BYTES, MAX_SLOTS, VERSION};
use crate::id::{SlotId, VaultId};
use crate::kdf::{KdfCost, SALT_BYTES};
use crate::key::{MAC_BYTES, VaultKey};

/// Where the fields of this layout begin.
const VERSION_END: usize = MAGIC.len() + size_of::<u16>();

/// A header that was read and is not yet known to be the owner's.
pub(crate) struct Sealed {
    pub(crate) header: Header,
    signed: Vec<u8>,
    mac: [u8; MAC_BYTES],
}

/// The slots that a header's bytes list, without a key and so without knowing whether they are the owner's.
///
/// # Errors
/// [`HeaderError::Damaged`], [`HeaderError::Cost`], [`HeaderError::NewerVersion`].
pub fn read_slots(header: &[u8]) -> Result<Vec<SlotInfo>, HeaderError> {
    Ok(Sealed::parse(header)?
        .header
        .slots
        .iter()
        .map(Slot::info)
        .collect())
}

impl Sealed {
    pub(crate) fn parse(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() > MAX_BYTES {
            return Err(damaged("it is too long"));
        }
        if !bytes.starts_with(MAGIC) {
            return Err(damaged("it does not begin as a key file"));
        }
        let (content, checksum) = bytes
            .split_last_chunk::<CHECKSUM_BYTES>()
            .ok_or(damaged("it is cut short"))?;
        // Before the version: a flipped bit in it must not be taken for a newer format.
        if !bool::from(Sha256::digest(content).as_slice().ct_eq(checksum)) {
            return Err(damaged("its checksum does not match"));
        }
        let mut fields = Fields {
            rest: &content[MAGIC.len()..],
        };
        let version = u16::from_le_bytes(fields.take()?);
        if version > VERSION {
            return Err(HeaderError::NewerVersion {
                found: version.into(),
                supported: VERSION.into(),
            });
        }
        if version == 0 {
            return Err(damaged("format 0 was never written"));
        }
        let (signed, mac) = content
            .split_last_chunk::<MAC_BYTES>()
            .ok_or(damaged("it is cut short"))?;
        fields.rest = signed
            .get(VERSION_END..)
            .ok_or(damaged("it is cut short"))?;
        let header = fields.header(version)?;
        if !fields.rest.is_empty() {
            return Err(damaged("there is more after the last slot"));
        }
        Ok(Self {
            header,
            signed: signed.to_vec(),
            mac: *mac,
        })
    }

    /// The header, if the owner of `key` wrote it.
    pub(crate) fn authenticate(self, key: &VaultKey) -> Result<Header, HeaderError> {
        if key.header_mac_matches(&self.header.vault, &self.signed, &self.mac) {
            Ok(self.header)
        } else {
            Err(HeaderError::NotAuthentic)
        }
    }
}

struct Fields<'a> {
    rest: &'a [u8],
}

impl<'a> Fields<'a> {
    fn take<const N: usize>(&mut self) -> Result<[u8; N], HeaderError> {
        let (field, rest) = self
            .rest
            .split_first_chunk::<N>()
            .ok_or(damaged("it is cut short"))?;
        self.rest = rest;
        Ok(*field)
    }

    fn take_slice(&mut self, length: usize) -> Result<&'a [u8], HeaderError> {
        let (field, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(damaged("it is cut short"))?;
        self.rest = rest;
        Ok(field)
    }

    fn header(&mut self, version: u16) -> Result<Header, HeaderError> {
        let vault = VaultId::from_slice(&self.take::<16>()?).ok_or(damaged("its vault id"))?;
        let generation = u64::from_le_bytes(self.take()?);
        let database = match version {
            1 => 0,
            _ => u64::from_le_bytes(self.take()?),
        };
        if database > generation {
            return Err(damaged("its database is newer than itself"));
        }
        let [count] = self.take()?;
        if usize::from(count) > MAX_SLOTS {
            return Err(damaged("it lists too many slots"));
        }
        let mut slots: Vec<Slot> = Vec::with_capacity(count.into());
        for _ in 0..count {
            let slot = self.slot(version)?;
            if slots.iter().any(|other| other.id == slot.id) {
                return Err(damaged("two slots have the same id"));
            }
            slots.push(slot);
        }
        KdfCost::check_together(slots.iter().map(Slot::cost))?;
        Ok(Header {
            vault,
            generation,
            database,
            slots,
        })
    }

    fn slot(&mut self, version: u16) -> Result<Slot, HeaderError> {
        let [kind] = self.take()?;
        let kind = SlotKind::from_byte(kind)
            .filter(|kind| kind.since_version() <= version)
            .ok_or(damaged("a slot's type is not known"))?;
        let id = SlotId::from_slice(&self.take::<16>()?).ok_or(damaged("a slot's id"))?;
        let created_ms = i64::from_le_bytes(self.take()?);
        let [name_bytes] = self.take()?;
        if usize::from(name_bytes) > MAX_NAME_BYTES {
            return Err(damaged("a slot's name is too long"));
        }
        let name = std::str::from_utf8(self.take_slice(name_bytes.into())?)
            .map_err(|_| damaged("a slot's name is not text"))?
            .to_owned();
        let protection = self.protection(kind)?;
        Ok(Slot {
            id,
            name,
            created_ms,
            protection,
            nonce: self.take()?,
            wrapped: self.take()?,
        })
    }

    fn protection(&mut self, kind: SlotKind) -> Result<Protection, HeaderError> {
        let cost = KdfCost {
            m_kib: u32::from_le_bytes(self.take()?),
            t: u32::from_le_bytes(self.take()?),
            p: u32::from_le_bytes(self.take()?),
        };
        let salt: [u8; SALT_BYTES] = self.take()?;
        let protection = match kind {
            SlotKind::Password => {
                cost.check_for_reading()?;
                return Ok(Protection::Password { cost, salt });
            }
            SlotKind::Keyring => Protection::Keyring,
            SlotKind::RecoveryKit => Protection::RecoveryKit { salt },
        };
        if protection.fields() == (cost, salt) {
            Ok(protection)
        } else {
            Err(damaged(
                "a slot without a password has a password's parameters",
            ))
        }
    }
}

fn damaged(what: &'static str) -> HeaderError {
    HeaderError::Damaged { what }
}

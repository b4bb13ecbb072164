//! One key slot.

use super::HeaderError;
use crate::id::{SlotId, VaultId};
use crate::kdf::{KdfCost, SALT_BYTES};
use crate::key::{NONCE_BYTES, VaultKey, WRAPPED_BYTES, WrappingKey};

const AAD_LABEL: &[u8] = b"deskfob vault slot v1";
/// Most bytes of a slot's name in UTF-8.
pub(super) const MAX_NAME_BYTES: usize = 100;

/// What opens a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SlotKind {
    /// A password, through Argon2id.
    Password,
    /// A random key kept in the system's keyring.
    Keyring,
    /// The words of a recovery kit, through HKDF.
    RecoveryKit,
}

/// A slot as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SlotInfo {
    /// Names the slot.
    pub id: SlotId,
    /// What opens it.
    pub kind: SlotKind,
    /// The name it was given.
    pub name: String,
    /// When it was made, Unix time, ms.
    pub created_ms: i64,
}

/// Where a slot's wrapping key comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Protection {
    Password {
        cost: KdfCost,
        salt: [u8; SALT_BYTES],
    },
    Keyring,
    RecoveryKit {
        salt: [u8; SALT_BYTES],
    },
}

/// One key slot.
#[derive(Clone)]
pub(crate) struct Slot {
    pub(crate) id: SlotId,
    pub(crate) name: String,
    pub(crate) created_ms: i64,
    pub(crate) protection: Protection,
    pub(crate) nonce: [u8; NONCE_BYTES],
    pub(crate) wrapped: [u8; WRAPPED_BYTES],
}

impl Protection {
    /// A password's, with a new salt.
    pub(crate) fn password(cost: KdfCost) -> Result<Self, HeaderError> {
        Ok(Self::Password {
            cost,
            salt: salt()?,
        })
    }

    /// A recovery kit's, with a new salt.
    pub(crate) fn recovery_kit() -> Result<Self, HeaderError> {
        Ok(Self::RecoveryKit { salt: salt()? })
    }
}

fn salt() -> Result<[u8; SALT_BYTES], HeaderError> {
    let mut salt = [0; SALT_BYTES];
    getrandom::fill(&mut salt)?;
    Ok(salt)
}

impl Slot {
    /// A slot in which `wrapping` opens `key`. A name too long is cut.
    pub(crate) fn wrapping(
        vault: &VaultId,
        protection: Protection,
        name: &str,
        created_ms: i64,
        wrapping: &WrappingKey,
        key: &VaultKey,
    ) -> Result<Self, HeaderError> {
        let slot = Self {
            id: SlotId::new(),
            name: String::new(),
            created_ms,
            protection,
            nonce: [0; NONCE_BYTES],
            wrapped: [0; WRAPPED_BYTES],
        };
        slot.named(name).rewrapped(vault, protection, wrapping, key)
    }

    /// This slot with the same id, name and date, in which `wrapping` opens `key` from now on.
    pub(crate) fn rewrapped(
        mut self,
        vault: &VaultId,
        protection: Protection,
        wrapping: &WrappingKey,
        key: &VaultKey,
    ) -> Result<Self, HeaderError> {
        // Never one that was used with an earlier wrapping key.
        getrandom::fill(&mut self.nonce)?;
        self.protection = protection;
        let parameters = self.authenticated_parameters(vault);
        self.wrapped = wrapping
            .wrap(&self.nonce, &parameters, key)
            .ok_or(HeaderError::NotWrapped)?;
        Ok(self)
    }

    /// This slot under another name. One too long is cut.
    pub(crate) fn named(mut self, name: &str) -> Self {
        cut(name, MAX_NAME_BYTES).clone_into(&mut self.name);
        self
    }

    /// The vault key, if `wrapping` is this slot's key and its parameters are unchanged.
    pub(crate) fn open(&self, vault: &VaultId, wrapping: &WrappingKey) -> Option<VaultKey> {
        wrapping.unwrap(
            &self.nonce,
            &self.authenticated_parameters(vault),
            &self.wrapped,
        )
    }

    /// Whether what opens this slot opens `other`, too: it is the same one, perhaps under another name.
    pub(super) fn is_opened_as(&self, other: &Self) -> bool {
        self.id == other.id
            && self.protection == other.protection
            && self.nonce == other.nonce
            && self.wrapped == other.wrapped
    }

    pub(crate) fn kind(&self) -> SlotKind {
        match self.protection {
            Protection::Password { .. } => SlotKind::Password,
            Protection::Keyring => SlotKind::Keyring,
            Protection::RecoveryKit { .. } => SlotKind::RecoveryKit,
        }
    }

    /// What trying a password on it costs; nothing where there is none.
    pub(super) fn cost(&self) -> KdfCost {
        self.protection.fields().0
    }

    pub(crate) fn info(&self) -> SlotInfo {
        SlotInfo {
            id: self.id,
            kind: self.kind(),
            name: self.name.clone(),
            created_ms: self.created_ms,
        }
    }

    /// The AAD. Name and date are left to the header's MAC, so that a slot can be renamed without its key.
    fn authenticated_parameters(&self, vault: &VaultId) -> Vec<u8> {
        let mut aad = Vec::with_capacity(128);
        aad.extend_from_slice(AAD_LABEL);
        aad.extend_from_slice(vault.as_bytes());
        aad.extend_from_slice(self.id.as_bytes());
        aad.push(self.kind().to_byte());
        let (cost, salt) = self.protection.fields();
        for value in [cost.m_kib, cost.t, cost.p] {
            aad.extend_from_slice(&value.to_le_bytes());
        }
        aad.extend_from_slice(&salt);
        aad
    }
}

impl Protection {
    /// As in the file: what a kind has no use for is zero.
    pub(crate) fn fields(&self) -> (KdfCost, [u8; SALT_BYTES]) {
        const NO_COST: KdfCost = KdfCost {
            m_kib: 0,
            t: 0,
            p: 0,
        };
        match self {
            Self::Password { cost, salt } => (*cost, *salt),
            Self::Keyring => (NO_COST, [0; SALT_BYTES]),
            Self::RecoveryKit { salt } => (NO_COST, *salt),
        }
    }
}

impl SlotKind {
    pub(super) fn to_byte(self) -> u8 {
        match self {
            Self::Password => 1,
            Self::Keyring => 2,
            Self::RecoveryKit => 3,
        }
    }

    /// The version of the header that first had this kind.
    pub(super) fn since_version(self) -> u16 {
        match self {
            Self::Password | Self::Keyring => 1,
            Self::RecoveryKit => 2,
        }
    }

    pub(super) fn from_byte(byte: u8) -> Option<Self> {
        [Self::Password, Self::Keyring, Self::RecoveryKit]
            .into_iter()
            .find(|kind| kind.to_byte() == byte)
    }
}

fn cut(text: &str, most_bytes: usize) -> &str {
    let mut end = text.len().min(most_bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

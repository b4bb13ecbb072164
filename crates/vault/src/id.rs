//! Identifiers of the vault's records.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// The text is not an identifier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not an identifier")]
pub struct IdError;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident, $new:ident) => {
        $(#[$doc])*
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            pub(crate) fn new() -> Self {
                Self(Uuid::$new())
            }

            pub(crate) fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }

            /// The 16 bytes of the identifier.
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }
    };
}

id!(
    /// Names a vault, for its life. Random.
    VaultId,
    new_v4
);
id!(
    /// Names a key slot of a vault. Random.
    SlotId,
    new_v4
);
id!(
    /// Names an entry of a vault. Sorts by the time it was made (UUID version 7).
    EntryId,
    now_v7
);
id!(
    /// Names a platform account of a vault. Sorts by the time it was made (UUID version 7).
    AccountId,
    now_v7
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identifier_reads_back_from_its_text_and_bytes() {
        let id = EntryId::new();
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(EntryId::from_slice(id.as_bytes()), Some(id));
        for wrong in ["", "x", "0123", "../../etc/passwd"] {
            assert_eq!(wrong.parse::<EntryId>(), Err(IdError), "{wrong}");
        }
        assert_eq!(
            EntryId::from_slice(&[0; 15]),
            None,
            "15 bytes are no identifier"
        );
    }
}

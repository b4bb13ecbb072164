//! Whether a folder holds a vault, without opening it.

use crate::database;
use crate::header::{self, DATABASE, HeaderError, PREVIOUS, Slot, SlotInfo};
use crate::home::Home;
use crate::swap;

/// What a folder holds.
#[derive(Debug)]
pub enum Presence {
    /// No vault.
    Absent,
    /// A vault. Its slots are as the header lists them, which is only proved by opening it.
    Present {
        /// What opens it.
        slots: Vec<SlotInfo>,
    },
    /// Parts of a vault, or one whose header does not read.
    Damaged {
        /// What is wrong.
        damage: Damage,
        /// The header before the last change reads, so that
        /// [`Vault::repair_header`](crate::Vault::repair_header) may help.
        can_repair: bool,
    },
}

/// What is wrong with a vault's files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Damage {
    /// The header is missing or does not read.
    #[error(transparent)]
    Header(HeaderError),
    /// There is a header and no database.
    #[error("the vault's database is missing")]
    NoDatabase,
}

/// Looks for a vault in `home`. Reads the header and derives nothing.
///
/// # Errors
/// [`HeaderError::NewerVersion`] and [`HeaderError::Io`]; a header that does not read is [`Presence::Damaged`].
pub fn presence(home: &Home) -> Result<Presence, HeaderError> {
    let database = home.file(DATABASE).exists() || database::creation_is_unfinished(home);
    Ok(match header::load(home) {
        Ok(sealed) if database || swap::staged(home, sealed.header.database).exists() => {
            Presence::Present {
                slots: sealed.header.slots.iter().map(Slot::info).collect(),
            }
        }
        Ok(_) => Presence::Damaged {
            damage: Damage::NoDatabase,
            can_repair: false,
        },
        Err(HeaderError::Missing)
            if !home.file(DATABASE).exists() && !home.file(PREVIOUS).exists() =>
        {
            Presence::Absent
        }
        Err(error @ (HeaderError::NewerVersion { .. } | HeaderError::Io(_))) => return Err(error),
        Err(error) => Presence::Damaged {
            damage: Damage::Header(error),
            can_repair: database && header::load_previous(home).is_ok(),
        },
    })
}

impl Damage {
    /// The next step, for a person.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::Header(error) => error.hint(),
            Self::NoDatabase => Some("put a backup back"),
        }
    }
}

//! A new vault key: everything is encrypted anew, and what opened the vault before opens it no more.

mod error;
mod slots;

pub use error::RekeyError;

use std::io;
use std::time::Duration;

use secrecy::SecretString;

use crate::backup::BackupLock;
use crate::database::{self, DatabaseError};
use crate::durable::FolderLock;
use crate::header::{self, SlotInfo};
use crate::history::Action;
use crate::home::Home;
use crate::id::SlotId;
use crate::in_use::{InUse, InUseByNobody};
use crate::kdf::KdfCost;
use crate::key::VaultKey;
use crate::kit::RecoveryKit;
use crate::swap;
use crate::task::blocking;
use crate::unseen_kit;
use crate::vault::Vault;
use slots::NewSlots;

/// How long other programs may take to lock the vault.
const OTHERS_LOCK: Duration = Duration::from_secs(5);

/// What came of [`Vault::new_key`].
pub struct NewKey {
    /// Slots that are gone: their password was not given, or the keyring could not be written.
    pub dropped: Vec<SlotInfo>,
    /// The new recovery kit, if there was one before. The person is to print or write it down now; until
    /// [`Vault::recovery_kit_shown`] it counts among the [`Vault::unseen_recovery_kits`].
    pub kit: Option<RecoveryKit>,
}

impl Vault {
    /// Gives the vault a new key: the whole database is written anew under it, read back and compared, and only
    /// then is the old one replaced. A crash at any moment leaves the old vault or the new one, whole.
    ///
    /// Password slots whose password is among `passwords` open the new vault too, with the cost `cost`; the
    /// keyring's does if the keyring can be written; a recovery kit is replaced by a new one. Other slots are
    /// dropped. Copies of the old files still open by what opened them, and hold what was in them.
    ///
    /// Every handle to this vault is locked by it, once the passwords were found right and no other program has the
    /// vault open. Other programs are asked to lock it, and waited for 5 s.
    ///
    /// # Errors
    /// [`RekeyError::WrongPassword`] and [`RekeyError::Wait`], as wrong passwords count like those of
    /// [`Vault::unlock_with_password`]; [`RekeyError::InUse`]; what is wrong with the files. With
    /// [`RekeyError::Unfinished`] the vault has its new key and is opened by it, with every other error the old one.
    pub async fn new_key(
        self,
        passwords: Vec<SecretString>,
        cost: KdfCost,
    ) -> Result<(Self, NewKey), RekeyError> {
        cost.check_for_writing().map_err(RekeyError::Cost)?;
        let old = self.key()?;
        let home = self.home().clone();
        let place = home.clone();
        // In this order, everywhere: a backup that is being made waits for the folder.
        let (_backups, held) = blocking(move || {
            let backups = BackupLock::hold(&place)?;
            Ok::<_, io::Error>((backups, FolderLock::hold(&place)?))
        })
        .await?;
        let header = header::load(&home)?.authenticate(&old)?;
        let new = NewSlots::of(&home, &header, passwords, cost).await?;
        let alone = self.have_alone(&held).await?;
        if self.is_locked() {
            return Err(RekeyError::Locked);
        }
        self.lock().await;

        let generation = header.generation.saturating_add(1);
        if let Err(error) = stage(&home, &old, generation, &new.key, new.kit_slot()).await {
            // What is left is removed at the next opening at the latest.
            let _ = swap::discard(&home);
            return Err(error);
        }
        let committed = new.commit(&home, header, generation).await?;
        // The folder is still held: nobody takes the vault for themselves in between.
        drop(alone);
        let (key, header, made) = committed;
        let vault = Self::open_held(&home, &header, key, &held)
            .await
            .map_err(RekeyError::NotOpened)?;
        vault.noted(Action::NewVaultKey, "").await;
        Ok((vault, made))
    }

    /// Waits until no other program has the vault open. This one stays as it is when there is one.
    async fn have_alone(&self, held: &FolderLock) -> Result<InUseByNobody, RekeyError> {
        self.request_lock_of_others()?;
        // While the folder is held nobody opens the vault or replaces its database, whoever has it in use.
        let own = self.take_in_use();
        let was_open = own.is_some();
        drop(own);
        let place = self.home().clone();
        let alone = blocking(move || InUseByNobody::wait(&place, OTHERS_LOCK)).await;
        if !matches!(alone, Ok(Some(_))) && was_open {
            self.put_in_use(InUse::hold(self.home(), held)?);
        }
        alone?.ok_or(RekeyError::InUse {
            seconds: OTHERS_LOCK.as_secs(),
        })
    }
}

/// Makes the staged database of `generation`: a copy of the vault's under the key `new`, compared with it. Then it gets
/// the note that nobody was shown the words of the new `kit`, which is only there together with it.
async fn stage(
    home: &Home,
    old: &VaultKey,
    generation: u64,
    new: &VaultKey,
    kit: Option<SlotId>,
) -> Result<(), RekeyError> {
    swap::discard(home)?;
    let path = swap::staged(home, generation);
    let mut source = database::open(home, old).await?;
    database::copy_under(&mut source, &path, new).await?;
    let expected = database::digest(&mut source).await?;
    source.close().await.map_err(DatabaseError::from)?;

    // As it will be opened, and not over the connection that wrote it.
    let mut copy = database::open_at(&path, new).await?;
    let whole = database::verify(&mut copy).await.is_ok();
    let same = database::digest(&mut copy).await? == expected;
    if let Some(kit) = kit {
        unseen_kit::mark(&mut copy, kit)
            .await
            .map_err(RekeyError::Note)?;
    }
    database::close_whole(copy, &path).await?;
    std::fs::File::open(&path)?.sync_all()?;
    if whole && same {
        Ok(())
    } else {
        Err(RekeyError::NotVerified)
    }
}

#[cfg(test)]
mod tests;

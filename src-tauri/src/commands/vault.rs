//! Creating, opening and locking the vault.

use std::time::Duration;

use deskfob_lock::Reason;
use deskfob_vault::{KdfCost, Presence, RecoveryKit, SlotError, SlotKind, Vault};
use secrecy::SecretString;
use tauri::{AppHandle, Runtime, State};

use super::{Answer, wait};
use crate::error::CommandError;
use crate::lock::lock;
use crate::state::AppState;
use crate::view::{BackendEvent, VaultCreated, VaultDamage, VaultState, VaultStatus};

/// What deriving the key from the password should cost on this machine.
const PASSWORD_COST: Duration = Duration::from_millis(500);

/// The name of the slot that this machine's keyring opens.
const KEYRING_SLOT: &str = "System keyring";

#[tauri::command(async)]
pub(crate) fn vault_status(state: State<'_, AppState>) -> Answer<VaultStatus> {
    wait(async {
        let mut status = VaultStatus {
            state: VaultState::Absent,
            keyring_slot: false,
            recovery_kit_slot: false,
            retry_after_ms: None,
            location: state.home.path().display().to_string(),
            damage: None,
            locked_because: *state.locked_because(),
            link_waits: !state.links.is_empty(),
        };
        match deskfob_vault::presence(&state.home) {
            Ok(Presence::Absent) => {}
            Ok(Presence::Present { slots }) => {
                status.state = if state.is_open().await {
                    VaultState::Unlocked
                } else {
                    VaultState::Locked
                };
                let has = |kind| slots.iter().any(|slot| slot.kind == kind);
                status.keyring_slot = has(SlotKind::Keyring);
                status.recovery_kit_slot = has(SlotKind::RecoveryKit);
                status.retry_after_ms = deskfob_vault::retry_after_ms(&state.home);
            }
            Ok(Presence::Damaged { damage, can_repair }) => {
                status.state = VaultState::Damaged;
                status.damage = Some(VaultDamage {
                    message: damage.to_string(),
                    hint: damage.hint().map(Into::into),
                    can_repair,
                });
            }
            // No rights, a disk that is away, a newer version: nothing that a backup would mend.
            Err(error) => return Err(error.into()),
        }
        Ok(status)
    })
}

#[tauri::command(async)]
pub(crate) fn vault_create<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    password: String,
    use_keyring: bool,
) -> Answer<VaultCreated> {
    wait(async {
        let opening = state.opening();
        let password = SecretString::from(password);
        let vault = Vault::create(&state.home, password, calibrated().await).await?;
        state.open(opening, vault.clone()).await?;
        BackendEvent::Unlocked.send(&app);
        let mut created = VaultCreated { keyring: None };
        if use_keyring && let Err(error) = vault.add_keyring_slot(KEYRING_SLOT).await {
            created.keyring = Some(error.into());
        }
        Ok(created)
    })
}

#[tauri::command(async)]
pub(crate) fn vault_unlock<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    password: String,
) -> Answer<()> {
    wait(async {
        let opening = state.opening();
        let vault = Vault::unlock_with_password(&state.home, SecretString::from(password)).await?;
        state.open(opening, vault).await?;
        BackendEvent::Unlocked.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_unlock_keyring<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<()> {
    wait(async {
        let opening = state.opening();
        let vault = Vault::unlock_with_keyring(&state.home).await?;
        state.open(opening, vault).await?;
        BackendEvent::Unlocked.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_lock<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    wait(async {
        lock(&app, Reason::Person).await;
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_keyring(
    state: State<'_, AppState>,
    enabled: bool,
    password: String,
) -> Answer<()> {
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), SecretString::from(password)).await?;
        let vault = desk.vault();
        // A vault that was carried from machine to machine may have a slot of another one's keyring.
        if enabled {
            return match vault.add_keyring_slot(KEYRING_SLOT).await {
                Ok(_) | Err(SlotError::AlreadyThere) => Ok(()),
                Err(error) => Err(error.into()),
            };
        }
        let mut slots = vault.slots()?;
        slots.retain(|slot| slot.kind == SlotKind::Keyring);
        for slot in slots {
            vault.remove_slot(slot.id).await?;
        }
        Ok(())
    })
}

/// The cost of a password on this machine.
pub(super) async fn calibrated() -> KdfCost {
    tokio::task::spawn_blocking(|| KdfCost::calibrate(PASSWORD_COST))
        .await
        .unwrap_or(KdfCost::FLOOR)
}

/// The vault's password again, or the words of its recovery kit, before something that needs the person and not
/// only the open window.
pub(super) async fn confirm_person(
    state: &AppState,
    vault: &Vault,
    password: SecretString,
) -> Answer<()> {
    if let Ok(kit) = RecoveryKit::parse(&password)
        && vault.verify_recovery_kit(&kit)?
    {
        return Ok(());
    }
    if vault.verify_password(password).await? {
        return Ok(());
    }
    let mut error = CommandError::new(
        "wrong_password",
        "that password doesn't open this vault",
        Some("type the vault's password"),
    );
    error.retry_after_ms = deskfob_vault::retry_after_ms(&state.home);
    Err(error)
}

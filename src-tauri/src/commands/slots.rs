//! What opens the vault: passwords, the recovery kit, a new vault key.

use deskfob_lock::Reason;
use deskfob_vault::{RecoveryKit, SlotId, SlotInfo, SlotKind, Vault};
use secrecy::{ExposeSecret, SecretString};
use tauri::{AppHandle, Runtime, State};

use super::vault::{calibrated, confirm_person};
use super::{Answer, dialogs, id, wait};
use crate::error::CommandError;
use crate::kit::KeptKit;
use crate::lock::lock;
use crate::private_file;
use crate::state::AppState;
use crate::view::{BackendEvent, NewKeyView, RecoveryKitView, SlotView};

const KIT_FILE: &str = "deskfob-recovery-kit.txt";

#[tauri::command(async)]
pub(crate) fn slot_list(state: State<'_, AppState>) -> Answer<Vec<SlotView>> {
    wait(async {
        let desk = state.desk().await?;
        let slots = desk.vault().slots()?;
        let unseen = desk.vault().unseen_recovery_kits().await?;
        let view = |slot: &SlotInfo| SlotView {
            unseen: unseen.iter().any(|kit| kit.id == slot.id),
            ..slot.into()
        };
        Ok(slots.iter().map(view).collect())
    })
}

#[tauri::command(async)]
pub(crate) fn slot_add_password(
    state: State<'_, AppState>,
    password: String,
    new_password: String,
    name: String,
) -> Answer<SlotView> {
    let (password, new_password) = (
        SecretString::from(password),
        SecretString::from(new_password),
    );
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), password).await?;
        let cost = calibrated().await;
        let slot = desk
            .vault()
            .add_password_slot(&name, new_password, cost)
            .await?;
        Ok((&slot).into())
    })
}

#[tauri::command(async)]
pub(crate) fn slot_change_password(
    state: State<'_, AppState>,
    id: String,
    password: String,
    new_password: String,
) -> Answer<SlotView> {
    let (password, new_password) = (
        SecretString::from(password),
        SecretString::from(new_password),
    );
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), password).await?;
        let slot: SlotId = self::id(&id, "that password")?;
        let cost = calibrated().await;
        let slot = desk
            .vault()
            .change_password(slot, new_password, cost)
            .await?;
        Ok((&slot).into())
    })
}

#[tauri::command(async)]
pub(crate) fn slot_rename(
    state: State<'_, AppState>,
    id: String,
    name: String,
) -> Answer<SlotView> {
    wait(async {
        let desk = state.desk().await?;
        let slot: SlotId = self::id(&id, "that slot")?;
        Ok((&desk.vault().rename_slot(slot, &name).await?).into())
    })
}

#[tauri::command(async)]
pub(crate) fn slot_remove(state: State<'_, AppState>, id: String, password: String) -> Answer<()> {
    let password = SecretString::from(password);
    wait(async {
        let desk = state.desk().await?;
        confirm_person(&state, desk.vault(), password).await?;
        let slot: SlotId = self::id(&id, "that slot")?;
        Ok(desk.vault().remove_slot(slot).await?)
    })
}

#[tauri::command(async)]
pub(crate) fn slot_add_recovery_kit(
    state: State<'_, AppState>,
    password: String,
    name: String,
) -> Answer<RecoveryKitView> {
    let password = SecretString::from(password);
    wait(async {
        let open = state.opened().await?;
        confirm_person(&state, open.desk.vault(), password).await?;
        let (slot, kit) = open.desk.vault().add_recovery_kit(&name).await?;
        let view = kit_view(&slot, &kit);
        open.keep_kit(KeptKit::new(slot, kit));
        Ok(view)
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_kit_save_file<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
) -> Answer<Option<String>> {
    wait(async {
        let open = state.opened().await?;
        // Looked for before the dialog opens, and again after: it may have been forgotten meanwhile.
        open.kit_page(&state.home).ok_or_else(no_kit)?;
        let Some(path) = dialogs::save(&app, "Save the recovery kit", KIT_FILE).await? else {
            return Ok(None);
        };
        let page = open.kit_page(&state.home).ok_or_else(no_kit)?;
        let slot = open.kit_slot();
        private_file::write_text(&path, page)
            .await
            .map_err(|error| {
                CommandError::new(
                    "file_unwritable",
                    &format!("the recovery kit was not saved: {error}"),
                    Some("choose another folder"),
                )
            })?;
        if let Some(slot) = slot {
            open.kit_was_shown(slot).await;
        }
        Ok(Some(dialogs::name(&path)))
    })
}

#[tauri::command(async)]
pub(crate) fn recovery_kit_forget(state: State<'_, AppState>) -> Answer<()> {
    wait(async {
        if let Ok(open) = state.opened().await
            && let Some(slot) = open.forget_kit()
        {
            open.kit_was_shown(slot).await;
        }
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_unlock_recovery_kit<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    words: String,
) -> Answer<()> {
    let words = SecretString::from(words);
    wait(async {
        let kit = RecoveryKit::parse(&words)?;
        let opening = state.opening();
        let vault = Vault::unlock_with_recovery_kit(&state.home, &kit).await?;
        state.open(opening, vault).await?;
        BackendEvent::Unlocked.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_repair<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    password: String,
) -> Answer<()> {
    let password = SecretString::from(password);
    wait(async {
        let opening = state.opening();
        let vault = Vault::repair_header(&state.home, password).await?;
        state.open(opening, vault).await?;
        BackendEvent::Unlocked.send(&app);
        Ok(())
    })
}

#[tauri::command(async)]
pub(crate) fn vault_new_key<R: Runtime>(
    app: AppHandle<R>,
    state: State<'_, AppState>,
    passwords: Vec<String>,
) -> Answer<NewKeyView> {
    let passwords: Vec<_> = passwords.into_iter().map(SecretString::from).collect();
    wait(async {
        let cost = calibrated().await;
        let opening = state.opening();
        let old = state.desk().await?.vault().clone();
        let (vault, made) = match old.clone().new_key(passwords, cost).await {
            Ok(made) => made,
            Err(error) => {
                // From some point on the old vault is closed, whatever comes after.
                if old.is_locked() {
                    lock(&app, Reason::Person).await;
                }
                return Err(error.into());
            }
        };
        let kits = vault.slots()?;
        let slot = kits.iter().find(|slot| slot.kind == SlotKind::RecoveryKit);
        if !state.is_current(&opening)
            && let Some(slot) = slot
        {
            // The vault is to be locked: nobody would ever see the words of the new kit.
            vault.remove_slot(slot.id).await?;
        }
        state.open(opening, vault).await?;
        let mut view = NewKeyView {
            dropped: made.dropped.iter().map(Into::into).collect(),
            kit: None,
        };
        if let (Some(slot), Some(kit)) = (slot, made.kit) {
            view.kit = Some(kit_view(slot, &kit));
            state
                .opened()
                .await?
                .keep_kit(KeptKit::new(slot.clone(), kit));
        }
        Ok(view)
    })
}

fn kit_view(slot: &SlotInfo, kit: &RecoveryKit) -> RecoveryKitView {
    RecoveryKitView {
        slot: slot.into(),
        words: kit
            .words()
            .expose_secret()
            .split(' ')
            .map(str::to_owned)
            .collect(),
    }
}

fn no_kit() -> CommandError {
    CommandError::new(
        "confirm_first",
        "the recovery kit is shown only once",
        Some("make a new one; the one before can be removed"),
    )
}

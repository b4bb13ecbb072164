//! Gathering what an export holds.

use std::collections::HashMap;

use deskfob_transfer::{Export, ExportAccount, ExportEntry, ExportRecoveryCode};
use deskfob_vault::{EntryId, StoreError, Vault};

use crate::deployments::DeploymentChoice;

/// Everything in the vault that belongs to the person; see [`Export`].
///
/// # Errors
/// [`StoreError::Locked`], [`StoreError::Database`].
pub async fn export(vault: &Vault, now_ms: i64) -> Result<Export, StoreError> {
    let stored = vault.entries().await?;
    let places: HashMap<EntryId, usize> = stored
        .iter()
        .enumerate()
        .map(|(place, stored)| (stored.id, place))
        .collect();
    let mut accounts = Vec::new();
    for account in vault.accounts().await? {
        let codes = vault.recovery_codes(account.id).await?;
        accounts.push(ExportAccount {
            // A record of a later version keeps its own words.
            deployment: DeploymentChoice::from_record(&account.deployment)
                .map_or(account.deployment, |choice| choice.label().to_owned()),
            email: account.email,
            entry: account.entry_id.and_then(|id| places.get(&id).copied()),
            recovery_codes: codes
                .into_iter()
                .map(|code| ExportRecoveryCode {
                    code: code.code,
                    used_at: code.used_ms.map(seconds),
                })
                .collect(),
        });
    }
    let entries = stored
        .into_iter()
        .map(|stored| ExportEntry {
            entry: stored.entry,
            notes: stored.notes.expose().into(),
            tags: stored.tags,
            icon: stored.icon,
            favourite: stored.favourite,
            created_at: seconds(stored.created_ms),
        })
        .collect();
    Ok(Export {
        exported_at: seconds(now_ms),
        entries,
        accounts,
    })
}

fn seconds(ms: i64) -> i64 {
    ms.div_euclid(1000)
}

//! Which account and which organisation a person means.

use deskfob_flows::{DeploymentChoice, Desk};
use deskfob_platform::Organization;
use deskfob_vault::{StoredAccount, Vault};

use crate::error::CommandError;

/// The account that `query` names, or the only one.
pub(crate) async fn account(
    vault: &Vault,
    query: Option<&str>,
) -> Result<StoredAccount, CommandError> {
    let mut accounts = vault.accounts().await?;
    if accounts.is_empty() {
        return Err(CommandError::NoAccount);
    }
    if let Some(query) = query {
        let wanted = query.trim().to_lowercase();
        let exact = accounts.iter().any(|account| is_named(account, &wanted));
        accounts.retain(|account| {
            if exact {
                is_named(account, &wanted)
            } else {
                has_words(account, &wanted)
            }
        });
        if accounts.is_empty() {
            return Err(CommandError::NoSuchAccount {
                query: query.to_owned(),
            });
        }
    }
    let names = accounts
        .iter()
        .map(|account| format!("{} ({})", account.email, account.id))
        .collect();
    match (accounts.pop(), accounts.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(CommandError::SeveralAccounts { names }),
    }
}

/// The organisation of the account with this id, machine name or label.
pub(crate) async fn organization(
    desk: &Desk,
    account: &StoredAccount,
    query: &str,
) -> Result<Organization, CommandError> {
    let organizations = desk.organizations(account).await?;
    let wanted = query.trim().to_lowercase();
    let names: [fn(&Organization) -> &str; 3] =
        [|org| org.id.as_str(), |org| &org.name, |org| &org.label];
    names
        .iter()
        .find_map(|name| {
            organizations
                .iter()
                .find(|org| name(org).to_lowercase() == wanted)
        })
        .cloned()
        .ok_or_else(|| CommandError::NoSuchOrganization {
            query: query.to_owned(),
        })
}

/// The name of the platform an account lives on.
pub(crate) fn platform(account: &StoredAccount) -> String {
    DeploymentChoice::from_record(&account.deployment)
        .map_or_else(|_| "unknown".into(), |choice| choice.label().to_owned())
}

fn is_named(account: &StoredAccount, wanted: &str) -> bool {
    account.id.to_string() == wanted || account.email.to_lowercase() == wanted
}

fn has_words(account: &StoredAccount, wanted: &str) -> bool {
    let names = format!(
        "{} {} {}",
        account.email,
        account.display_name,
        platform(account)
    );
    let names = names.to_lowercase();
    wanted.split_whitespace().all(|word| names.contains(word))
}

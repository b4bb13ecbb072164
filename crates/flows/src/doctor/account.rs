//! Which connected account an error is about.

use deskfob_doctor::Finding;
use deskfob_vault::{StoreError, StoredAccount};

use crate::Desk;

/// Which connected account errors are about.
#[derive(Clone, Debug)]
pub enum Fitting {
    /// This one: named in them, or the only one there is.
    One(Box<StoredAccount>),
    /// They name somebody who is not connected here.
    Another,
    /// They name nobody, and several accounts are connected.
    Several,
    /// No account is connected.
    NoAccount,
}

impl Desk {
    /// Finds the account that `findings` are about.
    ///
    /// # Errors
    /// The vault refused.
    pub async fn fitting_account(&self, findings: &[Finding]) -> Result<Fitting, StoreError> {
        let mut accounts = self.vault.accounts().await?;
        if accounts.is_empty() {
            return Ok(Fitting::NoAccount);
        }
        let users: Vec<_> = findings
            .iter()
            .filter_map(|finding| finding.user.as_ref())
            .collect();
        let by_id = users.iter().filter_map(|user| user.id.as_deref());
        for id in by_id {
            if let Some(found) = accounts
                .iter()
                .position(|account| account.user_id.eq_ignore_ascii_case(id))
            {
                return Ok(Fitting::One(Box::new(accounts.swap_remove(found))));
            }
        }
        // An id that no account has is an answer; a name may be written otherwise here.
        if users
            .iter()
            .any(|user| user.id.as_deref().is_some_and(is_user_id))
        {
            return Ok(Fitting::Another);
        }
        let is_named = |account: &StoredAccount| {
            users.iter().any(|user| {
                let name = user.name.to_lowercase();
                !name.is_empty()
                    && (account.email.to_lowercase() == name
                        || account.display_name.to_lowercase() == name)
            })
        };
        if let Some(found) = accounts.iter().position(is_named) {
            return Ok(Fitting::One(Box::new(accounts.swap_remove(found))));
        }
        match (accounts.pop(), accounts.is_empty()) {
            (Some(only), true) => Ok(Fitting::One(Box::new(only))),
            _ => Ok(Fitting::Several),
        }
    }
}

/// A UUID, as the platform's user ids are; examples in documents have words in their place.
fn is_user_id(text: &str) -> bool {
    text.len() == 36
        && text
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

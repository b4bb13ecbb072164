//! Add-ons of organisations, as their owners changed them.

use serde::{Deserialize, Serialize};

use super::Data;
use crate::{clock::UnixSeconds, world::Organization};

/// Levels of user management. MFA enforcement needs the higher one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum UserManagement {
    Standard,
    Enhanced,
}

/// Levels of support.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum SupportLevel {
    Basic,
    Premium,
}

/// The add-ons of one organisation.
#[derive(Clone, Copy, Serialize, Deserialize)]
pub(crate) struct Addons {
    pub(crate) user_management: UserManagement,
    pub(crate) support_level: SupportLevel,
    /// When they were changed last; none: never.
    pub(crate) changed_at: Option<UnixSeconds>,
}

/// Why add-ons were not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddonsRefused {
    /// MFA enforcement needs what would be given up.
    Enforcing,
}

impl Data {
    pub(crate) fn addons(&self, organization: &Organization) -> Addons {
        let changed = self.addons.get(&organization.id).copied();
        changed.unwrap_or(Addons {
            user_management: match organization.enhanced_at_first {
                true => UserManagement::Enhanced,
                false => UserManagement::Standard,
            },
            support_level: SupportLevel::Basic,
            changed_at: None,
        })
    }

    /// Changes what is named, and gives what there is then.
    pub(crate) fn change_addons(
        &mut self,
        organization: &Organization,
        user_management: Option<UserManagement>,
        support_level: Option<SupportLevel>,
        now: UnixSeconds,
    ) -> Result<Addons, AddonsRefused> {
        let before = self.addons(organization);
        let after = Addons {
            user_management: user_management.unwrap_or(before.user_management),
            support_level: support_level.unwrap_or(before.support_level),
            changed_at: Some(now),
        };
        if after.user_management == UserManagement::Standard && self.enforces_mfa(organization.id) {
            return Err(AddonsRefused::Enforcing);
        }
        self.addons.insert(organization.id, after);
        Ok(after)
    }
}

//! What crosses to the page. No type here carries a seed, a key or a token.

mod account;
mod draft;
mod entry;
mod event;
mod organization;
mod vault;

pub use account::{
    AccountView, DeploymentChoiceView, EnrolmentStage, EnrolmentView, MfaStatusView,
    RecoveryCodeView, RecoveryCodesView, ResolutionView,
};
pub use draft::{DraftView, DuplicateChoice, ManualEntry};
pub use entry::{AlgorithmView, CodeView, CopiedView, EntryKind, EntryView, Which};
pub use event::BackendEvent;
pub use organization::{
    EnforceBlockerView, MemberView, MembersView, OrganizationRole, OrganizationView,
    ReminderResult, RoleView,
};
pub use vault::{VaultCreated, VaultState, VaultStatus};

//! What crosses to the page. No type here carries a seed, a key or a token.

mod account;
mod backup;
mod camera;
mod doctor;
mod draft;
mod entry;
mod event;
mod history;
mod organization;
mod screen;
mod settings;
mod slot;
mod ssh;
mod vault;

pub use account::{
    AccountView, CodesStateView, CustomDeploymentView, DeploymentChoiceView, DeploymentFieldView,
    DeploymentProblemView, EnrolmentSecretView, EnrolmentStage, EnrolmentView, FactorView,
    MfaStatusView, PortRangeView, RecoveryCodeView, RecoveryCodesView, ResolutionView,
    SignedOutView, UnderWayView, WithdrawnView,
};
pub use backup::{
    BackupKindView, BackupPreview, BackupView, ChangedView, CheckView, DifferenceView,
    ExportFormat, FindingView, LabelView, LevelView, RestoreHow, RestoredView,
};
pub use camera::{CameraEvent, CameraHint, CameraView};
pub use doctor::{
    DoctorCheckView, DoctorFindingView, DoctorStepView, DoctorView, FactCheckView, FactStateView,
    FactView, FittingView, LeakView, RemedyView,
};
pub use draft::{
    DraftChoice, DraftView, DuplicateChoice, DuplicateView, FoundView, LinksView, ManualEntry,
    TransferView,
};
pub use entry::{
    AlgorithmView, CodeView, CopiedView, EntryDetailsView, EntryEditView, EntryKind, EntryView,
    Which,
};
pub use event::{BackendEvent, LockReason};
pub use history::{HistoryView, TrashedView, UnreadableView};
pub use organization::{
    EnforceBlockerView, MemberView, MembersView, OrganizationRole, OrganizationView, RemindReport,
    ReminderResult, RoleView,
};
pub use screen::ScreenRegion;
pub use settings::{IdleMinutes, SettingsChange, SettingsView};
pub use slot::{NewKeyView, RecoveryKitView, SlotKindView, SlotView};
pub use ssh::{CommandLineView, SshConfigView, SshStateView, SshView};
pub use vault::{LockedBecause, VaultCreated, VaultDamage, VaultState, VaultStatus};

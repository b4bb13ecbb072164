//! The page's types are written from the commands' own: `ui/src/lib/backend/types.ts` is made by this test.
//!
//! `DESKFOB_WRITE_BINDINGS=1 cargo test --test bindings` writes the file; otherwise a difference fails.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test fails by panicking"
)]

mod support;

use std::path::Path;

use deskfob_app::view::*;
use deskfob_app::{CommandError, SandboxPage};
use ts_rs::{Config, TS};

fn types() -> String {
    let config = Config::new();
    let mut text = String::from(
        "// Made from the Rust types of src-tauri/src/view by `cargo test --test bindings`. Do not edit.\n",
    );
    let mut add = |declaration: String, doc: Option<String>| {
        text.push('\n');
        if let Some(doc) = doc {
            text.push_str(doc.trim_end());
            text.push('\n');
        }
        text.push_str("export ");
        text.push_str(&declaration);
        text.push('\n');
    };
    macro_rules! all {
        ($($view:ty),+ $(,)?) => { $( add(<$view>::decl(&config), <$view>::docs()); )+ };
    }
    all!(
        VaultState,
        VaultStatus,
        VaultDamage,
        LockedBecause,
        VaultCreated,
        SlotKindView,
        SlotView,
        RecoveryKitView,
        NewKeyView,
        LevelView,
        FindingView,
        CheckView,
        IdleMinutes,
        SettingsView,
        SettingsChange,
        BackupKindView,
        BackupView,
        LabelView,
        ChangedView,
        DifferenceView,
        BackupPreview,
        RestoreHow,
        RestoredView,
        ExportFormat,
        HistoryView,
        TrashedView,
        UnreadableView,
        EntryKind,
        AlgorithmView,
        EntryView,
        EntryDetailsView,
        EntryEditView,
        CodeView,
        CopiedView,
        Which,
        FoundView,
        LinksView,
        TransferView,
        DraftView,
        DuplicateView,
        ManualEntry,
        ScreenRegion,
        DraftChoice,
        DuplicateChoice,
        CameraView,
        CameraHint,
        CameraEvent,
        DeploymentChoiceView,
        CustomDeploymentView,
        PortRangeView,
        DeploymentFieldView,
        DeploymentProblemView,
        MfaStatusView,
        CodesStateView,
        RecoveryCodesView,
        FactorView,
        UnderWayView,
        WithdrawnView,
        EnrolmentStage,
        EnrolmentView,
        AccountView,
        SignedOutView,
        EnrolmentSecretView,
        RecoveryCodeView,
        ResolutionView,
        SandboxPage,
        FactCheckView,
        FactStateView,
        FactView,
        FittingView,
        RemedyView,
        DoctorStepView,
        DoctorFindingView,
        LeakView,
        DoctorView,
        DoctorCheckView,
        OrganizationRole,
        OrganizationView,
        RoleView,
        MemberView,
        EnforceBlockerView,
        MembersView,
        ReminderResult,
        RemindReport,
        SshStateView,
        SshView,
        SshConfigView,
        CommandLineView,
        CommandError,
        LockReason,
        BackendEvent,
    );
    text
}

#[test]
fn the_pages_types_are_the_commands_own() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/backend/types.ts");
    let made = types();
    if std::env::var_os("DESKFOB_WRITE_BINDINGS").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "the page's types differ from the commands'; run: DESKFOB_WRITE_BINDINGS=1 cargo test --test bindings"
    );
}

fn read(path: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn camel_case(name: &str) -> String {
    let mut words = name.split('_');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        text + &word[..1].to_uppercase() + &word[1..]
    })
}

#[test]
fn each_command_is_handled_permitted_and_offered_to_the_page() {
    let (handlers, permissions, page) = (
        read("src-tauri/src/window.rs"),
        read("src-tauri/capabilities/main.json"),
        read("ui/src/lib/backend/backend.ts"),
    );
    let commands = support::commands();
    assert!(commands.len() > 30, "the list was read: {commands:?}");
    for command in &commands {
        assert!(
            handlers.contains(&format!("::{command},")),
            "{command} has no handler"
        );
        let permission = format!("\"allow-{}\"", command.replace('_', "-"));
        assert!(
            permissions.contains(&permission),
            "{command} has no permission"
        );
        let method = camel_case(command);
        assert!(
            page.contains(&format!("  {method}(")),
            "{command} is not offered as {method}"
        );
    }
    let handlers = handlers
        .split("generate_handler![")
        .nth(1)
        .unwrap()
        .split("])")
        .next()
        .unwrap();
    let handled = handlers.matches("commands::").count();
    assert_eq!(
        handled,
        commands.len(),
        "every handler is in the list that permissions are made of"
    );
}

//! Tells Tauri where things are and which commands exist, so that each needs its own permission.

const COMMANDS: &[&str] = &[
    "vault_status",
    "vault_create",
    "vault_unlock",
    "vault_unlock_keyring",
    "vault_lock",
    "vault_keyring",
    "entry_list",
    "entry_codes",
    "entry_copy",
    "entry_advance",
    "entry_rename",
    "entry_remove",
    "entry_restore",
    "draft_from_image_file",
    "draft_from_clipboard",
    "draft_from_text",
    "draft_from_form",
    "draft_codes",
    "draft_save",
    "draft_discard",
    "account_list",
    "account_refresh",
    "account_connect",
    "account_connect_token",
    "account_renew",
    "account_cancel_sign_in",
    "account_sign_out",
    "sandbox_open",
    "enrol_begin",
    "enrol_code",
    "enrol_confirm",
    "enrol_discard",
    "enrol_resolve",
    "recovery_codes_acknowledge",
    "recovery_codes_copy",
    "recovery_codes_save_file",
    "recovery_codes_reveal",
    "recovery_code_mark",
    "org_list",
    "org_members",
    "org_remind",
    "org_enforce",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attributes = tauri_build::Attributes::new()
        .capabilities_path_pattern("./src-tauri/capabilities/**/*")
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}

import { Channel, invoke, type InvokeArgs } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend } from './backend';
import { readFrame } from '../camera/frame';
import { screenPicture } from './screenPicture';
import type { BackendEvent, CameraEvent } from './types';

/** The one event that the Rust side emits. */
const EVENT = 'deskfob';

/** The backend of the real window. A command is the method's name in snake_case, its arguments are the parameters' names. */
export function tauriBackend(): Backend {
  const call = <T>(command: string, args?: InvokeArgs) => invoke<T>(command, args);

  return {
    vaultStatus: () => call('vault_status'),
    vaultCreate: (password, useKeyring) => call('vault_create', { password, useKeyring }),
    vaultUnlock: (password) => call('vault_unlock', { password }),
    vaultUnlockKeyring: () => call('vault_unlock_keyring'),
    vaultLock: () => call('vault_lock'),
    vaultKeyring: (enabled, password) => call('vault_keyring', { enabled, password }),
    vaultUnlockRecoveryKit: (words) => call('vault_unlock_recovery_kit', { words }),
    vaultRepair: (password) => call('vault_repair', { password }),
    vaultNewKey: (passwords) => call('vault_new_key', { passwords }),
    vaultCheck: () => call('vault_check'),

    slotList: () => call('slot_list'),
    slotAddPassword: (password, newPassword, name) => call('slot_add_password', { password, newPassword, name }),
    slotChangePassword: (id, password, newPassword) => call('slot_change_password', { id, password, newPassword }),
    slotAddRecoveryKit: (password, name) => call('slot_add_recovery_kit', { password, name }),
    slotRename: (id, name) => call('slot_rename', { id, name }),
    slotRemove: (id, password) => call('slot_remove', { id, password }),
    recoveryKitSaveFile: () => call('recovery_kit_save_file'),
    recoveryKitForget: () => call('recovery_kit_forget'),

    settingsGet: () => call('settings_get'),
    settingsSet: (change) => call('settings_set', { change }),
    activity: () => call('activity'),
    historyList: (before, limit) => call('history_list', { before, limit }),

    backupChooseFolder: () => call('backup_choose_folder'),
    backupDefaultFolder: () => call('backup_default_folder'),
    backupList: () => call('backup_list'),
    backupNow: () => call('backup_now'),
    backupOpen: (name, password) => call('backup_open', { name, password }),
    backupRestore: (how, password) => call('backup_restore', { how, password }),
    backupClose: () => call('backup_close'),
    exportEncrypted: (password, passphrase) => call('export_encrypted', { password, passphrase }),
    exportPlain: (password, format) => call('export_plain', { password, format }),

    entryList: () => call('entry_list'),
    entryCodes: () => call('entry_codes'),
    entryCopy: (id, which) => call('entry_copy', { id, which }),
    entryAdvance: (id) => call('entry_advance', { id }),
    entryDetails: (id) => call('entry_details', { id }),
    entryEdit: (id, edit) => call('entry_edit', { id, edit }),
    entryFavourite: (id, favourite) => call('entry_favourite', { id, favourite }),
    entryReorder: (ids) => call('entry_reorder', { ids }),
    entryRemove: (id) => call('entry_remove', { id }),
    entryRestore: (id) => call('entry_restore', { id }),
    entryPurge: (id) => call('entry_purge', { id }),
    trashList: () => call('trash_list'),
    trashEmpty: () => call('trash_empty'),
    entryUnreadable: () => call('entry_unreadable'),

    draftFromImageFile: () => call('draft_from_image_file'),
    draftFromClipboard: () => call('draft_from_clipboard'),
    draftFromText: (text) => call('draft_from_text', { text }),
    draftFromForm: (form) => call('draft_from_form', { form }),
    linkTake: () => call('link_take'),
    linkStatus: () => call('link_status'),
    linkRegister: (on) => call('link_register', { on }),
    draftList: () => call('draft_list'),
    draftTransferTake: () => call('draft_transfer_take'),
    draftTransferForget: () => call('draft_transfer_forget'),
    draftCodes: (ids) => call('draft_codes', { ids }),
    draftSave: (drafts) => call('draft_save', { drafts }),
    draftDiscard: (ids) => call('draft_discard', { ids }),

    screenScan: () => call('screen_scan'),
    screenShow: async () => screenPicture(await call<ArrayBuffer>('screen_show')),
    screenRegion: (region) => call('screen_region', { region }),
    screenRelease: () => call('screen_release'),
    cameraList: () => call('camera_list'),
    cameraStart: (id, listener) => {
      const channel = new Channel<ArrayBuffer | CameraEvent>((message) => {
        if (!(message instanceof ArrayBuffer)) return listener.event(message);
        const frame = readFrame(message);
        if (frame) listener.frame(frame);
      });
      return call('camera_start', { id, channel });
    },
    cameraDrawn: () => call('camera_drawn'),
    cameraStop: () => call('camera_stop'),

    accountList: () => call('account_list'),
    accountRefresh: (id) => call('account_refresh', { id }),
    accountCheckDeployment: (deployment) => call('account_check_deployment', { deployment }),
    accountConnect: (deployment) => call('account_connect', { deployment }),
    accountConnectToken: (deployment, token) => call('account_connect_token', { deployment, token }),
    accountRenew: (id) => call('account_renew', { id }),
    accountCancelSignIn: () => call('account_cancel_sign_in'),
    accountSignOut: (id) => call('account_sign_out', { id }),
    accountAnswerStepUp: (agreed) => call('account_answer_step_up', { agreed }),
    sandboxOpen: (page) => call('sandbox_open', { page }),

    enrolBegin: (accountId) => call('enrol_begin', { accountId }),
    enrolCode: (accountId) => call('enrol_code', { accountId }),
    enrolElsewhere: (accountId, elsewhere) => call('enrol_elsewhere', { accountId, elsewhere }),
    enrolReveal: (accountId, password) => call('enrol_reveal', { accountId, password }),
    enrolCopyKey: (accountId) => call('enrol_copy_key', { accountId }),
    enrolConfirm: (accountId, passcode) => call('enrol_confirm', { accountId, passcode }),
    enrolDiscard: (accountId) => call('enrol_discard', { accountId }),
    enrolResolve: (accountId) => call('enrol_resolve', { accountId }),

    recoveryCodesAcknowledge: (accountId) => call('recovery_codes_acknowledge', { accountId }),
    recoveryCodesCopy: (accountId) => call('recovery_codes_copy', { accountId }),
    recoveryCodesSaveFile: (accountId) => call('recovery_codes_save_file', { accountId }),
    recoveryCodesReveal: (accountId, password) => call('recovery_codes_reveal', { accountId, password }),
    recoveryCodeMark: (accountId, position, used) => call('recovery_code_mark', { accountId, position, used }),
    recoveryCodesNew: (accountId, password) => call('recovery_codes_new', { accountId, password }),

    factorWithdraw: (accountId) => call('factor_withdraw', { accountId }),
    factorResolve: (accountId) => call('factor_resolve', { accountId }),
    factorMove: (accountId, password) => call('factor_move', { accountId, password }),
    factorAbandonMove: (accountId) => call('factor_abandon_move', { accountId }),
    factorCheck: (accountId) => call('factor_check', { accountId }),
    factorSignIn: (accountId) => call('factor_sign_in', { accountId }),
    factorProven: (accountId) => call('factor_proven', { accountId }),
    factorClock: (accountId, correct) => call('factor_clock', { accountId, correct }),

    doctorRead: (text, accountId) => call('doctor_read', { text, accountId }),
    doctorCheck: (check) => call('doctor_check', { check }),
    doctorSignIn: (accountId, amr, maxAge) => call('doctor_sign_in', { accountId, amr, maxAge }),
    doctorOpenConsole: (accountId) => call('doctor_open_console', { accountId }),
    doctorForget: () => call('doctor_forget'),

    sshStatus: (accountId) => call('ssh_status', { accountId }),
    sshRefresh: (accountId) => call('ssh_refresh', { accountId }),
    sshConfigure: (accountId, add) => call('ssh_configure', { accountId, add }),
    sshCommandLineSignIn: () => call('ssh_command_line_sign_in'),

    orgList: (accountId) => call('org_list', { accountId }),
    orgMembers: (accountId, organizationId, ask) => call('org_members', { accountId, organizationId, ask }),
    orgRemind: (accountId, organizationId, memberIds) =>
      call('org_remind', { accountId, organizationId, memberIds }),
    orgEnforce: (accountId, organizationId, required) =>
      call('org_enforce', { accountId, organizationId, required }),

    onEvent: (listener) => {
      const unlisten = listen<BackendEvent>(EVENT, ({ payload }) => listener(payload));
      return () => void unlisten.then((stop) => stop());
    },
    onDragOver: (listener) => {
      const unlisten = [
        listen('tauri://drag-enter', () => listener(true)),
        listen('tauri://drag-leave', () => listener(false)),
        listen('tauri://drag-drop', () => listener(false)),
      ];
      return () => unlisten.forEach((each) => void each.then((stop) => stop()));
    },
  };
}

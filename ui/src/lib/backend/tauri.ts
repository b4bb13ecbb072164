import { invoke, type InvokeArgs } from '@tauri-apps/api/core';
import { listen } from '@tauri-apps/api/event';
import type { Backend } from './backend';
import type { BackendEvent } from './types';

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

    entryList: () => call('entry_list'),
    entryCodes: () => call('entry_codes'),
    entryCopy: (id, which) => call('entry_copy', { id, which }),
    entryAdvance: (id) => call('entry_advance', { id }),
    entryRename: (id, issuer, account) => call('entry_rename', { id, issuer, account }),
    entryRemove: (id) => call('entry_remove', { id }),
    entryRestore: (id) => call('entry_restore', { id }),

    draftFromImageFile: () => call('draft_from_image_file'),
    draftFromClipboard: () => call('draft_from_clipboard'),
    draftFromText: (text) => call('draft_from_text', { text }),
    draftFromForm: (form) => call('draft_from_form', { form }),
    draftCodes: (ids) => call('draft_codes', { ids }),
    draftSave: (id, issuer, account, duplicate) => call('draft_save', { id, issuer, account, duplicate }),
    draftDiscard: (ids) => call('draft_discard', { ids }),

    accountList: () => call('account_list'),
    accountRefresh: (id) => call('account_refresh', { id }),
    accountConnect: (deployment) => call('account_connect', { deployment }),
    accountConnectToken: (deployment, token) => call('account_connect_token', { deployment, token }),
    accountRenew: (id) => call('account_renew', { id }),
    accountCancelSignIn: () => call('account_cancel_sign_in'),
    accountSignOut: (id) => call('account_sign_out', { id }),
    sandboxOpen: (page) => call('sandbox_open', { page }),

    enrolBegin: (accountId) => call('enrol_begin', { accountId }),
    enrolCode: (accountId) => call('enrol_code', { accountId }),
    enrolConfirm: (accountId, passcode) => call('enrol_confirm', { accountId, passcode }),
    enrolDiscard: (accountId) => call('enrol_discard', { accountId }),
    enrolResolve: (accountId) => call('enrol_resolve', { accountId }),

    recoveryCodesAcknowledge: (accountId) => call('recovery_codes_acknowledge', { accountId }),
    recoveryCodesCopy: (accountId) => call('recovery_codes_copy', { accountId }),
    recoveryCodesSaveFile: (accountId) => call('recovery_codes_save_file', { accountId }),
    recoveryCodesReveal: (accountId, password) => call('recovery_codes_reveal', { accountId, password }),
    recoveryCodeMark: (accountId, position, used) => call('recovery_code_mark', { accountId, position, used }),

    orgList: (accountId) => call('org_list', { accountId }),
    orgMembers: (accountId, organizationId) => call('org_members', { accountId, organizationId }),
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

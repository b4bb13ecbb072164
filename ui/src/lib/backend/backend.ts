import type {
  AccountView,
  BackendEvent,
  CodeView,
  DeploymentChoice,
  DraftView,
  EnrolmentView,
  EntryView,
  ManualEntry,
  MembersView,
  OrganizationView,
  RecoveryCodeView,
  ReminderResult,
  ResolutionView,
  VaultCreated,
  VaultStatus,
} from './types';

/** Everything the page can ask for. Calls reject with a `CommandError`. */
export interface Backend {
  /** Rejects when it can't be told: the vault may not be read, or a newer Deskfob made it. That is not `damaged`. */
  vaultStatus(): Promise<VaultStatus>;
  /** Makes the vault and opens it; `unlocked` arrives before this resolves. */
  vaultCreate(password: string, useKeyring: boolean): Promise<VaultCreated>;
  vaultUnlock(password: string): Promise<void>;
  vaultUnlockKeyring(): Promise<void>;
  vaultLock(): Promise<void>;
  /** Adds or removes the system keyring's slot; the password confirms who asks. */
  vaultKeyring(enabled: boolean, password: string): Promise<void>;

  entryList(): Promise<EntryView[]>;
  /** Codes of all entries now. HOTP entries come with `code: null`. */
  entryCodes(): Promise<CodeView[]>;
  /** Copies in the backend, marked as sensitive, cleared after 30 s. Returns what is left of the code's life, ms. */
  entryCopy(id: string, which: 'current' | 'next'): Promise<{ validForMs: number | null }>;
  /** The next HOTP code; the counter is kept before the code is shown. */
  entryAdvance(id: string): Promise<CodeView>;
  entryRename(id: string, issuer: string, account: string): Promise<void>;
  entryRemove(id: string): Promise<void>;
  /** Undoes `entryRemove`. */
  entryRestore(id: string): Promise<void>;

  /** Opens the system's file chooser; null when it was closed. */
  draftFromImageFile(): Promise<DraftView[] | null>;
  /** A picture, a link or a key on the clipboard. */
  draftFromClipboard(): Promise<DraftView[]>;
  draftFromText(text: string): Promise<DraftView[]>;
  draftFromForm(form: ManualEntry): Promise<DraftView[]>;
  draftCodes(ids: string[]): Promise<CodeView[]>;
  draftSave(id: string, issuer: string, account: string, duplicate: 'keep_both' | { replace: string }): Promise<EntryView>;
  draftDiscard(ids: string[]): Promise<void>;

  accountList(): Promise<AccountView[]>;
  /** Asks the platform again about this account. */
  accountRefresh(id: string): Promise<AccountView>;
  /** Opens the system browser and resolves when the person has signed in there. */
  accountConnect(deployment: DeploymentChoice): Promise<AccountView>;
  accountConnectToken(deployment: DeploymentChoice, token: string): Promise<AccountView>;
  /** Signs in again so that the session carries MFA. */
  accountRenew(id: string): Promise<AccountView>;
  /** Ends a waiting `accountConnect` or `accountRenew`, which rejects with code `sign_in_cancelled`. */
  accountCancelSignIn(): Promise<void>;
  accountSignOut(id: string): Promise<void>;
  /** The sandbox's own pages (start page with its people, outbox) in the system browser. */
  sandboxOpen(page: 'start' | 'outbox'): Promise<void>;

  /** The proposal that waits, or a new one when there is none or it has expired. */
  enrolBegin(accountId: string): Promise<EnrolmentView>;
  enrolCode(accountId: string): Promise<CodeView>;
  /** `passcode` null: use the code that the vault makes now. Resolves with the recovery codes, already kept; rejects with code `enrolment_expired` when the proposal is too old. */
  enrolConfirm(accountId: string, passcode: string | null): Promise<RecoveryCodeView[]>;
  enrolDiscard(accountId: string): Promise<void>;
  /** For stage `confirming`: asks the platform what became of it. When it was accepted, the new recovery codes are kept already. */
  enrolResolve(accountId: string): Promise<ResolutionView>;

  recoveryCodesAcknowledge(accountId: string): Promise<void>;
  /** Rejects with code `confirm_first` unless the codes are not acknowledged yet or were revealed in the last 5 minutes. */
  recoveryCodesCopy(accountId: string): Promise<void>;
  /** Native save dialog; null when it was closed, else the file's name. Rejects with code `confirm_first` as copying does. */
  recoveryCodesSaveFile(accountId: string): Promise<string | null>;
  recoveryCodesReveal(accountId: string, password: string): Promise<RecoveryCodeView[]>;
  recoveryCodeMark(accountId: string, position: number, used: boolean): Promise<void>;

  orgList(accountId: string): Promise<OrganizationView[]>;
  orgMembers(accountId: string, organizationId: string): Promise<MembersView>;
  orgRemind(accountId: string, organizationId: string, memberIds: string[]): Promise<ReminderResult[]>;
  orgEnforce(accountId: string, organizationId: string, required: boolean): Promise<boolean>;

  onEvent(listener: (event: BackendEvent) => void): () => void;
  /** A file is held over the window (true), left it or was dropped (false). The shell needs to do nothing for it. */
  onDragOver(listener: (over: boolean) => void): () => void;
}

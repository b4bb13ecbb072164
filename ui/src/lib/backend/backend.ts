import type { CameraFrame } from '../camera/frame';
import type {
  AccountView,
  BackendEvent,
  BackupPreview,
  BackupView,
  CameraEvent,
  CameraView,
  CheckView,
  CodeView,
  CommandLineView,
  DeploymentChoice,
  DeploymentProblem,
  DraftChoice,
  EnrolmentSecretView,
  EnrolmentView,
  EntryDetailsView,
  EntryEditView,
  EntryView,
  FoundView,
  HistoryView,
  LinksView,
  ManualEntry,
  MembersView,
  NewKeyView,
  OrganizationView,
  PlainFormat,
  RecoveryCodeView,
  RecoveryKitView,
  RemindReport,
  ResolutionView,
  RestoreChoice,
  RestoredView,
  ScreenRegion,
  SettingsChange,
  SettingsView,
  SignedOutView,
  SlotView,
  SshView,
  TrashedView,
  UnreadableView,
  VaultCreated,
  VaultStatus,
  Withdrawn,
  DoctorCheckView,
  DoctorView,
  FactCheck,
} from './types';

/** The screen's pixels: red, green, blue and alpha, rows from the top. */
export type ScreenPicture = { width: number; height: number; rgba: Uint8ClampedArray<ArrayBuffer> };
/** What is told of a camera while it is read. */
export type CameraListener = { frame(frame: CameraFrame): void; event(event: CameraEvent): void };

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
  /** Rejects with `recovery_kit_word_count`, `recovery_kit_unknown_word` (the message names its position), `recovery_kit_checksum` or `wrong_recovery_kit`. */
  vaultUnlockRecoveryKit(words: string): Promise<void>;
  /** Opens a damaged vault by the header before the last change; `unlocked` arrives before this resolves. */
  vaultRepair(password: string): Promise<void>;
  /** Re-encrypts everything. Password slots whose password is not given are dropped; the vault stays open. */
  vaultNewKey(passwords: string[]): Promise<NewKeyView>;
  vaultCheck(): Promise<CheckView>;

  slotList(): Promise<SlotView[]>;
  slotAddPassword(password: string, newPassword: string, name: string): Promise<SlotView>;
  /** `password`: any password that opens the vault. */
  slotChangePassword(id: string, password: string, newPassword: string): Promise<SlotView>;
  /** The backend keeps the words for `recoveryKitSaveFile` until forgotten, locked, or 10 minutes. */
  slotAddRecoveryKit(password: string, name: string): Promise<RecoveryKitView>;
  slotRename(id: string, name: string): Promise<SlotView>;
  slotRemove(id: string, password: string): Promise<void>;
  /** Native save dialog; null when it was closed, else the file's name. Rejects with `confirm_first` when no words are kept. */
  recoveryKitSaveFile(): Promise<string | null>;
  recoveryKitForget(): Promise<void>;

  settingsGet(): Promise<SettingsView>;
  settingsSet(change: SettingsChange): Promise<SettingsView>;
  /** The page tells that somebody is there, at most every 5 s. */
  activity(): Promise<void>;
  /** Newest first; `before`: the id of the last one known. */
  historyList(before: number | null, limit: number): Promise<HistoryView[]>;

  /** Native folder dialog; null when it was closed. */
  backupChooseFolder(): Promise<SettingsView | null>;
  backupDefaultFolder(): Promise<SettingsView>;
  backupList(): Promise<BackupView[]>;
  backupNow(): Promise<BackupView>;
  /**
   * `name` null: native file dialog; null when it was closed. `password` null: this vault's own key is tried; rejects with
   * `backup_needs_password` when it does not open it. The chosen file is remembered until `backupClose`: asked again with
   * `name` null and a password, no dialog opens.
   */
  backupOpen(name: string | null, password: string | null): Promise<BackupPreview | null>;
  /** Of the backup opened last. `everything` needs the password of the vault that is open. */
  backupRestore(how: RestoreChoice, password: string | null): Promise<RestoredView>;
  backupClose(): Promise<void>;
  /** Native save dialog; null when it was closed, else the file's name. */
  exportEncrypted(password: string, passphrase: string): Promise<string | null>;
  exportPlain(password: string, format: PlainFormat): Promise<string | null>;

  entryList(): Promise<EntryView[]>;
  /** Codes of all entries now. HOTP entries come with `code: null`. */
  entryCodes(): Promise<CodeView[]>;
  /** Copies in the backend, marked as sensitive, cleared after 30 s. Returns what is left of the code's life, ms. */
  entryCopy(id: string, which: 'current' | 'next'): Promise<{ validForMs: number | null }>;
  /** The next HOTP code; the counter is kept before the code is shown. */
  entryAdvance(id: string): Promise<CodeView>;
  /** The notes and what else only one entry's dialog needs. */
  entryDetails(id: string): Promise<EntryDetailsView>;
  /** Replaces all that a person may change about it. */
  entryEdit(id: string, edit: EntryEditView): Promise<EntryView>;
  entryFavourite(id: string, favourite: boolean): Promise<void>;
  /** Keeps the person's own order: all ids, first to last. */
  entryReorder(ids: string[]): Promise<void>;
  /** Into the trash. */
  entryRemove(id: string): Promise<void>;
  /** Out of the trash again. */
  entryRestore(id: string): Promise<void>;
  /** Out of the trash for good: its codes cannot be made again. */
  entryPurge(id: string): Promise<void>;
  trashList(): Promise<TrashedView[]>;
  /** Purges everything in the trash. Returns how many there were. */
  trashEmpty(): Promise<number>;
  /** Entries that this version cannot read. They are kept as they are. */
  entryUnreadable(): Promise<UnreadableView[]>;

  /** Opens the system's file chooser; null when it was closed. */
  draftFromImageFile(): Promise<FoundView | null>;
  /** A picture, links or a key on the clipboard. */
  draftFromClipboard(): Promise<FoundView>;
  draftFromText(text: string): Promise<FoundView>;
  draftFromForm(form: ManualEntry): Promise<FoundView>;
  /** What the links say that were opened while the vault was not; null when none waits. */
  linkTake(): Promise<FoundView | null>;
  /** Whether links of a page in the browser open in this program. */
  linkStatus(): Promise<LinksView>;
  linkRegister(on: boolean): Promise<LinksView>;
  /** Everything that waits for the person's word. */
  draftList(): Promise<FoundView>;
  /** What was scanned of transfers whose other codes nobody waits for. */
  draftTransferTake(): Promise<FoundView>;
  draftTransferForget(): Promise<void>;
  draftCodes(ids: string[]): Promise<CodeView[]>;
  /** Keeps all of them or none. Rejects with `duplicate` when one is in the vault by now that was not shown as such. */
  draftSave(drafts: DraftChoice[]): Promise<EntryView[]>;
  draftDiscard(ids: string[]): Promise<void>;

  /** The window steps aside, the whole desktop is looked at, and the window is back. */
  screenScan(): Promise<FoundView>;
  /** The window steps aside for a picture of the whole desktop, and fills the screen until `screenRelease`. */
  screenShow(): Promise<ScreenPicture>;
  /** A part of the picture that is shown. */
  screenRegion(region: ScreenRegion): Promise<FoundView>;
  screenRelease(): Promise<void>;
  /** The cameras that are plugged in now. */
  cameraList(): Promise<CameraView[]>;
  /**
   * Starts reading a camera; null: the one used last. It resolves before the first picture. What is found arrives as
   * `drafts_found`, and the camera is released by then.
   */
  cameraStart(id: string | null, listener: CameraListener): Promise<CameraView>;
  /** A picture was drawn: the next one may come. */
  cameraDrawn(): Promise<void>;
  cameraStop(): Promise<void>;

  accountList(): Promise<AccountView[]>;
  /** Asks the platform again about this account. */
  accountRefresh(id: string): Promise<AccountView>;
  /** What is wrong with a platform as it was typed, in the order of its fields; the platform is not asked. */
  accountCheckDeployment(deployment: DeploymentChoice): Promise<DeploymentProblem[]>;
  /** Opens the system browser and resolves when the person has signed in there. */
  accountConnect(deployment: DeploymentChoice): Promise<AccountView>;
  accountConnectToken(deployment: DeploymentChoice, token: string): Promise<AccountView>;
  /** Signs in again so that the session carries MFA. */
  accountRenew(id: string): Promise<AccountView>;
  /** Ends a waiting `accountConnect` or `accountRenew`, which rejects with code `sign_in_cancelled`. */
  accountCancelSignIn(): Promise<void>;
  /** Ends the session here in any case; tells when the platform did not hear of it. */
  accountSignOut(id: string): Promise<SignedOutView>;
  /** The answer to `sign_in_wanted`: true goes on in the browser, false makes the waiting call reject with `sign_in_cancelled`. */
  accountAnswerStepUp(agreed: boolean): Promise<void>;
  /** The sandbox's own pages (start page with its people, outbox) in the system browser. */
  sandboxOpen(page: 'start' | 'outbox'): Promise<void>;

  /** The proposal that waits, or a new one when there is none or it has expired. */
  enrolBegin(accountId: string): Promise<EnrolmentView>;
  enrolCode(accountId: string): Promise<CodeView>;
  /** True: another app makes the codes, and the secret is not kept here once it is confirmed. */
  enrolElsewhere(accountId: string, elsewhere: boolean): Promise<EnrolmentView>;
  /** The secret, for another app to scan: for who gives the vault's password. */
  enrolReveal(accountId: string, password: string): Promise<EnrolmentSecretView>;
  /** Copies the setup key, as codes are. Rejects with code `confirm_first` unless it was revealed in the last 5 minutes. */
  enrolCopyKey(accountId: string): Promise<void>;
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
  /** Has the platform make a new set, kept in place of the old. After `new_codes_unanswered` asking again is safe. */
  recoveryCodesNew(accountId: string, password: string): Promise<RecoveryCodeView[]>;

  /** Turns MFA off; the entry goes to the trash once the platform agreed. After `withdrawal_unanswered`: `factorResolve`. */
  factorWithdraw(accountId: string): Promise<Withdrawn>;
  /** Asks the platform what became of a try to turn MFA off that got no answer. */
  factorResolve(accountId: string): Promise<AccountView>;
  /** Moves to a new secret, from however far an earlier try got. Resolves with the new recovery codes, already kept. */
  factorMove(accountId: string, password: string): Promise<RecoveryCodeView[]>;
  /** Gives a move up: MFA stays off. */
  factorAbandonMove(accountId: string): Promise<void>;
  /** Asks the platform, and tells what is known of the entry. */
  factorCheck(accountId: string): Promise<AccountView>;
  /** Signs in so that the platform asks for a code. */
  factorSignIn(accountId: string): Promise<AccountView>;
  /** After `factorSignIn`: the person says that the code they typed was the entry's. Rejects with `sign_in_first`. */
  factorProven(accountId: string): Promise<AccountView>;
  /** Corrects the time of the account's codes by the platform's clock, or ends that. */
  factorClock(accountId: string, correct: boolean): Promise<AccountView>;

  /** Reads a text with an error. `accountId` null: the account that it names, or the only one. */
  doctorRead(text: string, accountId: string | null): Promise<DoctorView>;
  /** Finds out one fact for what was read last, and what is to be done with it known. */
  doctorCheck(check: FactCheck): Promise<DoctorCheckView>;
  /** As `accountRenew`, in the way that was asked for. */
  doctorSignIn(accountId: string, amr: string[], maxAge: number | null): Promise<AccountView>;
  /** Opens the platform's own page in the browser; false when there is none to open. */
  doctorOpenConsole(accountId: string): Promise<boolean>;
  doctorForget(): Promise<void>;

  /** How the account's SSH certificate stands; the platform is not asked. */
  sshStatus(accountId: string): Promise<SshView>;
  /** Makes a new one. What fails changes nothing. */
  sshRefresh(accountId: string): Promise<SshView>;
  /** Puts Deskfob's lines into the person's OpenSSH configuration, or takes them out. */
  sshConfigure(accountId: string, add: boolean): Promise<SshView>;
  /** Runs the platforms' own `login -f`; `accountCancelSignIn` ends it. What it says comes as `command_line_said`. */
  sshCommandLineSignIn(): Promise<CommandLineView>;

  orgList(accountId: string): Promise<OrganizationView[]>;
  /** `ask`: the person may be asked to sign in as the organisation wants it. */
  orgMembers(accountId: string, organizationId: string, ask: boolean): Promise<MembersView>;
  orgRemind(accountId: string, organizationId: string, memberIds: string[]): Promise<RemindReport>;
  /** What the platform says afterwards; null when it took the change and did not say. */
  orgEnforce(accountId: string, organizationId: string, required: boolean): Promise<boolean | null>;

  onEvent(listener: (event: BackendEvent) => void): () => void;
  /** A file is held over the window (true), left it or was dropped (false). The shell needs to do nothing for it. */
  onDragOver(listener: (over: boolean) => void): () => void;
}

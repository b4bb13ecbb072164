// Made from the Rust types of src-tauri/src/view by `cargo test --test bindings`. Do not edit.

/**
 * Whether there is a vault and whether it is open.
 */
export type VaultState = "absent" | "locked" | "unlocked" | "damaged";

/**
 * The vault's state.
 */
export type VaultStatus = { 
/**
 * Whether there is a vault and whether it is open.
 */
state: VaultState, 
/**
 * The system keyring can open this vault.
 */
keyringSlot: boolean, 
/**
 * A recovery kit can open this vault.
 */
recoveryKitSlot: boolean, 
/**
 * How long the next password attempt must wait, ms; null when it need not.
 */
retryAfterMs: number | null, 
/**
 * Where the vault is kept, for a person to read.
 */
location: string, 
/**
 * What is wrong; null unless the state is damaged.
 */
damage: VaultDamage | null, 
/**
 * Why it was locked last; null when this program did not lock it.
 */
lockedBecause: LockedBecause | null, 
/**
 * A link was opened and waits for the vault to be open.
 */
linkWaits: boolean, };

/**
 * What is wrong with a vault that cannot be opened.
 */
export type VaultDamage = { 
/**
 * What is wrong.
 */
message: string, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * The header before the last change is there, and may open the vault.
 */
canRepair: boolean, };

/**
 * Why the vault was locked last.
 */
export type LockedBecause = { 
/**
 * Why.
 */
reason: LockReason, 
/**
 * Minutes without use after which the vault locked itself then; 0: it did not.
 */
idleMinutes: IdleMinutes, };

/**
 * A vault was made and is open.
 */
export type VaultCreated = { 
/**
 * Why the system keyring was not set up though it was asked for; null when it was, or was not asked for.
 */
keyring: CommandError | null, };

/**
 * What opens a slot.
 */
export type SlotKind = "password" | "keyring" | "recovery_kit";

/**
 * One thing that opens the vault.
 */
export type SlotView = { 
/**
 * Names the slot in later calls.
 */
id: string, 
/**
 * What opens it.
 */
kind: SlotKind, 
/**
 * The name it was given.
 */
name: string, 
/**
 * When it was made or its password was changed, Unix time, ms.
 */
createdAt: number, 
/**
 * A recovery kit whose words were perhaps never shown, as the program ended before: nobody can use it.
 */
unseen: boolean, };

/**
 * A recovery kit that was just made: the only time its words are shown.
 */
export type RecoveryKitView = { 
/**
 * Its slot.
 */
slot: SlotView, 
/**
 * Twelve words, in their order.
 */
words: Array<string>, };

/**
 * The vault has a new key.
 */
export type NewKeyView = { 
/**
 * What opens the vault no longer, because its password was not given or its keyring could not be written.
 */
dropped: Array<SlotView>, 
/**
 * The new recovery kit; null when there was none before.
 */
kit: RecoveryKitView | null, };

/**
 * How much a finding matters.
 */
export type FindingLevel = "ok" | "warning" | "problem";

/**
 * One thing that was looked at.
 */
export type FindingView = { 
/**
 * How much it matters.
 */
level: FindingLevel, 
/**
 * What was found.
 */
what: string, 
/**
 * What to do.
 */
hint: string | null, };

/**
 * What a check of the vault found.
 */
export type CheckView = { 
/**
 * Everything that was looked at.
 */
findings: Array<FindingView>, };

/**
 * Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
 */
export type IdleMinutes = 0 | 1 | 5 | 15 | 60;

/**
 * The vault's settings, and what this system can do about them.
 */
export type SettingsView = { 
/**
 * Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
 */
idleMinutes: IdleMinutes, 
/**
 * Lock before the computer sleeps.
 */
lockOnSuspend: boolean, 
/**
 * Lock when the screen is locked.
 */
lockOnScreenLock: boolean, 
/**
 * Keep the window out of screenshots and shared screens.
 */
contentProtection: boolean, 
/**
 * This system can do that.
 */
contentProtectionSupported: boolean, 
/**
 * This system tells when the screen is locked.
 */
screenLockSupported: boolean, 
/**
 * A backup is made each day on which something changed.
 */
backupsEnabled: boolean, 
/**
 * Where backups are kept.
 */
backupFolder: string, 
/**
 * That is beside the vault, where nobody chose another.
 */
backupFolderIsDefault: boolean, 
/**
 * Days of which the newest backup is kept.
 */
keepDays: number, 
/**
 * Months of which the newest backup is kept.
 */
keepMonths: number, };

/**
 * The settings to change; one that is absent stays.
 */
export type SettingsChange = { 
/**
 * Minutes without use after which the vault locks: 1, 5, 15 or 60; 0 is never.
 */
idleMinutes?: IdleMinutes, 
/**
 * Lock before the computer sleeps.
 */
lockOnSuspend?: boolean, 
/**
 * Lock when the screen is locked.
 */
lockOnScreenLock?: boolean, 
/**
 * Keep the window out of screenshots and shared screens.
 */
contentProtection?: boolean, 
/**
 * A backup is made each day on which something changed.
 */
backupsEnabled?: boolean, 
/**
 * Days of which the newest backup is kept.
 */
keepDays?: number, 
/**
 * Months of which the newest backup is kept.
 */
keepMonths?: number, };

/**
 * Why a backup was made.
 */
export type BackupKind = "automatic" | "manual" | "safety";

/**
 * A backup file.
 */
export type BackupView = { 
/**
 * Its file's name.
 */
name: string, 
/**
 * Unix time, ms.
 */
madeAt: number, 
/**
 * Size of the file.
 */
bytes: number, 
/**
 * Why it was made.
 */
kind: BackupKind, };

/**
 * An entry's names.
 */
export type LabelView = { 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, };

/**
 * An entry that is in both, with different values.
 */
export type ChangedView = { 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, 
/**
 * What differs, in words.
 */
fields: Array<string>, };

/**
 * What differs between a backup and the open vault.
 */
export type BackupDifference = { 
/**
 * Entries that only the backup has.
 */
onlyInBackup: Array<LabelView>, 
/**
 * Entries that only the vault has.
 */
onlyInVault: Array<LabelView>, 
/**
 * Entries that differ.
 */
changed: Array<ChangedView>, 
/**
 * Entries that are the same.
 */
same: number, };

/**
 * What a backup holds.
 */
export type BackupPreview = { 
/**
 * Its file's name.
 */
name: string, 
/**
 * Unix time, ms.
 */
madeAt: number, 
/**
 * How many entries.
 */
entries: number, 
/**
 * How many platform accounts.
 */
accounts: number, 
/**
 * Null when no vault is open to compare with.
 */
difference: BackupDifference | null, };

/**
 * How much of a backup to bring back.
 */
export type RestoreChoice = "missing" | "everything";

/**
 * What was brought back.
 */
export type RestoredView = { 
/**
 * Entries that were added; null when everything was put back.
 */
added: number | null, 
/**
 * File name of the backup of what was there before.
 */
safetyBackup: string | null, };

/**
 * The form of an export that is not encrypted.
 */
export type PlainFormat = "uris" | "json";

/**
 * One thing that was done. Names only, never a secret.
 */
export type HistoryView = { 
/**
 * Grows with time.
 */
id: number, 
/**
 * Unix time, ms.
 */
at: number, 
/**
 * Which program: "window" or "fob".
 */
program: string, 
/**
 * Stable name of what was done.
 */
action: string, 
/**
 * What it was done to.
 */
subject: string, };

/**
 * An entry in the trash.
 */
export type TrashedView = { 
/**
 * Names the entry in later calls.
 */
id: string, 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, 
/**
 * What its icon shows; null for the usual.
 */
icon: string | null, 
/**
 * How its codes are made.
 */
kind: EntryKind, 
/**
 * When it was removed, Unix time, ms.
 */
deletedAt: number, };

/**
 * An entry that this version cannot read. It is kept as it is.
 */
export type UnreadableView = { 
/**
 * Names the entry, where that much can be read.
 */
id: string | null, 
/**
 * The issuer, or nothing.
 */
issuer: string, 
/**
 * The account, or nothing.
 */
account: string, 
/**
 * It is in the trash, which can be emptied without it.
 */
inTrash: boolean, 
/**
 * What is wrong, in words.
 */
problem: string, };

/**
 * How an entry's codes are made.
 */
export type EntryKind = "totp" | "hotp" | "steam";

/**
 * The hash of HMAC.
 */
export type AlgorithmView = "SHA1" | "SHA256" | "SHA512";

/**
 * An entry without its seed.
 */
export type EntryView = { 
/**
 * Names the entry in later calls.
 */
id: string, 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, 
/**
 * How its codes are made.
 */
kind: EntryKind, 
/**
 * The hash of HMAC.
 */
algorithm: AlgorithmView, 
/**
 * Digits of a code, 1 to 10.
 */
digits: number, 
/**
 * Seconds a code lives; null for HOTP.
 */
period: number | null, 
/**
 * Marked by the person: shown first.
 */
favourite: boolean, 
/**
 * Words the person sorts entries by.
 */
tags: Array<string>, 
/**
 * Text shown in the issuer's icon, an emoji or up to two letters; null: the issuer's first letter.
 */
icon: string | null, 
/**
 * There are notes; they come with the details.
 */
hasNotes: boolean, 
/**
 * How often a code of it was used.
 */
useCount: number, 
/**
 * When a code of it was used last, Unix time, ms.
 */
lastUsedAt: number | null, 
/**
 * When it was added, Unix time, ms.
 */
createdAt: number, };

/**
 * What only the dialog about one entry needs.
 */
export type EntryDetailsView = { 
/**
 * The entry.
 */
id: string, 
/**
 * The person's own text about it; may be private.
 */
notes: string, 
/**
 * When it was changed last, Unix time, ms.
 */
updatedAt: number, 
/**
 * HOTP's counter (RFC 4226); null otherwise.
 */
counter: number | null, };

/**
 * What a person may change about an entry.
 */
export type EntryEditView = { 
/**
 * Who the account is with; at most 1024 characters.
 */
issuer: string, 
/**
 * The account's name there; at most 1024 characters.
 */
account: string, 
/**
 * The person's own text about it; at most 10 000 characters.
 */
notes: string, 
/**
 * At most 20 of at most 50 characters.
 */
tags: Array<string>, 
/**
 * Text shown in the issuer's icon, at most 16 characters; null: the issuer's first letter.
 */
icon: string | null, };

/**
 * The code of one entry and its span. HOTP has no span, and its code is null until asked for.
 */
export type CodeView = { 
/**
 * The entry or draft.
 */
id: string, 
/**
 * The code now.
 */
code: string | null, 
/**
 * The code of the period after.
 */
next: string | null, 
/**
 * Unix time, ms.
 */
validFrom: number | null, 
/**
 * Unix time, ms; the code is refused from then on.
 */
validUntil: number | null, };

/**
 * What was copied.
 */
export type CopiedView = { 
/**
 * What is left of the code's life, ms; null for HOTP.
 */
validForMs: number | null, };

/**
 * Which code to copy.
 */
export type Which = "current" | "next";

/**
 * What was read from a picture, a link, a text or a form.
 */
export type FoundView = { 
/**
 * Entries to review, each once.
 */
drafts: Array<DraftView>, 
/**
 * Transfers of several codes that wait for their others.
 */
transfers: Array<TransferView>, 
/**
 * What was meant as an enrolment and can't be taken as one, besides what is above.
 */
refused: CommandError | null, };

/**
 * Whether links of a page in the browser open in this program.
 */
export type LinksView = { 
/**
 * The program can see to it itself. Otherwise the installed app does.
 */
supported: boolean, 
/**
 * They do.
 */
registered: boolean, };

/**
 * A transfer of several codes, not all of which were scanned.
 */
export type TransferView = { 
/**
 * How many codes it has.
 */
total: number, 
/**
 * How many of them were scanned.
 */
have: number, 
/**
 * The numbers of the others, from 1.
 */
missing: Array<number>, 
/**
 * The code read last had been scanned before.
 */
repeated: boolean, };

/**
 * An entry read from a picture, a link or a form, not kept yet. Its seed stays in the backend.
 */
export type DraftView = { 
/**
 * Names the draft in later calls.
 */
id: string, 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, 
/**
 * How its codes are made.
 */
kind: EntryKind, 
/**
 * The hash of HMAC.
 */
algorithm: AlgorithmView, 
/**
 * Digits of a code, 1 to 10.
 */
digits: number, 
/**
 * Seconds a code lives; null for HOTP.
 */
period: number | null, 
/**
 * HOTP's counter (RFC 4226); null otherwise.
 */
counter: number | null, 
/**
 * Its code now.
 */
code: CodeView, 
/**
 * Sentences about what was assumed while reading it.
 */
notices: Array<string>, 
/**
 * Entries of the vault that it looks the same as; those that make the same codes first.
 */
duplicateOf: Array<DuplicateView>, };

/**
 * An entry of the vault that a draft looks the same as.
 */
export type DuplicateView = { 
/**
 * The entry.
 */
entry: EntryView, 
/**
 * Both make the same codes. Otherwise the names are the same, or the key is and the settings are not.
 */
sameCodes: boolean, };

/**
 * What a person typed in.
 */
export type ManualEntry = { 
/**
 * Who the account is with.
 */
issuer: string, 
/**
 * The account's name there.
 */
account: string, 
/**
 * The setup key, base32.
 */
key: string, 
/**
 * How its codes are made.
 */
kind: EntryKind, 
/**
 * The hash of HMAC.
 */
algorithm: AlgorithmView, 
/**
 * Digits of a code, 1 to 10.
 */
digits: number, 
/**
 * Seconds a code lives, at least 1.
 */
period: number, 
/**
 * HOTP's counter.
 */
counter: number, };

/**
 * A part of the picture of the screen, in its pixels.
 */
export type ScreenRegion = { 
/**
 * Of its left edge.
 */
x: number, 
/**
 * Of its upper edge.
 */
y: number, 
/**
 * From its left edge to the right.
 */
width: number, 
/**
 * From its upper edge downwards.
 */
height: number, };

/**
 * A draft to keep, as the person wants it.
 */
export type DraftChoice = { 
/**
 * The draft.
 */
id: string, 
/**
 * Who the account is with; at most 1024 characters.
 */
issuer: string, 
/**
 * The account's name there; at most 1024 characters.
 */
account: string, 
/**
 * At most 20 of at most 50 characters.
 */
tags: Array<string>, 
/**
 * What to do about an entry that looks the same.
 */
duplicate: DuplicateChoice, };

/**
 * What to do about an entry that looks the same.
 */
export type DuplicateChoice = "ask" | "keep_both" | { "replace": string };

/**
 * A camera of this computer.
 */
export type CameraView = { 
/**
 * Names it in later calls; may be another one when it is plugged in again.
 */
id: string, 
/**
 * What its maker calls it.
 */
name: string, };

/**
 * What would help to read a code.
 */
export type CameraHint = "more_light" | "closer" | "hold_still";

/**
 * What the page hears of a camera, besides its pictures.
 */
export type CameraEvent = { "kind": "hint", 
/**
 * What would help; null when nothing is known to.
 */
hint: CameraHint | null, } | { "kind": "part", 
/**
 * Which, such as "2 of 3 codes scanned, missing number 2".
 */
text: string, } | { "kind": "unusable", 
/**
 * What it is instead.
 */
error: CommandError, } | { "kind": "found" } | { "kind": "failed", 
/**
 * Why.
 */
error: CommandError, } | { "kind": "paused" };

/**
 * A platform as the person chooses it.
 */
export type DeploymentChoice = { "preset": "sandbox" } | { "preset": "upsun" } | { "preset": "platformsh" } | { "preset": "custom" } & CustomDeployment;

/**
 * A deployment that is none of the presets, as a person types it.
 */
export type CustomDeployment = { 
/**
 * Shown to the person.
 */
name: string, 
/**
 * Base address of the API.
 */
api: string, 
/**
 * Base address of the authorization server.
 */
auth: string, 
/**
 * Client identifier registered there (RFC 6749 section 2.2); empty: Deskfob registers itself (RFC 7591).
 */
clientId: string, 
/**
 * Base address of what signs SSH keys; empty: that of the authorization server.
 */
certifier: string, 
/**
 * Patterns of the names of its SSH hosts, apart by blanks or commas.
 */
sshHosts: string, 
/**
 * Ports that the browser may be sent back to; null: any (RFC 8252 section 7.3).
 */
ports: PortRange | null, 
/**
 * The client names itself with an empty secret, as the platforms' own command line does.
 */
emptySecret: boolean, };

/**
 * Ports, as a person types them.
 */
export type PortRange = { 
/**
 * Lowest port.
 */
first: string, 
/**
 * Highest port.
 */
last: string, };

/**
 * A field of a deployment.
 */
export type DeploymentField = "name" | "api" | "auth" | "clientId" | "certifier" | "sshHosts" | "ports";

/**
 * What is wrong with a field.
 */
export type DeploymentProblem = { 
/**
 * Which one.
 */
field: DeploymentField, 
/**
 * What is wrong with it.
 */
error: CommandError, };

/**
 * Whether MFA is on.
 */
export type MfaStatus = "on" | "off" | "sso" | "invited" | "unknown";

/**
 * Whether kept recovery codes work.
 */
export type CodesState = "usable" | "doubtful" | "dead";

/**
 * How many recovery codes are kept.
 */
export type RecoveryCodesView = { 
/**
 * Codes of the set.
 */
total: number, 
/**
 * Codes not marked as used.
 */
left: number, 
/**
 * The person has seen them.
 */
acknowledged: boolean, 
/**
 * Whether they work.
 */
state: CodesState, };

/**
 * What is known of an account's factor.
 */
export type FactorView = { "finding": "unknown" } | { "finding": "off" } | { "finding": "off_with_entry" } | { "finding": "elsewhere" } | { "finding": "taken", 
/**
 * When, Unix time, ms.
 */
at: number, } | { "finding": "unproven" };

/**
 * Turning MFA off or moving it, not at its end.
 */
export type UnderWay = "withdrawing" | "moving_asking" | "moving_off" | "moving_proposed" | "moving_confirming";

/**
 * How MFA came to be off.
 */
export type Withdrawn = "now" | "before";

/**
 * How far an enrolment got.
 */
export type EnrolmentStage = "proposed" | "confirming";

/**
 * An enrolment in progress.
 */
export type EnrolmentView = { 
/**
 * The account that is being protected.
 */
accountId: string, 
/**
 * The platform's name for the code list.
 */
issuer: string, 
/**
 * The account's name for the code list.
 */
accountName: string, 
/**
 * The hash of HMAC.
 */
algorithm: AlgorithmView, 
/**
 * Digits of a code.
 */
digits: number, 
/**
 * Seconds a code lives.
 */
period: number, 
/**
 * Unix time, ms.
 */
startedAt: number, 
/**
 * How far it got.
 */
stage: EnrolmentStage, 
/**
 * Another app makes the codes: confirmed, the secret is not kept here.
 */
elsewhere: boolean, };

/**
 * A platform account.
 */
export type AccountView = { 
/**
 * Names the account in later calls.
 */
id: string, 
/**
 * The platform's name: "Sandbox", "Upsun" and so on.
 */
deployment: string, 
/**
 * E-mail address.
 */
email: string, 
/**
 * The person's name.
 */
displayName: string, 
/**
 * What the platform said last about this account; unknown when it was not asked.
 */
mfa: MfaStatus, 
/**
 * When it was asked, Unix time, ms.
 */
mfaCheckedAt: number | null, 
/**
 * Whether the linked entry is the one that the platform knows.
 */
factor: FactorView, 
/**
 * What was begun with the factor and is not at its end.
 */
underWay: UnderWay | null, 
/**
 * How far the platform's clock is ahead of the time of its codes, s; null when that is not worth telling.
 */
clockAhead: number | null, 
/**
 * What is added to the time of its codes, s.
 */
clockCorrection: number, 
/**
 * The session in use was made with MFA.
 */
sessionHasMfa: boolean, 
/**
 * There is a session.
 */
signedIn: boolean, 
/**
 * The session comes from an API token.
 */
byApiToken: boolean, 
/**
 * The vault entry that makes this account's codes.
 */
entryId: string | null, 
/**
 * Null when no codes are kept.
 */
recoveryCodes: RecoveryCodesView | null, 
/**
 * An enrolment that was not finished.
 */
enrolment: EnrolmentView | null, };

/**
 * How a session ended.
 */
export type SignedOutView = { 
/**
 * Why the platform was not told; null when it was.
 */
notRevoked: CommandError | null, 
/**
 * The API token that the session came from works until it is deleted at the platform.
 */
apiTokenRemains: boolean, };

/**
 * The secret of an enrolment, shown because the person asked for it and gave the vault's password.
 */
export type EnrolmentSecretView = { 
/**
 * The setup key in base32.
 */
key: string, 
/**
 * Modules along a side of the QR code, without its border.
 */
side: number, 
/**
 * Its dark modules, as the data of an SVG path, one unit a module.
 */
path: string, };

/**
 * One recovery code, shown because the person asked for it.
 */
export type RecoveryCodeView = { 
/**
 * Place in the set.
 */
position: number, 
/**
 * The code.
 */
code: string, 
/**
 * When it was marked as used, Unix time, ms.
 */
usedAt: number | null, };

/**
 * What became of a confirmation that got no answer.
 */
export type ResolutionView = { "outcome": "accepted", 
/**
 * A new set, shown once as after a confirmation; empty when the platform gave none.
 */
codes: Array<RecoveryCodeView>, } | { "outcome": "not_accepted" };

/**
 * A page of the sandbox.
 */
export type SandboxPage = "start" | "outbox";

/**
 * One question about the account.
 */
export type FactCheck = "session" | "certificate" | "account" | "organizations" | "api_tokens";

/**
 * How a fact stands.
 */
export type FactState = "good" | "bad" | "plain" | "unknown";

/**
 * A fact in words.
 */
export type FactView = { 
/**
 * The question.
 */
check: FactCheck, 
/**
 * How it stands.
 */
state: FactState, 
/**
 * For a person, one sentence.
 */
text: string, };

/**
 * Which account the errors are about.
 */
export type Fitting = "one" | "another" | "several" | "no_account";

/**
 * What to do.
 */
export type Remedy = "enrol" | "sign_in" | "new_token" | "sign_in_by_command_line" | "new_certificate" | "tell_openssh" | "ask_for_access" | "fix_host_keys" | "fix_clock" | "wait";

/**
 * One step of the way out.
 */
export type DoctorStepView = { 
/**
 * What to do.
 */
remedy: Remedy, 
/**
 * Only when MFA is off, which is not known.
 */
onlyIfMfaOff: boolean, 
/**
 * Methods that the sign-in must use, all of them.
 */
amr: Array<string>, 
/**
 * Most seconds since the sign-in, at least 0.
 */
maxAge: number | null, };

/**
 * An error that was found, and what to do about it. Free of secrets.
 */
export type DoctorFindingView = { 
/**
 * Stable name of what it says.
 */
symptom: string, 
/**
 * Line of the text, the first is 1.
 */
line: number, 
/**
 * Column, the first is 1.
 */
column: number, 
/**
 * How often it is in the text.
 */
count: number, 
/**
 * The words it was known by, line by line.
 */
quote: string, 
/**
 * The service that refused, if it is named.
 */
service: string | null, 
/**
 * What it means, one sentence.
 */
meaning: string, 
/**
 * What to do, one sentence.
 */
todo: string, 
/**
 * Whether codes of an authenticator help; null where they do not matter.
 */
codesHelp: boolean | null, 
/**
 * The steps in their order.
 */
steps: Array<DoctorStepView>, };

/**
 * A secret in the text, which is not repeated.
 */
export type LeakView = { 
/**
 * Stable name of its kind.
 */
kind: string, 
/**
 * Line of the first.
 */
line: number, 
/**
 * How many.
 */
count: number, 
/**
 * What to do about it.
 */
warning: string, };

/**
 * What is in a text.
 */
export type DoctorView = { 
/**
 * The errors that are known. Empty when nothing is.
 */
findings: Array<DoctorFindingView>, 
/**
 * The secrets, one for each kind.
 */
leaks: Array<LeakView>, 
/**
 * Bytes at the beginning that were not looked at.
 */
skipped: number, 
/**
 * The account that is checked.
 */
accountId: string | null, 
/**
 * Which account the errors are about.
 */
fitting: Fitting, 
/**
 * What can be found out about it, in this order.
 */
checks: Array<FactCheck>, };

/**
 * One fact, and what is to be done with it known.
 */
export type DoctorCheckView = { 
/**
 * The fact.
 */
fact: FactView, 
/**
 * The errors again, by all that is known so far.
 */
findings: Array<DoctorFindingView>, };

/**
 * The account's own part in an organisation.
 */
export type OrganizationRole = "owner" | "unknown";

/**
 * An organisation.
 */
export type OrganizationView = { 
/**
 * Names the organisation in later calls.
 */
id: string, 
/**
 * Machine name.
 */
name: string, 
/**
 * Name for people.
 */
label: string, 
/**
 * The account's own part in it.
 */
role: OrganizationRole, 
/**
 * The platform lets the account list members.
 */
canListMembers: boolean, };

/**
 * What a member may do.
 */
export type Role = "owner" | "admin" | "viewer";

/**
 * A member.
 */
export type MemberView = { 
/**
 * Names the member in later calls.
 */
id: string, 
/**
 * The person's name; empty when the platform did not say.
 */
name: string, 
/**
 * E-mail address; empty when the platform did not say.
 */
email: string, 
/**
 * What the member may do.
 */
role: Role, 
/**
 * Whether MFA is on.
 */
status: MfaStatus, 
/**
 * Unix time, ms.
 */
joinedAt: number | null, 
/**
 * When a reminder last went out from here, Unix time, ms.
 */
lastRemindedAt: number | null, 
/**
 * Reminders sent from here.
 */
reminders: number, 
/**
 * The member is the signed-in account.
 */
isYou: boolean, };

/**
 * A fact that stands against requiring MFA.
 */
export type EnforceBlocker = "no_addon" | "not_owner_or_admin" | "own_mfa_off" | "session_without_mfa";

/**
 * An organisation's members and its requirement.
 */
export type MembersView = { 
/**
 * The organisation.
 */
organizationId: string, 
/**
 * Everyone the platform listed.
 */
members: Array<MemberView>, 
/**
 * Null: the platform did not say.
 */
mfaRequired: boolean | null, 
/**
 * What is known to stand against requiring MFA.
 */
enforceBlockers: Array<EnforceBlocker>, 
/**
 * When the platform was asked, Unix time, ms.
 */
checkedAt: number, };

/**
 * What became of one person's reminder.
 */
export type ReminderResult = { 
/**
 * The member.
 */
memberId: string, 
/**
 * A mail went out.
 */
sent: boolean, 
/**
 * The platform's HTTP-like code; 0 when it left the person out.
 */
code: number, 
/**
 * The platform's words.
 */
message: string, };

/**
 * What became of reminders.
 */
export type RemindReport = { 
/**
 * Everyone the platform answered for.
 */
results: Array<ReminderResult>, 
/**
 * What stopped it before everyone was asked for.
 */
stopped: CommandError | null, };

/**
 * How an account's SSH certificate stands.
 */
export type SshState = "none" | "unreadable" | "not_yet" | "valid" | "due" | "lacks_mfa" | "expired";

/**
 * An account's SSH certificate. The key never crosses to the page.
 */
export type SshView = { 
/**
 * How it stands.
 */
state: SshState, 
/**
 * It says that MFA was used.
 */
mfa: boolean, 
/**
 * How the person signed in, as the certificate has it.
 */
amr: Array<string>, 
/**
 * Its end, Unix time, ms.
 */
validUntil: number | null, 
/**
 * Whether a key signed it that the platform names; null when that was not checked.
 */
knownAuthority: boolean | null, 
/**
 * The private key's file.
 */
keyFile: string | null, 
/**
 * The hosts that are shown it.
 */
hosts: Array<string>, 
/**
 * OpenSSH's part of the configuration names it; another account may have the same hosts.
 */
inUse: boolean, 
/**
 * The person's own configuration; null when it cannot be read.
 */
config: SshConfigView | null, 
/**
 * Why it cannot be read.
 */
configError: CommandError | null, 
/**
 * The platform's own command line; null where the account's platform has none.
 */
commandLine: CommandLineView | null, };

/**
 * The person's configuration of OpenSSH.
 */
export type SshConfigView = { 
/**
 * The file.
 */
file: string, 
/**
 * Deskfob's lines are in it.
 */
present: boolean, 
/**
 * Deskfob's lines.
 */
block: string, 
/**
 * Others may write it, so OpenSSH refuses to read it.
 */
writableByOthers: boolean, };

/**
 * The platforms' own command line, which has a session and a certificate of its own.
 */
export type CommandLineView = { 
/**
 * `upsun` or `platform`; null when neither is set up on this computer.
 */
name: string | null, 
/**
 * How its certificate stands, whatever Deskfob's session has.
 */
state: SshState, 
/**
 * Its certificate says that MFA was used.
 */
mfa: boolean, 
/**
 * The end of its certificate, Unix time, ms.
 */
validUntil: number | null, };

/**
 * Every rejected call carries this.
 */
export type CommandError = { 
/**
 * Stable name, for code.
 */
code: string, 
/**
 * What happened.
 */
message: string, 
/**
 * What to do.
 */
hint: string | null, 
/**
 * How long to wait before the next try, ms.
 */
retryAfterMs: number | null, };

/**
 * Why the vault was locked.
 */
export type LockReason = "person" | "idle" | "suspend" | "screen_lock" | "other_program";

/**
 * What the backend tells the page unasked.
 */
export type BackendEvent = { "kind": "locked", 
/**
 * Why.
 */
reason: LockReason, } | { "kind": "unlocked" } | { "kind": "entries_changed" } | { "kind": "backups_changed" } | { "kind": "settings_changed" } | { "kind": "backup_failed", 
/**
 * Why.
 */
error: CommandError, } | { "kind": "accounts_changed" } | { "kind": "sign_in_opened", 
/**
 * Its address, to open by hand.
 */
url: string, } | { "kind": "sign_in_wanted", 
/**
 * Whose session it is.
 */
accountId: string, 
/**
 * The platform's name.
 */
platform: string, 
/**
 * The account's e-mail address.
 */
email: string, 
/**
 * A second factor is asked for.
 */
mfa: boolean, 
/**
 * Every method that is asked for: `mfa`, `sso:acme` and so on.
 */
methods: Array<string>, 
/**
 * Most seconds since the sign-in; null: any.
 */
maxAge: number | null, } | { "kind": "sign_in_ended" } | { "kind": "command_line_said", 
/**
 * All that it said so far, without secrets.
 */
text: string, } | { "kind": "drafts_found", 
/**
 * What was read.
 */
found: FoundView, } | { "kind": "drafts_failed", 
/**
 * Why.
 */
error: CommandError, } | { "kind": "link_waits" } | { "kind": "members_progress", 
/**
 * Read.
 */
done: number, 
/**
 * All, when the platform says.
 */
total: number | null, };

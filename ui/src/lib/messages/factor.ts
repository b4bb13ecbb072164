import { plural } from '../format';

const seconds = (count: number) => plural(Math.abs(count), 'second', 'seconds');

/** What happens to the MFA of an account after it was turned on. */
export const factor = {
  finding: {
    unknown: '',
    off: '',
    off_with_entry: 'While MFA is off, nobody asks for the codes of the entry in your list.',
    elsewhere: 'Another app makes its codes.',
    unproven: 'Whether the entry in your list is the right one is not proven.',
  },
  taken: (date: string) => `Your list makes its codes. The platform took one on ${date}.`,
  checked: (ago: string) => `As of ${ago}`,
  byToken: 'By an API token',

  menuCheck: 'Check this factor…',
  menuNewCodes: 'New recovery codes…',
  menuMove: 'Move to a new secret…',
  menuWithdraw: 'Turn off MFA…',

  underWayTitle: {
    withdrawing: 'Is MFA off?',
    moving_asking: 'Is MFA off?',
    moving_off: 'MFA is off, the move is not finished',
    moving_proposed: 'MFA is off, the move is not finished',
    moving_confirming: 'Is the new secret in force?',
  },
  underWayText: {
    withdrawing: 'The platform was asked to turn MFA off and gave no clear answer. The entry stays until it is known.',
    moving_asking: 'The platform was asked to turn MFA off and gave no clear answer. Going on asks first.',
    moving_off: 'The old secret no longer works and there is no new one yet.',
    moving_proposed: 'The new secret is in your vault and waits to be confirmed.',
    moving_confirming: 'The new secret was sent, and the platform gave no clear answer. Going on asks first.',
  },
  ask: (platform: string) => `Ask ${platform}`,
  goOn: 'Go on',
  leaveOff: 'Leave MFA off',
  leftOff: (email: string) => `MFA stays off for ${email}`,

  clockTitle: 'The clocks disagree',
  clockBehind: (ahead: number, platform: string) =>
    `This computer’s clock is ${seconds(ahead)} behind ${platform}’s. Codes may be refused.`,
  clockAhead: (ahead: number, platform: string) =>
    `This computer’s clock is ${seconds(ahead)} ahead of ${platform}’s. Codes may be refused.`,
  clockHow: 'Best set this computer’s clock right. Until then Deskfob can make the codes of this account by the platform’s time.',
  clockCorrect: 'Correct this account’s codes',
  clockCorrected: (by: number) => `Codes of this account are made ${seconds(by)} ${by > 0 ? 'later' : 'earlier'} than this computer’s clock says.`,
  clockUndo: 'Stop correcting',
  clockNow: 'The time of this account’s codes is corrected',
  clockUncorrected: 'Codes are made by this computer’s clock again',

  codesDead: 'These no longer work: they belong to an earlier setup.',
  codesDoubtful: 'These may no longer work: a new set was asked for, and the platform gave no clear answer.',

  withdrawTitle: (email: string) => `Turn off MFA for ${email}?`,
  withdrawText: 'A password alone opens the account then. The entry goes to the trash once the platform agreed, and its recovery codes stop working.',
  withdrawEnforced: 'Organisations that require MFA close to this account.',
  withdrawConfirm: 'Turn off MFA',
  withdrawn: (email: string) => `MFA is off for ${email}. The entry is in the trash.`,
  withdrawnBefore: (email: string) => `MFA was off for ${email} already.`,

  moveTitle: 'Move to a new secret',
  moveText: (platform: string) =>
    `${platform} turns MFA off and on again with a secret that only this vault has. Devices with the old secret stop making codes that work.`,
  moveHere: 'Codes come from your list afterwards.',
  moveOff: 'For a moment MFA is off. If something fails in between, Deskfob goes on from there.',
  moveCodes: 'The recovery codes are new, too; the old ones stop working.',
  moveConfirm: 'Move',
  moved: 'Moved to a new secret',

  newCodesTitle: 'New recovery codes',
  newCodesText: (platform: string) => `${platform} makes a new set, kept in this vault. The old codes stop working. Type the vault’s password to go on.`,
  newCodesConfirm: 'Make a new set',

  checkTitle: 'Is this the right factor?',
  checkFacts: {
    unknown: 'The platform has not said whether MFA is on.',
    off: 'MFA is off.',
    off_with_entry: 'MFA is off. The entry in your list makes codes that nobody asks for.',
    elsewhere: 'MFA is on, and no entry in your list is linked to this account: another app makes its codes.',
    unproven: 'MFA is on. The platform never took a code of the entry in your list as far as Deskfob knows.',
  },
  checkTaken: (date: string) => `MFA is on. The platform took a code of the entry in your list on ${date}, and never said since that MFA was off.`,
  checkLimit: 'No platform tells which secret it holds. Only a sign-in with a code of the entry proves that it is the right one.',
  checkAgain: 'Ask again',
  checkSignIn: 'Prove it by signing in',
  checkMove: 'Move it here',
  checkQuestion: 'Which code did you type?',
  checkQuestionText: 'The platform took it. Only you know which one it was.',
  checkOurs: 'The one Deskfob showed',
  checkOther: 'Another one, or a recovery code',
  checkProven: 'Proven: this entry is the right one',
  checkNotProven: 'MFA is on. The entry is still not proven.',

  stepUpTitle: (platform: string) => `${platform} asks you to sign in again`,
  stepUpMfa: 'This needs a sign-in with MFA.',
  stepUpSso: (methods: string) => `This needs a sign-in with ${methods}.`,
  stepUpFresh: 'This needs a fresh sign-in.',
  stepUpAge: (age: string) => `The sign-in may be at most ${age} old.`,
  stepUpThen: (email: string) => `Sign in as ${email} in the browser. What you began goes on by itself then.`,
  stepUpGo: 'Sign in',
  age: (seconds: number) =>
    seconds % 60 === 0 && seconds > 0 ? plural(seconds / 60, 'minute', 'minutes') : plural(seconds, 'second', 'seconds'),

  notRevoked: (platform: string) =>
    `${platform} was not told, so the session lasts there until its time is over. End it on the account’s security page to be sure.`,
  tokenRemains: (platform: string) => `The API token still works: delete it in ${platform}’s console.`,

  pageTitle: 'Recovery codes',
  pagePlatform: 'Platform',
  pageAccount: 'Account',
  pageDate: 'Printed',
  pageUse: 'Each code signs you in once, in place of the code of your authenticator. Tick it off when it is used.',
  pageKeep: 'Anyone with this page can sign in as you. Keep it where you keep a passport.',
  print: 'Print',

  otherApp: 'Use another app as well',
  otherText: 'Show the QR code and the setup key. Whoever sees them can make your codes.',
  otherReveal: 'Show the QR code',
  otherShow: 'Show',
  otherHide: 'Hide',
  otherAlt: (issuer: string, account: string) => `QR code for ${issuer}, ${account}`,
  otherKey: 'Setup key',
  otherCopy: 'Copy the setup key',
  otherCopied: 'Setup key copied. The clipboard is cleared in 30 seconds.',
  otherKeep: 'Keep it in this vault, too',
  otherKeepHint: 'Off: only the other app makes the codes, and its code is asked for in the next step.',
  otherNext: 'Go on',
  doneElsewhere: (email: string) => `${email} now asks for a code at every sign-in. Another app makes it.`,
  otherTyped: 'Type the code that the other app shows.',
} as const;

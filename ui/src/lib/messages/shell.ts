import { plural } from '../format';

export const app = {
  name: 'Deskfob',
  tagline: 'The authenticator that lives on your laptop',
  loading: 'Opening',
  dropTitle: 'Drop the picture here',
  dropText: 'Deskfob reads the QR codes in it. The picture itself is not kept.',
  dropLocked: 'The vault is locked. Unlock it, then drop that again.',
  notice: 'Notice',
  close: 'Close',
  back: 'Back',
  cancel: 'Cancel',
  copy: 'Copy',
  copied: 'Copied',
  show: 'Show',
  hide: 'Hide',
  undo: 'Undo',
  tryAgain: 'Try again',
} as const;

export const nav = {
  label: 'Main',
  codes: 'Codes',
  accounts: 'Accounts',
  organisation: 'Organisation',
  doctor: 'Doctor',
  settings: 'Settings',
  shortcuts: 'Shortcuts',
  lock: 'Lock',
} as const;

export const error = {
  unexpected: 'Something went wrong here',
  unexpectedHint: 'Nothing was lost. Try again, and if it happens again, lock and unlock the vault.',
  notLoaded: 'this part of the window could not be loaded',
  notLoadedHint: 'try again; if it stays so, close Deskfob and open it again',
  notLoadedTitle: 'Not loaded',
  code: (code: string) => `For support: ${code}`,
} as const;

export const ticks = {
  valid: (seconds: number) => `valid ${plural(seconds, 'second', 'seconds')}`,
  left: (seconds: number) => plural(seconds, 'second', 'seconds'),
  newCode: 'new code',
} as const;

export const create = {
  title: 'Create your vault',
  text: 'Your codes are kept encrypted on this computer. One password opens them.',
  password: 'Password',
  repeat: 'Password again',
  hint: 'At least 8 characters. A few unrelated words are easy to remember and hard to guess.',
  strength: {
    empty: '',
    short: 'Too short: use at least 8 characters',
    weak: 'Easy to guess. Add a word or two',
    fair: 'Good. One more word makes it strong',
    strong: 'Strong',
  },
  mismatch: 'The two passwords differ.',
  tooShort: 'Use at least 8 characters.',
  keyring: 'Keep unlocked by the system keyring',
  keyringText: 'Opens the vault with one click while you are signed in to this computer. The password keeps working.',
  forgottenTitle: 'If you forget it',
  forgotten:
    'Nobody can reset this password, and without it the codes cannot be read. Keep the recovery codes of each service in a second place too.',
  submit: 'Create vault',
} as const;

export const lock = {
  linkWaits: 'A link with a setup code was opened. Unlock to look at it; nothing is added by itself.',
  title: 'Vault locked',
  password: 'Password',
  submit: 'Unlock',
  keyring: 'Unlock with the system keyring',
  wrong: 'That password doesn’t open this vault.',
  caps: 'Caps Lock is on.',
  wait: (seconds: number) => `Try again in ${plural(seconds, 'second', 'seconds')}.`,
  waitCalm: 'Nothing is ever deleted after wrong passwords.',
  unlocked: 'Vault unlocked',
} as const;

export const settings = {
  links: 'Links',
  linksName: 'Open setup links with Deskfob',
  linksText: 'Links that begin with otpauth: on a web page open here. Deskfob always asks before it adds one.',
  linksUnsupported: 'On this system the installed app sees to it.',
  title: 'Settings',
  appearance: 'Appearance',
  theme: 'Theme',
  themeSystem: 'Follow the system',
  themeLight: 'Light',
  themeDark: 'Dark',
  sections: 'Sections',
  keyring: 'Unlock with the system keyring',
  keyringOn: 'One click opens the vault while you are signed in to this computer.',
  keyringOff: 'Only the password opens the vault.',
  keyringTurnOn: 'Turn on',
  keyringTurnOff: 'Turn off',
  keyringOnTitle: 'Let the system keyring open this vault?',
  keyringOffTitle: 'Stop using the system keyring?',
  keyringAsk: 'Type the vault’s password to confirm that it is you.',
  keyringOnConfirm: 'Use the keyring',
  keyringOffConfirm: 'Use the password only',
  keyringTurnedOn: 'The system keyring opens the vault now',
  keyringTurnedOff: 'Only the password opens the vault now',
  location: 'Where it is kept',
  lockNow: 'Lock now',
  keyboard: 'Keyboard',
  keyboardText: 'Everything here can be done without a mouse.',
  keyboardOpen: 'Show shortcuts',
} as const;

export const keys = {
  title: 'Keyboard shortcuts',
  everywhere: 'Everywhere',
  list: 'In the list of codes',
  listText: 'While a row has the focus. Enter copies its code, too.',
  search: 'Search',
  codes: 'Codes',
  accounts: 'Accounts',
  organisation: 'Organisation',
  settings: 'Settings',
  add: 'Add an account',
  paste: 'Add what is on the clipboard',
  lock: 'Lock',
  sheet: 'This list',
  escape: 'Clear the search, close, go back',
  move: 'Move up and down',
  ends: 'First and last row',
  copy: 'Copy the code',
  copyNext: 'Copy the next code',
  edit: 'Edit',
  favourite: 'Pin or unpin',
  moveRow: 'Move the row',
  undo: 'Undo, while it is offered',
  remove: 'Remove',
} as const;

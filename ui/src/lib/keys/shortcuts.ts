import { m } from '../messages';

export type ShortcutId =
  | 'search' | 'search_slash' | 'codes' | 'accounts' | 'organisation' | 'settings' | 'add' | 'lock' | 'sheet' | 'sheet_question' | 'escape'
  | 'previous' | 'next_row' | 'first' | 'last' | 'copy' | 'copy_ctrl' | 'copy_next' | 'edit' | 'remove' | 'paste'
  | 'favourite' | 'move_up' | 'move_down' | 'undo';

export type Shortcut = {
  id: ShortcutId;
  /** As `KeyboardEvent.key` says it. */
  key: string;
  /** With Ctrl, or ⌘ on a Mac. */
  mod?: true;
  /** With Alt, or ⌥ on a Mac. */
  alt?: true;
  /** `list`: only while a row of the list has the focus. `page`: anywhere but in a field. */
  where: 'anywhere' | 'page' | 'list';
  /** Rows with the same label are one line of the sheet. */
  label: string;
};

/** Every key the page listens to. The sheet of shortcuts is made from this table. */
export const SHORTCUTS: readonly Shortcut[] = [
  { id: 'search', key: 'f', mod: true, where: 'anywhere', label: m.keys.search },
  { id: 'search_slash', key: '/', where: 'page', label: m.keys.search },
  { id: 'codes', key: '1', mod: true, where: 'anywhere', label: m.keys.codes },
  { id: 'accounts', key: '2', mod: true, where: 'anywhere', label: m.keys.accounts },
  { id: 'organisation', key: '3', mod: true, where: 'anywhere', label: m.keys.organisation },
  { id: 'settings', key: ',', mod: true, where: 'anywhere', label: m.keys.settings },
  { id: 'add', key: 'n', mod: true, where: 'anywhere', label: m.keys.add },
  { id: 'paste', key: 'v', mod: true, where: 'page', label: m.keys.paste },
  { id: 'undo', key: 'z', mod: true, where: 'page', label: m.keys.undo },
  { id: 'lock', key: 'l', mod: true, where: 'anywhere', label: m.keys.lock },
  { id: 'sheet', key: '/', mod: true, where: 'anywhere', label: m.keys.sheet },
  { id: 'sheet_question', key: '?', where: 'page', label: m.keys.sheet },
  { id: 'escape', key: 'Escape', where: 'anywhere', label: m.keys.escape },
  { id: 'previous', key: 'ArrowUp', where: 'list', label: m.keys.move },
  { id: 'next_row', key: 'ArrowDown', where: 'list', label: m.keys.move },
  { id: 'first', key: 'Home', where: 'list', label: m.keys.ends },
  { id: 'last', key: 'End', where: 'list', label: m.keys.ends },
  { id: 'copy', key: 'c', where: 'list', label: m.keys.copy },
  { id: 'copy_ctrl', key: 'c', mod: true, where: 'list', label: m.keys.copy },
  { id: 'copy_next', key: 'n', where: 'list', label: m.keys.copyNext },
  { id: 'edit', key: 'F2', where: 'list', label: m.keys.edit },
  { id: 'favourite', key: 'p', where: 'list', label: m.keys.favourite },
  { id: 'move_up', key: 'ArrowUp', alt: true, where: 'list', label: m.keys.moveRow },
  { id: 'move_down', key: 'ArrowDown', alt: true, where: 'list', label: m.keys.moveRow },
  { id: 'remove', key: 'Delete', where: 'list', label: m.keys.remove },
];

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'target'>;

function inField(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]');
}

/** The shortcut that this key press means, if any. */
export function shortcutOf(event: Pressed, list: boolean): ShortcutId | null {
  const mod = isMac ? event.metaKey : event.ctrlKey;
  if (isMac ? event.ctrlKey : event.metaKey) return null;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const found = SHORTCUTS.find(
    (each) =>
      each.key === key
      && (each.mod ?? false) === mod
      && (each.alt ?? false) === event.altKey
      && (each.where === 'list' ? list : !list)
      && (each.where === 'anywhere' || !inField(event.target)),
  );
  return found?.id ?? null;
}

const NAMES: Record<string, string> = {
  ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Delete', Home: 'Home', End: 'End', F2: 'F2',
};

export function keyCaps({ key, mod, alt }: Shortcut): string[] {
  const cap = NAMES[key] ?? key.toUpperCase();
  return [...(mod ? [isMac ? '⌘' : 'Ctrl'] : []), ...(alt ? [isMac ? '⌥' : 'Alt'] : []), cap];
}

export type SheetLine = { label: string; chords: string[][] };

/** The lines of the sheet: what a key does once, with all its keys. */
export function sheetLines(where: Array<Shortcut['where']>): SheetLine[] {
  const lines = new Map<string, string[][]>();
  for (const shortcut of SHORTCUTS) {
    if (!where.includes(shortcut.where)) continue;
    lines.set(shortcut.label, [...(lines.get(shortcut.label) ?? []), keyCaps(shortcut)]);
  }
  return [...lines].map(([label, chords]) => ({ label, chords }));
}

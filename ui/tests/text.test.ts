import { describe, expect, it } from 'vitest';
import { commandError, sentence } from '../src/lib/errors';
import { ago, list, plural } from '../src/lib/format';
import { keyCaps, sheetLines, shortcutOf, SHORTCUTS } from '../src/lib/keys/shortcuts';
import { m } from '../src/lib/messages';
import { passwordStrength } from '../src/lib/passwordStrength';

describe('errors', () => {
  it('keeps what the backend says', () => {
    expect(commandError({ code: 'forbidden', message: 'no', hint: 'Ask.' })).toEqual({ code: 'forbidden', message: 'no', hint: 'Ask.', retryAfterMs: null });
  });

  it.each([
    ['an exception', new TypeError('undefined is not a function')],
    ['a string', 'panicked at src/main.rs'],
    ['nothing', undefined],
    ['an empty message', { code: 'odd', message: '' }],
  ])('turns %s into a calm sentence', (_, thrown) => {
    const error = commandError(thrown);
    expect(error.code).toBe('unexpected');
    expect(JSON.stringify(error)).not.toMatch(/undefined is|panicked/);
  });

  it.each([
    ["that code didn't match", "That code didn't match."],
    ['Try again.', 'Try again.'],
    ['who is it?', 'Who is it?'],
    ['', ''],
  ])('%s', (message, expected) => expect(sentence(message)).toBe(expected));
});

describe('format', () => {
  it('bends with the number', () => {
    expect([plural(1, 'code', 'codes'), plural(0, 'code', 'codes'), plural(1200, 'code', 'codes')]).toEqual(['1 code', '0 codes', '1,200 codes']);
    expect(list(['a', 'b', 'c'])).toBe('a, b and c');
  });

  const NOW = 1_800_000_000_000;
  it.each([
    [0, 'just now'],
    [59, 'just now'],
    [60, '1 minute ago'],
    [2 * 86_400, '2 days ago'],
    [86_400, 'yesterday'],
    [-5, 'just now'],
  ])('%i seconds ago', (seconds, text) => expect(ago(NOW - seconds * 1000, NOW)).toBe(text));
});

describe('password strength', () => {
  it.each([
    ['', 'empty'],
    ['short', 'short'],
    ['aaaaaaaaaaaaaaaa', 'weak'],
    ['abcdefgh12345678', 'weak'],
    ['password123', 'weak'],
    ['orange kettle', 'fair'],
    ['orange kettle violin marsh', 'strong'],
  ])('%s', (password, strength) => expect(passwordStrength(password)).toBe(strength));
});

const press = (key: string, more: Partial<KeyboardEvent> = {}) =>
  ({ key, ctrlKey: false, metaKey: false, altKey: false, target: document.body, ...more }) as KeyboardEvent;

describe('shortcuts', () => {
  it('are unambiguous within their place', () => {
    for (const list of [true, false]) {
      const keys = SHORTCUTS.filter((each) => (each.where === 'list') === list).map((each) => `${each.alt ?? false} ${each.mod ?? false} ${each.key}`);
      expect(new Set(keys).size, 'two shortcuts share a key').toBe(keys.length);
    }
  });

  it('lets single letters act in the list only', () => {
    expect(shortcutOf(press('c'), true)).toBe('copy');
    expect(shortcutOf(press('c'), false)).toBeNull();
    const letters = SHORTCUTS.filter((each) => /^[a-z]$/.test(each.key) && !each.mod);
    expect(letters.every((each) => each.where === 'list')).toBe(true);
  });

  it('leaves fields alone', () => {
    const input = document.createElement('input');
    expect(shortcutOf(press('/', { target: input }), false)).toBeNull();
    expect(shortcutOf(press('v', { ctrlKey: true, target: input }), false), 'pasting into a field is pasting').toBeNull();
    expect(shortcutOf(press('l', { ctrlKey: true, target: input }), false), 'locking works everywhere').toBe('lock');
  });

  it('ignores other modifiers', () => expect(shortcutOf(press('l', { ctrlKey: true, altKey: true }), false)).toBeNull());

  it('are all on the sheet', () => {
    const lines = [...sheetLines(['anywhere', 'page']), ...sheetLines(['list'])];
    expect(lines.flatMap((line) => line.chords)).toHaveLength(SHORTCUTS.length);
    expect(keyCaps({ id: 'lock', key: 'l', mod: true, where: 'anywhere', label: '' })).toEqual(['Ctrl', 'L']);
  });
});

describe('messages', () => {
  const texts = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : [];

  it('say MFA and sign in, and never shout', () => {
    for (const text of texts(m)) {
      expect(text).not.toMatch(/two-step|two-factor|\b2FA\b|log ?in\b(?! -f)|!/i);
    }
  });
});

import type { CodeView, EntryKind } from '../types';

/** What a made-up entry needs to make made-up codes. */
export type FakeSeed = { id: string; seed: string; kind: EntryKind; digits: number; period: number | null; counter: number };

const STEAM_ALPHABET = '23456789BCDFGHJKMNPQRTVWXY';

/** FNV-1a: codes only have to look like codes and be the same each time. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return value;
}

export function fakeCode(entry: FakeSeed, counter: number): string {
  let number = hash(`${entry.seed}/${counter}/a`) * 4096 + (hash(`${entry.seed}/${counter}/b`) % 4096);
  if (entry.kind !== 'steam') return String(number % 10 ** entry.digits).padStart(entry.digits, '0');
  let code = '';
  for (let i = 0; i < entry.digits; i++) {
    code += STEAM_ALPHABET[number % STEAM_ALPHABET.length];
    number = Math.floor(number / STEAM_ALPHABET.length);
  }
  return code;
}

/** `correction`: the codes are made so much later than the clock says, ms. */
export function fakeCodeView(entry: FakeSeed, now: number, correction = 0): CodeView {
  if (entry.period === null) return { id: entry.id, code: null, next: null, validFrom: null, validUntil: null };
  const span = entry.period * 1000;
  const step = Math.floor((now + correction) / span);
  return {
    id: entry.id,
    code: fakeCode(entry, step),
    next: fakeCode(entry, step + 1),
    validFrom: step * span - correction,
    validUntil: (step + 1) * span - correction,
  };
}

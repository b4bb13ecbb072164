import type { EntryKind } from '../backend/types';

const GROUPS: Record<number, number[]> = { 6: [3, 3], 7: [3, 4], 8: [4, 4], 9: [3, 3, 3], 10: [5, 5] };

/** A code in the groups it is read in. Joined again they are the code, so the gaps are never copied. */
export function groupCode(code: string, kind: EntryKind = 'totp'): string[] {
  const sizes = kind === 'steam' ? undefined : GROUPS[code.length];
  if (!sizes) return [code];
  let start = 0;
  return sizes.map((size) => code.slice(start, (start += size)));
}

/** A code as it is read out: digit by digit. */
export function spokenCode(code: string): string {
  return [...code].join(' ');
}

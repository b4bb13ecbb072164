const TONES = 12;

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first character as a person sees it: an emoji or a letter with its marks, whole. */
export function firstGrapheme(text: string): string {
  const first = segmenter.segment(text.trim())[Symbol.iterator]().next();
  return (first.done ? '?' : first.value.segment).toLocaleUpperCase();
}

/** A chosen icon's characters as a person sees them. */
export function iconGraphemes(text: string): string[] {
  return Array.from(segmenter.segment(text.trim()), ({ segment }) => segment);
}

/** A colour number that stays the same for the same name. */
export function toneOf(text: string): number {
  let value = 0;
  for (const character of text.trim().toLowerCase()) value = (Math.imul(value, 31) + (character.codePointAt(0) ?? 0)) >>> 0;
  return value % TONES;
}

/** An address in two parts, so that the part before the @ gives way first and the domain stays readable. */
export function splitAccount(account: string): [string, string] {
  const at = account.lastIndexOf('@');
  return at <= 0 ? [account, ''] : [account.slice(0, at), account.slice(at)];
}

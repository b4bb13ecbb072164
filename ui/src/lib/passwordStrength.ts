import { forgetLastMatch } from './vault/lastMatch';

export type Strength = 'empty' | 'short' | 'weak' | 'fair' | 'strong';

/** The vault's own floor, characters. */
export const MIN_PASSWORD_LENGTH = 8;

const COMMON = ['password', 'passwort', '12345', 'qwerty', 'azerty', 'letmein', 'welcome', 'admin', 'deskfob', 'abc123', 'iloveyou'];

function pool(password: string): number {
  let size = 0;
  if (/[a-z]/.test(password)) size += 26;
  if (/[A-Z]/.test(password)) size += 26;
  if (/\d/.test(password)) size += 10;
  if (/[^a-zA-Z\d]/.test(password)) size += 24;
  forgetLastMatch();
  return Math.max(size, 1);
}

/** A hint, not a gate: bits of a random password of this form, less what repeats, runs and well-known words give away. */
export function passwordStrength(password: string): Strength {
  if (password === '') return 'empty';
  const characters = [...password];
  if (characters.length < MIN_PASSWORD_LENGTH) return 'short';
  const lower = password.toLowerCase();
  let telling = 0;
  for (let i = 0; i < characters.length; i++) {
    const before = characters[i - 1]?.codePointAt(0) ?? -9;
    const here = characters[i]?.codePointAt(0) ?? 0;
    if (Math.abs(here - before) > 1) telling += 1;
  }
  const distinct = new Set(characters).size;
  let bits = Math.min(telling, distinct * 1.5) * Math.log2(pool(password)) * 0.8;
  for (const word of COMMON) if (lower.includes(word)) bits -= 24;
  if (bits < 36) return 'weak';
  return bits < 60 ? 'fair' : 'strong';
}

import type { ManualEntry } from '../types';
import { error } from './faults';

/** Reads an `otpauth:` link or a bare Base32 key, as far as a made-up backend needs to. */
export function readText(text: string): ManualEntry[] {
  return text.trim().split(/\s*\n\s*/).filter(Boolean).map(readLine);
}

function readLine(line: string): ManualEntry {
  if (line.startsWith('otpauth://')) return readUri(line);
  const key = readKey(line);
  return { issuer: '', account: '', key, kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30, counter: 0 };
}

export function readKey(text: string): string {
  const key = text.replace(/[\s-]/g, '').toUpperCase().replace(/=+$/, '');
  if (key === '') throw error('seed_empty', 'the key is empty', 'copy the key that the service shows beside its QR code');
  if (!/^[A-Z2-7]+$/.test(key)) {
    throw error('seed_not_base32', `the key is not base32 at character ${key.search(/[^A-Z2-7]/) + 1}`, 'keys have the letters A to Z and the digits 2 to 7 only');
  }
  return key;
}

function readUri(uri: string): ManualEntry {
  const url = new URL(uri.replace('otpauth://', 'https://'));
  const kind = url.host === 'hotp' ? 'hotp' : 'totp';
  const [left = '', right] = decodeURIComponent(url.pathname.slice(1)).split(':');
  return {
    issuer: url.searchParams.get('issuer') ?? (right === undefined ? '' : left),
    account: (right ?? left).trim(),
    key: readKey(url.searchParams.get('secret') ?? ''),
    kind,
    algorithm: (url.searchParams.get('algorithm') ?? 'SHA1') as ManualEntry['algorithm'],
    digits: Number(url.searchParams.get('digits') ?? 6),
    period: Number(url.searchParams.get('period') ?? 30),
    counter: Number(url.searchParams.get('counter') ?? 0),
  };
}

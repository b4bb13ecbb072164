import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../src/lib/backend';
import { fakeBackend } from '../src/lib/backend/fake';
import { FAKE_PASSWORD } from '../src/lib/backend/fake/password';

const fake = import.meta.glob<string>('../src/lib/backend/fake/*.ts', { query: '?raw', import: 'default', eager: true });
const rust = Object.values({
  ...import.meta.glob<string>('../../crates/*/src/**/*.rs', { query: '?raw', import: 'default', eager: true }),
  ...import.meta.glob<string>('../../src-tauri/src/**/*.rs', { query: '?raw', import: 'default', eager: true }),
}).join('\n');

describe('the made-up backend', () => {
  it('gives only errors that the product can give', () => {
    expect(rust).toContain('"wrong_password"');
    const given = Object.entries(fake).flatMap(([file, source]) =>
      [...source.matchAll(/\berror\(\s*'(\w+)'/g)].map(([, code]) => ({ file: file.split('/').at(-1), code })));
    expect(given.length).toBeGreaterThan(50);
    expect(given.filter(({ code }) => !rust.includes(`"${code}"`))).toEqual([]);
  });
});

describe('recovery codes', () => {
  afterEach(() => vi.useRealTimers());
  const open = (query: string) => fakeBackend(new URLSearchParams(query));
  const enrolled = async (backend: Backend) => {
    await backend.enrolBegin('a1');
    await backend.enrolConfirm('a1', null);
  };
  const cases: Array<[how: string, query: string, make: (backend: Backend) => Promise<unknown>]> = [
    ['by turning MFA on', 'fake=filled', enrolled],
    ['as a new set', 'fake=filled&mfa=on', (backend) => backend.recoveryCodesNew('a1', FAKE_PASSWORD)],
    ['by a move', 'fake=filled&mfa=on', (backend) => backend.factorMove('a1', FAKE_PASSWORD)],
  ];

  it.each(cases)('issued in this window %s may be taken until they are confirmed as stored', async (_, query, make) => {
    vi.useFakeTimers({ toFake: ['Date'], now: 0 });
    const backend = open(query);
    await make(backend);
    vi.setSystemTime(20 * 60_000);
    await backend.recoveryCodesCopy('a1');
    await backend.recoveryCodesAcknowledge('a1');
    await expect(backend.recoveryCodesCopy('a1')).rejects.toMatchObject({ code: 'confirm_first' });
  });

  it('of an earlier time need the password, confirmed or not', async () => {
    const backend = open('fake=filled&mfa=on&ack=0');
    await expect(backend.recoveryCodesSaveFile('a1')).rejects.toMatchObject({ code: 'confirm_first' });
    await backend.recoveryCodesReveal('a1', FAKE_PASSWORD);
    await expect(backend.recoveryCodesSaveFile('a1')).resolves.toBe('sandbox-recovery-codes.txt');
  });

  it('are of an earlier time once the vault was locked', async () => {
    const backend = open('fake=filled');
    await enrolled(backend);
    await backend.vaultLock();
    await backend.vaultUnlock(FAKE_PASSWORD);
    await expect(backend.recoveryCodesCopy('a1')).rejects.toMatchObject({ code: 'confirm_first' });
  });
});

import { fireEvent, render, screen } from '@testing-library/svelte';
import { describe, expect, it, vi } from 'vitest';
import CodeRow from '../src/components/CodeRow.svelte';
import CodeText from '../src/components/CodeText.svelte';
import ErrorNote from '../src/components/ErrorNote.svelte';
import PasswordField from '../src/components/PasswordField.svelte';
import Ring from '../src/components/Ring.svelte';
import type { CodeView, EntryView } from '../src/lib/backend/types';
import { fakeBackend } from '../src/lib/backend/fake';
import { LiveCodes } from '../src/lib/codes/live.svelte';
import { Ticker } from '../src/lib/ticker.svelte';

const entry: EntryView = {
  id: 'e', issuer: 'GitHub', account: 'ada@example.com', kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30, favourite: false,
  tags: [], icon: null, hasNotes: false, useCount: 0, lastUsedAt: null, createdAt: 0,
};
const code: CodeView = { id: 'e', code: '123456', next: '654321', validFrom: 0, validUntil: 30_000 };
const row = { entry, code, now: 1000, active: true, copied: null, menuOpen: false, onmain: () => {}, onadvance: () => {}, onmenu: () => {}, onfocus: () => {} };

describe('CodeText', () => {
  it('has no white space between its groups', () => {
    const { container } = render(CodeText, { code: '123456' });
    expect(container.textContent).toBe('123456');
  });
});

describe('CodeRow', () => {
  it('is named with the code spelt out', () => {
    render(CodeRow, row);
    expect(screen.getByRole('button', { name: 'GitHub, ada@example.com, code 1 2 3 4 5 6, copy' })).toBe(screen.getByTestId('code-main'));
  });

  it('says seconds as a timer, not as part of the code', () => {
    render(CodeRow, row);
    expect(screen.getByRole('timer').getAttribute('aria-label')).toBe('29 seconds');
    expect(screen.queryByRole('button', { name: /29/ })).toBeNull();
  });

  it('is reached by Tab only when it is the active row', () => {
    render(CodeRow, { ...row, active: false });
    expect(screen.getByTestId('code-main').tabIndex).toBe(-1);
    expect(screen.getByTestId('code-more').tabIndex).toBe(-1);
  });

  it('warns of the next change when little is left', () => {
    render(CodeRow, { ...row, now: 26_000, copied: 'current' });
    expect(screen.getByTestId('code-copied').textContent).toContain('Changes in 4 s');
  });

  it('offers the next code of a counter-based entry', async () => {
    const onmain = vi.fn();
    render(CodeRow, { ...row, onmain, entry: { ...entry, kind: 'hotp', period: null }, code: { ...code, code: null, next: null, validFrom: null, validUntil: null } });
    await fireEvent.click(screen.getByRole('button', { name: 'GitHub, ada@example.com, next code' }));
    expect(onmain).toHaveBeenCalledOnce();
    expect(screen.queryByRole('timer')).toBeNull();
  });
});

describe('Ring', () => {
  it('drains by one animation that starts where the span is', () => {
    vi.useFakeTimers({ now: 12_000 });
    const { container } = render(Ring, { validFrom: 0, validUntil: 30_000, now: 12_000 });
    const arc = container.querySelector<SVGElement>('.arc');
    expect(arc?.style.animationDelay).toBe('-12000ms');
    expect(arc?.style.animationDuration).toBe('30000ms');
    vi.useRealTimers();
  });
});

describe('ErrorNote', () => {
  it('is a sentence, the next step and the code', () => {
    render(ErrorNote, { error: { code: 'unreachable', message: 'api.upsun.com cannot be reached', hint: 'check the connection', retryAfterMs: null } });
    const note = screen.getByRole('alert');
    expect(note.textContent).toContain('api.upsun.com cannot be reached.');
    expect(note.textContent).toContain('Check the connection.');
    expect(note.textContent).toContain('unreachable');
  });
});

describe('PasswordField', () => {
  it('shows and hides, and stays a field that password managers know', async () => {
    render(PasswordField, { label: 'Password', value: 'secret', testid: 'field' });
    const field = screen.getByTestId<HTMLInputElement>('field');
    expect([field.type, field.autocomplete]).toEqual(['password', 'current-password']);
    await fireEvent.click(screen.getByRole('button', { name: 'Show' }));
    expect(field.type).toBe('text');
  });
});

describe('LiveCodes', () => {
  it('asks once for a period, and again when it is over', async () => {
    vi.useFakeTimers({ now: 29_000 });
    const ticker = new Ticker();
    const fetch = vi.fn(async () => [{ ...code, validUntil: Math.floor(Date.now() / 30_000) * 30_000 + 30_000 }]);
    const live = new LiveCodes(fetch, ticker);
    ticker.start();
    await live.refresh();
    await vi.advanceTimersByTimeAsync(900);
    expect(fetch, 'within the period').toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(fetch, 'at its end').toHaveBeenCalledTimes(2);
    await vi.advanceTimersByTimeAsync(25_000);
    expect(fetch, 'within the next').toHaveBeenCalledTimes(2);
    live.close();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(fetch, 'closed').toHaveBeenCalledTimes(2);
    expect(live.byId, 'nothing of it is left').toEqual({});
    ticker.stop();
    vi.useRealTimers();
  });

  it('waits before it asks a backend that failed', async () => {
    vi.useFakeTimers({ now: 0 });
    const ticker = new Ticker();
    const fetch = vi.fn(async (): Promise<CodeView[]> => Promise.reject(new Error('no')));
    const live = new LiveCodes(fetch, ticker);
    ticker.start();
    await live.refresh();
    await vi.advanceTimersByTimeAsync(4_000);
    expect(fetch).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(fetch).toHaveBeenCalledTimes(2);
    live.close();
    ticker.stop();
    vi.useRealTimers();
  });
});

describe('the made-up backend', () => {
  const backend = (query: string) => fakeBackend(new URLSearchParams(query));

  it('fails as ordered, and only as often', async () => {
    const fake = backend('fake=filled&fail=orgMembers:403:1');
    await expect(fake.orgMembers('a1', 'org-acme', false)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(fake.orgMembers('a1', 'org-acme', false)).resolves.toMatchObject({ organizationId: 'org-acme' });
  });

  it('makes tries wait longer and longer, and deletes nothing', async () => {
    const fake = backend('fake=locked');
    await expect(fake.vaultUnlock('no')).rejects.toMatchObject({ code: 'wrong_password', retryAfterMs: null });
    await expect(fake.vaultUnlock('no')).rejects.toMatchObject({ code: 'wrong_password', retryAfterMs: 1000 });
    await expect(fake.vaultUnlock('correct horse battery')).rejects.toMatchObject({ code: 'unlock_wait' });
    expect((await fake.entryList()).length).toBeGreaterThan(0);
  });

  it('confirms an enrolment with its own code and hands out codes once kept', async () => {
    const fake = backend('fake=filled');
    await fake.enrolBegin('a1');
    await expect(fake.enrolConfirm('a1', '00000x')).rejects.toMatchObject({ code: 'passcode_form' });
    await expect(fake.enrolConfirm('a1', '000000')).rejects.toMatchObject({ code: 'wrong_code' });
    const { code: passcode } = await fake.enrolCode('a1');
    expect(await fake.enrolConfirm('a1', passcode)).toHaveLength(10);
    const [account] = await fake.accountList();
    expect(account).toMatchObject({ mfa: 'on', enrolment: null, recoveryCodes: { left: 10, acknowledged: false } });
  });

  it('refuses a setup that has expired, and begins another', async () => {
    const fake = backend('fake=filled&enrol=proposed&age=55');
    await expect(fake.enrolConfirm('a1', null)).rejects.toMatchObject({ code: 'enrolment_expired' });
    const begun = await fake.enrolBegin('a1');
    expect(Date.now() - begun.startedAt).toBeLessThan(60_000);
    expect(await fake.enrolBegin('a1'), 'and then the waiting one').toEqual(begun);
    expect(await fake.enrolConfirm('a1', null)).toHaveLength(10);
  });

  it('says of a lost answer whether there are recovery codes', async () => {
    expect(await backend('fake=filled&enrol=confirming').enrolResolve('a1')).toMatchObject({ outcome: 'accepted', codes: { length: 10 } });
    expect(await backend('fake=filled&enrol=confirming&resolve=bare').enrolResolve('a1')).toEqual({ outcome: 'accepted', codes: [] });
    expect(await backend('fake=filled&enrol=confirming&resolve=no').enrolResolve('a1')).toEqual({ outcome: 'not_accepted' });
  });

  it('lets recovery codes of an earlier time out for five minutes after the password', async () => {
    vi.useFakeTimers({ now: 0 });
    const fake = backend('fake=filled&mfa=on');
    await expect(fake.recoveryCodesCopy('a1')).rejects.toMatchObject({ code: 'confirm_first' });
    await fake.recoveryCodesReveal('a1', 'correct horse battery');
    await fake.recoveryCodesSaveFile('a1');
    vi.setSystemTime(5 * 60_000);
    await expect(fake.recoveryCodesSaveFile('a1')).rejects.toMatchObject({ code: 'confirm_first' });
    await fake.recoveryCodesReveal('a1', 'correct horse battery');
    await fake.vaultLock();
    await fake.vaultUnlock('correct horse battery');
    await expect(fake.recoveryCodesCopy('a1'), 'a lock ends it').rejects.toMatchObject({ code: 'confirm_first' });
    vi.useRealTimers();
  });
});

import { describe, expect, it, vi } from 'vitest';
import actionsOfTheVault from '../../crates/vault/src/history.rs?raw';
import { AppState } from '../src/lib/app.svelte';
import { fakeBackend } from '../src/lib/backend/fake';
import { BACKUP_PASSWORD } from '../src/lib/backend/fake/backups';
import { FAKE_PASSWORD } from '../src/lib/backend/fake/password';
import { SECOND_PASSWORD } from '../src/lib/backend/fake/slots';
import type { BackupDifference, HistoryView, LockReason } from '../src/lib/backend/types';
import { bytes } from '../src/lib/format';
import { m } from '../src/lib/messages';
import { Session } from '../src/lib/session.svelte';
import { Ticker } from '../src/lib/ticker.svelte';
import { Activity, ACTIVITY_EVERY_MS } from '../src/lib/vault/activity';
import { Attempt } from '../src/lib/vault/attempt.svelte';
import { differenceText, labelText, lossText } from '../src/lib/vault/difference';
import { actionText, historyDays, programText, withNewest } from '../src/lib/vault/historyDays';
import { kitWords } from '../src/lib/vault/kitWords';
import { Restoring } from '../src/lib/vault/restoring.svelte';

const backend = (query: string) => fakeBackend(new URLSearchParams(query));
const settle = () => new Promise((done) => setTimeout(done));

describe('the words of a recovery kit', () => {
  const cases: Array<[what: string, text: string, words: string[]]> = [
    ['nothing', '  \n ', []],
    ['blanks and line breaks', ' walnut\n\tcanyon  orbit ', ['walnut', 'canyon', 'orbit']],
    ['numbering as on the page', '1. walnut\n2) canyon\n3 orbit', ['walnut', 'canyon', 'orbit']],
    ['commas', 'walnut,canyon;orbit', ['walnut', 'canyon', 'orbit']],
    ['capitals stay as typed', 'Walnut CANYON', ['Walnut', 'CANYON']],
    ['letters of any script count', 'wälnut', ['wälnut']],
  ];
  it.each(cases)('%s', (_, text, words) => expect(kitWords(text)).toEqual(words));
});

describe('a difference', () => {
  const of = (more: Partial<BackupDifference>): BackupDifference => ({ onlyInBackup: [], onlyInVault: [], changed: [], same: 0, ...more });
  const label = { issuer: 'GitHub', account: 'ada' };

  it.each([
    ['nothing but the same', of({ same: 8 }), 'Nothing differs: 8 entries are the same.'],
    ['one the same', of({ same: 1 }), 'Nothing differs: 1 entry is the same.'],
    ['both empty', of({}), 'Both are empty.'],
    ['only some parts', of({ onlyInBackup: [label], same: 2 }), '1 only in the backup · 2 the same'],
    ['all parts', of({ onlyInBackup: [label, label], onlyInVault: [label], changed: [{ ...label, fields: ['notes'] }], same: 0 }), '2 only in the backup · 1 only in the vault · 1 changed · 0 the same'],
  ])('in words: %s', (_, difference, text) => expect(differenceText(difference)).toBe(text));

  it('that costs nothing says nothing', () => {
    expect(lossText(of({ onlyInBackup: [label], same: 3 }))).toBeNull();
    expect(lossText(of({ onlyInVault: [label], changed: [{ ...label, fields: [] }] }))).toBe('1 entry of today would go. 1 entry would be as before.');
  });

  it('names entries without an issuer and without any name', () => {
    expect([labelText(label), labelText({ issuer: '', account: 'ada' }), labelText({ issuer: '', account: '' })])
      .toEqual(['GitHub · ada', 'ada', m.codes.noIssuer]);
  });
});

describe('the history', () => {
  const at = (text: string) => new Date(text).getTime();
  const record = (id: number, when: string, action = 'entry_added', subject = 'GitHub'): HistoryView => ({ id, at: at(when), program: 'window', action, subject });

  it('is grouped by local days, in its order', () => {
    const days = historyDays(
      [record(4, '2026-03-11T00:01:00'), record(3, '2026-03-10T23:59:00'), record(2, '2026-03-10T08:00:00'), record(1, '2025-12-31T12:00:00')],
      at('2026-03-11T09:00:00'),
    );
    expect(days.map((day) => [day.title, day.records.map(({ id }) => id)])).toEqual([
      ['Today', [4]], ['Yesterday', [3, 2]], ['31 Dec 2025', [1]],
    ]);
  });

  it('knows yesterday around a change of the clocks', () => {
    // Whatever zone this runs in, the day before is yesterday on every day of the year.
    for (let day = 0; day < 365; day++) {
      const now = new Date(2026, 0, 1 + day, 0, 30).getTime();
      const before = new Date(2026, 0, day, 23, 30).getTime();
      expect(historyDays([{ ...record(1, '2026-01-01T00:00:00'), at: before }], now)[0]?.title).toBe('Yesterday');
    }
  });

  it('takes the newest on top, and begins anew where some may be missing between', () => {
    const of = (...ids: number[]) => ids.map((id) => record(id, '2026-03-11T08:00:00'));
    const ids = (records: HistoryView[]) => records.map(({ id }) => id);
    expect(ids(withNewest(of(3, 2, 1), of(5, 4, 3, 2)))).toEqual([5, 4, 3, 2, 1]);
    expect(ids(withNewest(of(3, 2, 1), of(3, 2)))).toEqual([3, 2, 1]);
    expect(ids(withNewest(of(3, 2, 1), of(9, 8)))).toEqual([9, 8]);
    expect(ids(withNewest([], of(2, 1)))).toEqual([2, 1]);
  });

  it('says what was done, and keeps the name of what it does not know', () => {
    expect(actionText(record(1, '2026-01-01'))).toBe('Added: GitHub');
    expect(actionText(record(1, '2026-01-01', 'trash_emptied', ''))).toBe('Emptied the trash');
    expect(actionText(record(1, '2026-01-01', 'moon_phase_noted', ''))).toBe('moon phase noted');
    expect(actionText(record(1, '2026-01-01', 'account_removed', 'ada'))).toBe('Account removed: ada');
    expect([programText('window'), programText('fob'), programText('other')]).toEqual(['Window', 'fob', 'other']);
  });

  it('has words for everything that the vault notes', () => {
    const names = [...actionsOfTheVault.matchAll(/^ {4}\w+ = "(\w+)",$/gm)].map(([, name]) => name);
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter((name) => !(name !== undefined && name in m.history.actions))).toEqual([]);
  });
});

describe('activity', () => {
  it('is reported at once, then at most every five seconds, and only of an open vault', () => {
    let now = 1_000;
    let open = true;
    const report = vi.fn(async () => {});
    const activity = new Activity(report, () => open, () => now);
    const signs = (count: number, step: number) => {
      for (let i = 0; i < count; i++) {
        activity.sign();
        now += step;
      }
    };
    signs(1, 0);
    expect(report).toHaveBeenCalledTimes(1);
    signs(100, 10);
    expect(report).toHaveBeenCalledTimes(1);
    now += ACTIVITY_EVERY_MS;
    open = false;
    signs(3, 0);
    expect(report).toHaveBeenCalledTimes(1);
    open = true;
    signs(2, 0);
    expect(report).toHaveBeenCalledTimes(2);
  });

  it('hears pointer, keys and wheel, and stops hearing', () => {
    const sign = vi.fn(async () => {});
    let now = 0;
    const stop = new Activity(sign, () => true, () => (now += ACTIVITY_EVERY_MS)).start();
    for (const kind of ['pointermove', 'pointerdown', 'keydown', 'wheel']) dispatchEvent(new Event(kind));
    expect(sign).toHaveBeenCalledTimes(4);
    stop();
    dispatchEvent(new Event('keydown'));
    expect(sign).toHaveBeenCalledTimes(4);
  });

  it('that cannot be reported disturbs nobody', async () => {
    const activity = new Activity(() => Promise.reject(new Error('gone')), () => true);
    activity.sign();
    await settle();
  });
});

describe('sizes', () => {
  it.each([[0, '0 byte'], [999, '999 byte'], [1_000, '1 kB'], [184_320, '184 kB'], [1_234_567, '1.2 MB'], [25_000_000, '25 MB']])('%i', (value, text) =>
    expect(bytes(value)).toBe(text));
});

describe('locking', () => {
  const locked = async (reason: LockReason) => {
    const app = new AppState(backend('fake=filled'));
    const stop = app.start();
    await settle();
    await settle();
    const session = app.session;
    app.sheetOpen = true;
    app.go({ name: 'settings', section: 'backups' });
    await session?.keeping.loadSlots();
    await session?.keeping.loadBackups();
    app.session?.keeping.hear({ kind: 'backup_failed', error: { code: 'io', message: 'x', hint: null, retryAfterMs: null } });
    dispatchEvent(new CustomEvent('fake-lock', { detail: reason }));
    return { app, session, stop };
  };

  it('drops how the vault was kept and remembers only why', async () => {
    const { app, session, stop } = await locked('idle');
    expect(app.locked).toEqual({ reason: 'idle', idleMinutes: 15 });
    expect(app.session).toBeNull();
    expect(app.route).toEqual({ name: 'settings' });
    const { keeping } = session as Session;
    expect([keeping.settings, keeping.slots, keeping.backups, keeping.backupFailed]).toEqual([null, null, null, null]);
    // What was asked for before and comes now is left out.
    await Promise.all([keeping.loadSlots(), keeping.loadBackups(), keeping.loadSettings()]);
    keeping.hear({ kind: 'backup_failed', error: { code: 'io', message: 'x', hint: null, retryAfterMs: null } });
    expect([keeping.settings, keeping.slots, keeping.backups, keeping.backupFailed]).toEqual([null, null, null, null]);
    stop();
  });

  it('forgets why once the vault is open again', async () => {
    const { app, stop } = await locked('suspend');
    await app.backend.vaultUnlock(FAKE_PASSWORD);
    await settle();
    expect(app.session).not.toBeNull();
    expect(app.locked).toBeNull();
    stop();
  });
});

describe('a backup that failed', () => {
  it('is told until one is made', () => {
    const session = new Session(backend('fake=filled'), new Ticker());
    session.hear({ kind: 'backup_failed', error: { code: 'io', message: 'no space', hint: null, retryAfterMs: null } });
    expect(session.keeping.backupFailed?.message).toBe('no space');
    session.hear({ kind: 'backups_changed' });
    expect(session.keeping.backupFailed).toBeNull();
    session.close();
  });
});

describe('asking for the password', () => {
  const wrong = { code: 'wrong_password', message: 'no', hint: null, retryAfterMs: 2_000 };

  it('tells a wrong one from another failure, and waits', async () => {
    const attempt = new Attempt(new Ticker());
    expect(await attempt.run(() => Promise.reject(wrong))).toBe(false);
    expect([attempt.wrong, attempt.failure, attempt.pause.seconds]).toEqual([true, null, 2]);
    const call = vi.fn(async () => {});
    expect(await attempt.run(call)).toBe(false);
    expect(call).not.toHaveBeenCalled();
  });

  it('is one call at a time', async () => {
    const attempt = new Attempt(new Ticker());
    let finish = () => {};
    const first = attempt.run(() => new Promise<void>((done) => (finish = done)));
    expect(await attempt.run(async () => {})).toBe(false);
    finish();
    expect(await first).toBe(true);
  });
});

describe('restoring', () => {
  const ticker = new Ticker();

  it('asks for the password of a backup that has its own, then shows it', async () => {
    const restoring = new Restoring(backend('fake=filled&picked=own'), null, ticker);
    expect(await restoring.open(null)).toBe(true);
    expect([restoring.step, restoring.opening.failure]).toEqual(['password', null]);
    await restoring.open('nope');
    expect([restoring.step, restoring.opening.wrong]).toEqual(['password', true]);
    await restoring.open(BACKUP_PASSWORD);
    expect([restoring.step, restoring.preview?.entries]).toEqual(['preview', 9]);
  });

  it('is over when no file is chosen, and lets go at its end', async () => {
    const closed = new Restoring(backend('fake=filled&picked=closed'), null, ticker);
    expect(await closed.open(null)).toBe(false);
    const open = new Restoring(backend('fake=filled'), null, ticker);
    await open.open(null);
    open.end();
    expect(open.preview).toBeNull();
  });
});

describe('the made-up vault', () => {
  it('opens with each of its passwords and never loses the last one', async () => {
    const fake = backend('fake=locked&passwords=2');
    await fake.vaultUnlock(SECOND_PASSWORD);
    await fake.slotRemove('s1', SECOND_PASSWORD);
    await expect(fake.slotRemove('s2', SECOND_PASSWORD)).rejects.toMatchObject({ code: 'last_password_slot' });
  });

  it('reads a recovery kit as forgivingly as the product, and says what is wrong', async () => {
    const fake = backend('fake=filled');
    const { words } = await fake.slotAddRecoveryKit(FAKE_PASSWORD, 'Kit');
    await fake.vaultLock();
    await fake.vaultUnlockRecoveryKit(words.map((word, index) => `${index + 1}. ${word.slice(0, 4).toUpperCase()}`).join('\n'));
    await expect(fake.vaultUnlockRecoveryKit(words.slice(1).join(' '))).rejects.toMatchObject({ code: 'recovery_kit_word_count' });
    await expect(fake.vaultUnlockRecoveryKit(['zzzz', ...words.slice(1)].join(' '))).rejects.toMatchObject({ message: 'word 1 is not a word of a recovery kit' });
    await expect(fake.vaultUnlockRecoveryKit([...words].reverse().join(' '))).rejects.toMatchObject({ code: 'wrong_recovery_kit' });
  });

  it('gives a new kit with a new key and drops what was not named', async () => {
    const fake = backend('fake=filled&kit=1&passwords=2&keyring=1');
    await expect(fake.vaultNewKey([])).rejects.toMatchObject({ code: 'wrong_password' });
    const { dropped, kit } = await fake.vaultNewKey([FAKE_PASSWORD]);
    expect(dropped.map((slot) => slot.id)).toEqual(['s2']);
    expect(kit?.words).toHaveLength(12);
    expect((await fake.slotList()).map((slot) => slot.kind)).toEqual(['password', 'keyring', 'recovery_kit']);
    expect(await fake.recoveryKitSaveFile()).toBe('deskfob-recovery-kit.txt');
    await fake.recoveryKitForget();
    await expect(fake.recoveryKitSaveFile()).rejects.toMatchObject({ code: 'confirm_first' });
  });
});

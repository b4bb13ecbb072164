import type { EntryView, UnreadableView } from '../types';
import type { FakeEntry, FakeTrashed } from './world';

const DAY_MS = 86_400_000;

export function newEntry(id: string, issuer: string, account: string, now: number, more: Partial<FakeEntry> = {}): FakeEntry {
  return {
    id, issuer, account, kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30, favourite: false, tags: [], icon: null,
    useCount: 0, lastUsedAt: null, createdAt: now, seed: `seed-${id}`, counter: 0, notes: '', updatedAt: now, ...more,
  };
}

/** What the page may know of an entry. */
export function viewOf(entry: FakeEntry): EntryView {
  const { id, issuer, account, kind, algorithm, digits, period, favourite, tags, icon, useCount, lastUsedAt, createdAt } = entry;
  return {
    id, issuer, account, kind, algorithm, digits, period, favourite, tags, icon, hasNotes: entry.notes !== '',
    useCount, lastUsedAt, createdAt,
  };
}

export function filledEntries(now: number): FakeEntry[] {
  const entry = (id: string, issuer: string, account: string, more: Partial<FakeEntry> = {}) =>
    newEntry(id, issuer, account, now - 200 * DAY_MS, more);
  return [
    entry('e1', 'GitHub', 'ada@example.com', {
      favourite: true, tags: ['Code', 'Work'], useCount: 212, lastUsedAt: now - 3 * 3_600_000,
      notes: 'Owner of the analytical-engines organisation.\nSecond factor for releases, too.',
    }),
    entry('e2', 'Google', 'ada.lovelace@gmail.com', { tags: ['Personal'], useCount: 40, lastUsedAt: now - 2 * DAY_MS }),
    entry('e3', 'Amazon Web Services', 'acme-production-root@analytical-engines.example', {
      tags: ['Work'], icon: 'AW', useCount: 7, lastUsedAt: now - 40 * DAY_MS,
    }),
    entry('e4', 'Steam', 'ada_l', { kind: 'steam', digits: 5, tags: ['Personal'] }),
    entry('e5', 'Fastmail', 'ada@lovelace.example', { algorithm: 'SHA256', tags: ['Personal'], useCount: 61, lastUsedAt: now - 26 * 3_600_000 }),
    entry('e6', 'Bank of Example', 'Savings', { digits: 8, period: 60, tags: ['Money'] }),
    entry('e7', 'Old VPN token', 'alovelace', { kind: 'hotp', period: null, counter: 41, tags: ['Work'], useCount: 41, lastUsedAt: now - 300 * DAY_MS }),
    entry('e8', '', 'ada@selfhosted.example'),
  ];
}

export function trashedEntries(count: number, now: number): FakeTrashed[] {
  const names = [
    ['Twitter', 'ada_l'], ['Old employer', 'a.lovelace@difference-engines.example'], ['Forum', ''], ['', 'nameless@example.com'],
  ] as const;
  return Array.from({ length: count }, (_, index) => {
    const [issuer, account] = names[index % names.length] ?? names[0];
    return {
      ...newEntry(`t${index + 1}`, issuer, account, now - 90 * DAY_MS),
      deletedAt: now - (index * 9 + 1) * DAY_MS / 2,
    };
  });
}

export function unreadableEntries(count: number, inTrash = false): UnreadableView[] {
  const all: Omit<UnreadableView, 'inTrash'>[] = [
    { id: 'u1', issuer: 'Next bank', account: 'ada@example.com', problem: 'its codes are made with SHA3-256, which this version does not know' },
    { id: null, issuer: '', account: '', problem: 'its row in the vault is not complete' },
    { id: 'u3', issuer: 'Work', account: 'ada', problem: 'its seed cannot be read' },
  ];
  return all.slice(0, count).map((entry) => ({ ...entry, inTrash }));
}

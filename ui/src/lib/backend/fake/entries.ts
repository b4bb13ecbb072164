import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';
import { fakeCode, fakeCodeView } from './otp';

type Methods = Pick<
  Backend,
  'entryList' | 'entryCodes' | 'entryCopy' | 'entryAdvance' | 'entryRename' | 'entryRemove' | 'entryRestore'
>;

export function entryMethods({ world, emit, now }: FakeContext): Methods {
  const find = (id: string) => {
    const entry = world.entries.find((each) => each.id === id);
    if (!entry) throw error('not_found', 'that entry is not in the vault any more');
    return entry;
  };
  return {
    entryList: async () =>
      world.entries.map(({ id, issuer, account, kind, algorithm, digits, period, favourite }) => ({
        id, issuer, account, kind, algorithm, digits, period, favourite,
      })),
    entryCodes: async () => world.entries.map((entry) => fakeCodeView(entry, now())),
    entryCopy: async (id, which) => {
      const view = fakeCodeView(find(id), now());
      const entry = find(id);
      const counted = entry.kind === 'hotp' ? fakeCode(entry, entry.counter) : null;
      const code = which === 'next' ? view.next : (view.code ?? counted);
      // What the page copied, for a test to read: nothing in a browser can read the shell's clipboard.
      document.documentElement.dataset.fakeClipboard = code ?? '';
      return { validForMs: view.validUntil === null ? null : view.validUntil - now() };
    },
    entryAdvance: async (id) => {
      const entry = find(id);
      entry.counter += 1;
      return { id, code: fakeCode(entry, entry.counter), next: null, validFrom: null, validUntil: null };
    },
    entryRename: async (id, issuer, account) => {
      Object.assign(find(id), { issuer, account });
      emit({ kind: 'entries_changed' });
    },
    entryRemove: async (id) => {
      const entry = find(id);
      world.entries = world.entries.filter((each) => each.id !== id);
      world.trash.push(entry);
      emit({ kind: 'entries_changed' });
    },
    entryRestore: async (id) => {
      const entry = world.trash.find((each) => each.id === id);
      if (!entry) throw error('not_found', 'that entry cannot be brought back');
      world.trash = world.trash.filter((each) => each.id !== id);
      world.entries.push(entry);
      emit({ kind: 'entries_changed' });
    },
  };
}

import type { Backend } from '../backend';
import type { EntryEditView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';
import { viewOf } from './filled';
import { fakeCode, fakeCodeView } from './otp';
import type { FakeEntry } from './world';

type Methods = Pick<
  Backend,
  'entryList' | 'entryCodes' | 'entryCopy' | 'entryAdvance' | 'entryDetails' | 'entryEdit' | 'entryFavourite' | 'entryReorder' | 'entryUnreadable'
>;

const characters = (text: string) => [...text].length;

function checkEdit({ issuer, account, notes, tags, icon }: EntryEditView): void {
  const tooLong = (what: string, most: number) => error('too_long', `the ${what} is longer than ${most}`, 'shorten it');
  if (characters(issuer) > 1024) throw tooLong('issuer', 1024);
  if (characters(account) > 1024) throw tooLong('account', 1024);
  if (characters(notes) > 10_000) throw tooLong('notes', 10_000);
  if (tags.length > 20) throw tooLong('list of tags', 20);
  if (tags.some((tag) => characters(tag) > 50)) throw tooLong('tag', 50);
  if (icon !== null && characters(icon) > 16) throw tooLong('icon', 16);
}

export function entryMethods({ world, emit, now }: FakeContext): Methods {
  const find = (id: string) => {
    const entry = world.entries.find((each) => each.id === id);
    if (!entry) throw error('not_found', 'that entry is not in the vault any more');
    return entry;
  };
  const used = (entry: FakeEntry) => {
    entry.useCount += 1;
    entry.lastUsedAt = now();
  };
  const changed = () => emit({ kind: 'entries_changed' });
  return {
    entryList: async () => world.entries.map(viewOf),
    entryCodes: async () => world.entries.map((entry) => fakeCodeView(entry, now())),
    entryCopy: async (id, which) => {
      const view = fakeCodeView(find(id), now());
      const entry = find(id);
      const counted = entry.kind === 'hotp' ? fakeCode(entry, entry.counter) : null;
      const code = which === 'next' ? view.next : (view.code ?? counted);
      used(entry);
      // What the page copied, for a test to read: nothing in a browser can read the shell's clipboard.
      document.documentElement.dataset.fakeClipboard = code ?? '';
      return { validForMs: view.validUntil === null ? null : view.validUntil - now() };
    },
    entryAdvance: async (id) => {
      const entry = find(id);
      entry.counter += 1;
      used(entry);
      return { id, code: fakeCode(entry, entry.counter), next: null, validFrom: null, validUntil: null };
    },
    entryDetails: async (id) => {
      const { notes, updatedAt, kind, counter } = find(id);
      return { id, notes, updatedAt, counter: kind === 'hotp' ? counter : null };
    },
    entryEdit: async (id, edit) => {
      const entry = find(id);
      checkEdit(edit);
      Object.assign(entry, structuredClone(edit), { updatedAt: now() });
      changed();
      return viewOf(entry);
    },
    entryFavourite: async (id, favourite) => {
      find(id).favourite = favourite;
      changed();
    },
    entryReorder: async (ids) => {
      const place = (id: string) => (ids.includes(id) ? ids.indexOf(id) : ids.length);
      world.entries = [...world.entries].sort((a, b) => place(a.id) - place(b.id));
      changed();
    },
    entryUnreadable: async () => world.unreadable,
  };
}

import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'entryRemove' | 'entryRestore' | 'entryPurge' | 'trashList' | 'trashEmpty'>;

export function trashMethods({ world, emit, now }: FakeContext): Methods {
  const changed = () => emit({ kind: 'entries_changed' });
  const take = (id: string) => {
    const entry = world.trash.find((each) => each.id === id);
    if (!entry) throw error('not_found', 'that entry is not in the trash any more');
    world.trash = world.trash.filter((each) => each.id !== id);
    return entry;
  };
  return {
    entryRemove: async (id) => {
      const entry = world.entries.find((each) => each.id === id);
      if (!entry) throw error('not_found', 'that entry is not in the vault any more');
      world.entries = world.entries.filter((each) => each.id !== id);
      world.trash.push({ ...entry, deletedAt: now() });
      changed();
    },
    entryRestore: async (id) => {
      world.entries.push(take(id));
      changed();
    },
    entryPurge: async (id) => {
      take(id);
      changed();
    },
    trashList: async () =>
      [...world.trash]
        .sort((a, b) => b.deletedAt - a.deletedAt)
        .map(({ id, issuer, account, icon, kind, deletedAt }) => ({ id, issuer, account, icon, kind, deletedAt })),
    trashEmpty: async () => {
      const count = world.trash.length;
      world.trash = [];
      changed();
      return count;
    },
  };
}

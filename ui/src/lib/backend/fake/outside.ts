import type { FakeContext } from '.';
import { newEntry } from './filled';
import type { FakeEntry } from './world';

/** What another program on the same vault does, ordered by a test: `dispatchEvent(new CustomEvent('fake-outside', { detail }))`. */
type Outside =
  | { do: 'add'; id: string; issuer: string; first?: boolean }
  | { do: 'edit'; id: string; edit: Partial<FakeEntry> }
  | { do: 'remove' | 'restore' | 'purge'; id: string };

export function hearOtherProgram({ world, emit, now }: FakeContext): void {
  addEventListener('fake-outside', (event) => {
    const order = (event as CustomEvent<Outside>).detail;
    if (order.do === 'add') {
      const entry = newEntry(order.id, order.issuer, '', now());
      world.entries = order.first ? [entry, ...world.entries] : [...world.entries, entry];
    } else if (order.do === 'edit') {
      world.entries = world.entries.map((entry) => (entry.id === order.id ? { ...entry, ...order.edit, updatedAt: now() } : entry));
    } else if (order.do === 'remove') {
      world.trash.push(...world.entries.filter(({ id }) => id === order.id).map((entry) => ({ ...entry, deletedAt: now() })));
      world.entries = world.entries.filter(({ id }) => id !== order.id);
    } else {
      if (order.do === 'restore') world.entries.push(...world.trash.filter(({ id }) => id === order.id));
      world.trash = world.trash.filter(({ id }) => id !== order.id);
    }
    emit({ kind: 'entries_changed' });
  });
}

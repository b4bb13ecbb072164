import type { FakeContext } from '.';
import { newEntry } from './filled';
import { slot } from './slots';
import type { FakeEntry } from './world';

/** Of a password that another program added. */
const OUTSIDE_PASSWORD = 'third stable horse';

/** What another program on the same vault does, ordered by a test: `dispatchEvent(new CustomEvent('fake-outside', { detail }))`. */
type Outside =
  | { do: 'add'; id: string; issuer: string; first?: boolean }
  | { do: 'edit'; id: string; edit: Partial<FakeEntry> }
  | { do: 'remove' | 'restore' | 'purge'; id: string }
  | { do: 'add_password'; name: string }
  | { do: 'add_keyring'; name: string }
  | { do: 'back_up'; name: string };

export function hearOtherProgram({ world, keeping, emit, now }: FakeContext): void {
  addEventListener('fake-outside', (event) => {
    const order = (event as CustomEvent<Outside>).detail;
    if (order.do === 'add_password' || order.do === 'add_keyring') {
      const kind = order.do === 'add_keyring' ? 'keyring' : 'password';
      world.slots.push(slot(`s${world.serial++}`, kind, order.name, now(), { password: kind === 'password' ? OUTSIDE_PASSWORD : null }));
      keeping.note('slot_added', order.name, now(), 'fob');
    } else if (order.do === 'back_up') {
      keeping.backups = [{ name: order.name, madeAt: now(), bytes: 188_416, kind: 'manual' }, ...keeping.backups];
      keeping.note('backup_made', '', now(), 'fob');
    } else if (order.do === 'add') {
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
    // It knows that something changed, not what.
    emit({ kind: 'entries_changed' });
    emit({ kind: 'accounts_changed' });
    emit({ kind: 'settings_changed' });
  });
}

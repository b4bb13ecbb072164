import type { Backend } from '../backend';
import type { CommandError, EntryView, UnreadableView } from '../backend/types';
import { commandError } from '../errors';
import type { LiveCodes } from './live.svelte';
import { inOrderOf } from './order';

/** The open vault's entries as the page has them. */
export class Entries {
  all = $state.raw<EntryView[] | null>(null);
  unreadable = $state.raw<UnreadableView[]>([]);
  failure = $state.raw<CommandError | null>(null);
  /** Raised when the vault's entries may have changed, here or by another program. */
  changes = $state(0);
  #asked = 0;
  #shown = 0;
  #closed = false;
  #used = false;
  /** The order that the person wants and the vault does not have yet. */
  #wanted: string[] | null = null;
  #sending: Promise<void> | null = null;

  constructor(
    private readonly backend: Backend,
    private readonly codes: LiveCodes,
  ) {}

  find(id: string): EntryView | undefined {
    return this.all?.find((entry) => entry.id === id);
  }

  async load(): Promise<void> {
    if (this.#closed) return;
    const turn = ++this.#asked;
    this.#used = false;
    try {
      const [all, unreadable] = await Promise.all([
        this.backend.entryList(),
        // Codes must not wait for a list of what is wrong.
        this.backend.entryUnreadable().catch(() => this.unreadable),
      ]);
      await this.codes.refresh();
      // Two answers may come in either order: the one asked for last counts.
      if (this.#closed || turn < this.#shown) return;
      this.#shown = turn;
      this.all = this.#wanted ? inOrderOf(all, this.#wanted) : all;
      this.unreadable = unreadable;
      this.failure = null;
    } catch (error) {
      if (!this.#closed && turn >= this.#shown) this.failure = commandError(error);
    }
  }

  /** Another program, or this one, changed something. */
  async heard(): Promise<void> {
    this.changes += 1;
    await this.load();
  }

  /** A code was used: the counts that the page has are old. */
  use(): void {
    this.#used = true;
  }

  async freshen(): Promise<void> {
    if (this.#used) await this.load();
  }

  async setFavourite(id: string, favourite: boolean): Promise<void> {
    await this.backend.entryFavourite(id, favourite);
    await this.load();
  }

  /** Shows the order at once. Several moves in a row are sent one after the other, the last one wins. */
  async reorder(ids: string[]): Promise<void> {
    if (this.#closed || !this.all) return;
    this.#wanted = ids;
    this.all = inOrderOf(this.all, ids);
    this.#sending ??= this.#send().finally(() => (this.#sending = null));
    await this.#sending;
  }

  async #send(): Promise<void> {
    try {
      while (this.#wanted && !this.#closed) {
        const sent: string[] = this.#wanted;
        await this.backend.entryReorder(sent);
        if (this.#wanted === sent) this.#wanted = null;
      }
    } finally {
      this.#wanted = null;
      await this.load();
    }
  }

  close(): void {
    this.#closed = true;
    this.#wanted = null;
    this.all = null;
    this.unreadable = [];
    this.failure = null;
  }
}

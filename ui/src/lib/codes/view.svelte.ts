import type { EntryView } from '../backend/types';
import { inShownOrder, keepSort, keepUses, keptSort, type Sort, type Uses } from './order';
import { searchEntries } from './search';
import { tagCounts, withTags } from './tags';

/** What the list of codes shows: which entries, in which order. */
export class CodesView {
  query = $state('');
  sort = $state<Sort>(keptSort());
  #tags = $state.raw<ReadonlySet<string>>(new Set());
  #uses: Uses = new Map();

  readonly tagCounts = $derived.by(() => tagCounts(this.entries()));
  /** The chosen tags; one that no entry has any more narrows nothing. */
  readonly tags = $derived.by<ReadonlySet<string>>(() => new Set(this.tagCounts.map(({ tag }) => tag).filter((tag) => this.#tags.has(tag))));
  readonly #ordered = $derived.by(() => {
    const all = this.entries();
    this.#uses = keepUses(this.#uses, all);
    return inShownOrder(all, this.sort, this.#uses);
  });
  readonly shown = $derived.by(() => searchEntries(withTags(this.#ordered, this.tags), this.query));

  constructor(private readonly entries: () => readonly EntryView[]) {}

  get narrowed(): boolean {
    return this.query.trim() !== '' || this.tags.size > 0;
  }

  choose(sort: Sort): void {
    this.#uses = new Map();
    this.sort = sort;
    keepSort(sort);
  }

  toggle(tag: string): void {
    const next = new Set(this.tags);
    if (!next.delete(tag)) next.add(tag);
    this.#tags = next;
  }

  clearTags(): void {
    this.#tags = new Set();
  }

  clear(): void {
    this.query = '';
    this.clearTags();
  }
}

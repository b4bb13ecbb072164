import type { EntryView } from '../backend/types';

export const SORTS = ['own', 'issuer', 'recent', 'most'] as const;
export type Sort = (typeof SORTS)[number];

/** How entries were used when the order was made: rows must not move under the pointer because one was copied. */
export type Uses = ReadonlyMap<string, Pick<EntryView, 'useCount' | 'lastUsedAt'>>;

const names = new Intl.Collator('en-GB', { sensitivity: 'base', numeric: true });
const name = (entry: EntryView) => entry.issuer.trim() || entry.account;

/** The uses as they were, with those of entries that are new since. */
export function keepUses(before: Uses, entries: readonly EntryView[]): Uses {
  return new Map(entries.map((entry) => [entry.id, before.get(entry.id) ?? entry]));
}

/** Favourites first, then by the sort; what is equal stays in the person's own order. */
export function inShownOrder(entries: readonly EntryView[], sort: Sort = 'own', uses: Uses = new Map()): EntryView[] {
  const use = (entry: EntryView) => uses.get(entry.id) ?? entry;
  const by: Record<Sort, (a: EntryView, b: EntryView) => number> = {
    own: () => 0,
    issuer: (a, b) => names.compare(name(a), name(b)) || names.compare(a.account, b.account),
    recent: (a, b) => (use(b).lastUsedAt ?? 0) - (use(a).lastUsedAt ?? 0),
    most: (a, b) => use(b).useCount - use(a).useCount,
  };
  return [...entries].sort((a, b) => Number(b.favourite) - Number(a.favourite) || by[sort](a, b));
}

/** The entries in this order; those that it does not name come last. */
export function inOrderOf(entries: readonly EntryView[], ids: readonly string[]): EntryView[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  const at = (entry: EntryView) => place.get(entry.id) ?? ids.length;
  return [...entries].sort((a, b) => at(a) - at(b));
}

/**
 * All ids with one of them moved past its neighbour as shown (`by` rows, within its own kind: favourites or the others);
 * null when there is nowhere to go. Entries that a search hides keep their places.
 */
export function moved(all: readonly EntryView[], shown: readonly EntryView[], id: string, by: number): string[] | null {
  const entry = shown.find((each) => each.id === id);
  const kin = shown.filter((each) => each.favourite === entry?.favourite);
  const at = kin.findIndex((each) => each.id === id);
  const neighbour = kin[at + by];
  if (!entry || !neighbour || by === 0) return null;
  const rest = all.map((each) => each.id).filter((each) => each !== id);
  rest.splice(rest.indexOf(neighbour.id) + (by > 0 ? 1 : 0), 0, id);
  return rest;
}

const KEY = 'deskfob.sort';

/** Kept beside the page, as the colours are: it says nothing about the vault. */
export function keptSort(): Sort {
  const kept = localStorage.getItem(KEY);
  return SORTS.find((sort) => sort === kept) ?? 'own';
}

export function keepSort(sort: Sort): void {
  localStorage.setItem(KEY, sort);
}

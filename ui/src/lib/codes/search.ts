import type { EntryView } from '../backend/types';

/** Lower case without accents, so that "cafe" finds "Café". */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

// Entries are replaced when they change, so what was folded once stays right.
const folded = new WeakMap<EntryView, string>();

function searchText(entry: EntryView): string {
  let text = folded.get(entry);
  if (text === undefined) {
    text = fold([entry.issuer, entry.account, ...entry.tags].join(' '));
    folded.set(entry, text);
  }
  return text;
}

/** The entries that have every word of the query in issuer, account or tags. */
export function searchEntries(entries: readonly EntryView[], query: string): EntryView[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = searchText(entry);
    return words.every((word) => text.includes(word));
  });
}

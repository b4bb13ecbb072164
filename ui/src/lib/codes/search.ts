import type { EntryView } from '../backend/types';

/** Lower case without accents, so that "cafe" finds "Café". */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

/** The entries that have every word of the query in issuer or account. */
export function searchEntries(entries: readonly EntryView[], query: string): EntryView[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  return entries.filter((entry) => {
    const text = fold(`${entry.issuer} ${entry.account}`);
    return words.every((word) => text.includes(word));
  });
}

/** Favourites first, else as they are kept. */
export function inShownOrder(entries: readonly EntryView[]): EntryView[] {
  return [...entries].sort((a, b) => Number(b.favourite) - Number(a.favourite));
}

import type { EntryView } from '../backend/types';
import { EDIT_LIMITS } from './edit';
import { fold } from './search';

const order = new Intl.Collator('en-GB', { sensitivity: 'base', numeric: true });

const same = (a: string, b: string) => fold(a) === fold(b);
const has = (tags: readonly string[], tag: string) => tags.some((each) => same(each, tag));

/** Typed text as tags: a comma or a line's end between two, white space made plain. */
export function splitTags(text: string): string[] {
  return text.split(/[,\n]/).map((part) => part.trim().replace(/\s+/g, ' ')).filter(Boolean);
}

export type TagProblem = { kind: 'too_many' } | { kind: 'too_long'; tag: string };

/** The tags with the typed ones added. One that is there is not added twice; one known elsewhere keeps the spelling it has there. */
export function addTags(tags: readonly string[], text: string, known: readonly string[]): { tags: string[]; problem: TagProblem | null } {
  const next = [...tags];
  for (const typed of splitTags(text)) {
    const tag = known.find((each) => same(each, typed)) ?? typed;
    if (has(next, tag)) continue;
    if ([...tag].length > EDIT_LIMITS.tag) return { tags: [...tags], problem: { kind: 'too_long', tag } };
    if (next.length >= EDIT_LIMITS.tags) return { tags: [...tags], problem: { kind: 'too_many' } };
    next.push(tag);
  }
  return { tags: next, problem: null };
}

/** Known tags that fit what is being typed and are not taken yet. */
export function suggestTags(known: readonly string[], taken: readonly string[], text: string, most = 6): string[] {
  const typed = fold(text.trim());
  return known.filter((tag) => !has(taken, tag) && fold(tag).includes(typed)).slice(0, most);
}

export type TagCount = { tag: string; count: number };

/** Every tag of these entries with the number of entries that have it, by name. */
export function tagCounts(entries: readonly EntryView[]): TagCount[] {
  const counts = new Map<string, number>();
  for (const { tags } of entries) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts].map(([tag, count]) => ({ tag, count })).sort((a, b) => order.compare(a.tag, b.tag));
}

/** The most used ones, still by name; those of `keep` are among them in any case. */
export function mainTags(all: readonly TagCount[], most: number, keep: ReadonlySet<string>): TagCount[] {
  if (all.length <= most) return [...all];
  const main = new Set([...all].sort((a, b) => b.count - a.count).slice(0, most).map(({ tag }) => tag));
  return all.filter(({ tag }) => main.has(tag) || keep.has(tag));
}

/** The entries that have every one of these tags. */
export function withTags(entries: readonly EntryView[], tags: ReadonlySet<string>): EntryView[] {
  return tags.size === 0 ? [...entries] : entries.filter((entry) => [...tags].every((tag) => entry.tags.includes(tag)));
}

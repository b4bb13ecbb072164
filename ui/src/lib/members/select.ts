import type { MemberView } from '../backend/types';

export const PAGE_SIZE = 100;

export type HeaderTick = 'none' | 'some' | 'all';

/** What the heading's box shows for the rows on this page. */
export function headerTick(rows: readonly MemberView[], selected: ReadonlySet<string>): HeaderTick {
  const ticked = rows.filter((row) => selected.has(row.id)).length;
  if (ticked === 0) return 'none';
  return ticked === rows.length ? 'all' : 'some';
}

/** Ticks or unticks these rows and leaves the others as they are. */
export function tickAll(selected: ReadonlySet<string>, rows: readonly MemberView[], on: boolean): Set<string> {
  const next = new Set(selected);
  for (const row of rows) {
    if (on) next.add(row.id);
    else next.delete(row.id);
  }
  return next;
}

/** Ticks everything from one row to another, both included, as Shift does. */
export function tickRange(selected: ReadonlySet<string>, rows: readonly MemberView[], from: string, to: string): Set<string> {
  const start = rows.findIndex((row) => row.id === from);
  const end = rows.findIndex((row) => row.id === to);
  if (start < 0 || end < 0) return tickAll(selected, rows.filter((row) => row.id === to), true);
  return tickAll(selected, rows.slice(Math.min(start, end), Math.max(start, end) + 1), true);
}

export function pageOf(rows: readonly MemberView[], page: number): MemberView[] {
  return rows.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
}

export function pageCount(rows: number): number {
  return Math.max(1, Math.ceil(rows / PAGE_SIZE));
}

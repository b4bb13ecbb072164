import type { MemberView } from '../backend/types';

export type SortColumn = 'urgency' | 'name' | 'role' | 'status' | 'reminded' | 'joined';
export type Sort = { column: SortColumn; descending: boolean };

/** Admins first, then those who are without MFA the longest. */
export const DEFAULT_SORT: Sort = { column: 'urgency', descending: false };

const ROLE_ORDER = { owner: 0, admin: 1, viewer: 2 } as const;
const STATUS_ORDER = { off: 0, unknown: 1, invited: 2, sso: 3, on: 4 } as const;
const names = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

type Compare = (a: MemberView, b: MemberView) => number;

const byName: Compare = (a, b) => names.compare(a.name || a.email, b.name || b.email);
/** Members without the date come last in either direction. */
const byDate = (date: (member: MemberView) => number | null, sign: number): Compare => (a, b) => {
  const left = date(a);
  const right = date(b);
  if (left === right) return 0;
  if (left === null) return 1;
  if (right === null) return -1;
  return sign * (left - right);
};

export function sortMembers(members: readonly MemberView[], { column, descending }: Sort): MemberView[] {
  const sign = descending ? -1 : 1;
  const compare: Record<SortColumn, Compare> = {
    urgency: (a, b) => sign * (ROLE_ORDER[a.role] - ROLE_ORDER[b.role]) || byDate((member) => member.joinedAt, 1)(a, b),
    name: (a, b) => sign * byName(a, b),
    role: (a, b) => sign * (ROLE_ORDER[a.role] - ROLE_ORDER[b.role]),
    status: (a, b) => sign * (STATUS_ORDER[a.status] - STATUS_ORDER[b.status]),
    reminded: byDate((member) => member.lastRemindedAt, sign),
    joined: byDate((member) => member.joinedAt, sign),
  };
  return [...members].sort((a, b) => compare[column](a, b) || byName(a, b) || (a.id < b.id ? -1 : 1));
}

/** A click on a heading: first ascending, then descending, then the default order again. */
export function nextSort(sort: Sort, column: SortColumn): Sort {
  if (sort.column !== column) return { column, descending: false };
  return sort.descending ? DEFAULT_SORT : { column, descending: true };
}

import type { MemberView } from '../backend/types';
import { fold } from '../codes/search';

export const CHIPS = ['off', 'on', 'sso', 'unknown', 'invited', 'admins', 'never_reminded'] as const;
export type Chip = (typeof CHIPS)[number];

export type MemberFilter = { chips: ReadonlySet<Chip>; query: string };

const STATUS_CHIPS: ReadonlySet<Chip> = new Set(['off', 'on', 'sso', 'unknown', 'invited']);

export function fitsChip(member: MemberView, chip: Chip): boolean {
  switch (chip) {
    case 'admins':
      return member.role !== 'viewer';
    case 'never_reminded':
      return member.reminders === 0 && member.lastRemindedAt === null;
    default:
      return member.status === chip;
  }
}

/** Any of the chosen statuses, and all of the other chosen chips, and every word of the query in name or address. */
export function filterMembers(members: readonly MemberView[], { chips, query }: MemberFilter): MemberView[] {
  const statuses = [...chips].filter((chip) => STATUS_CHIPS.has(chip));
  const others = [...chips].filter((chip) => !STATUS_CHIPS.has(chip));
  const words = fold(query).split(/\s+/).filter(Boolean);
  return members.filter((member) => {
    if (statuses.length > 0 && !statuses.some((chip) => fitsChip(member, chip))) return false;
    if (!others.every((chip) => fitsChip(member, chip))) return false;
    if (words.length === 0) return true;
    const text = fold(`${member.name} ${member.email}`);
    return words.every((word) => text.includes(word));
  });
}

/** How many members each chip would show by itself. */
export function chipCounts(members: readonly MemberView[]): Record<Chip, number> {
  const counts = Object.fromEntries(CHIPS.map((chip) => [chip, 0])) as Record<Chip, number>;
  for (const member of members) for (const chip of CHIPS) if (fitsChip(member, chip)) counts[chip] += 1;
  return counts;
}

import type { EntryEditView } from '../backend/types';
import { iconGraphemes } from './identity';

/** What the vault takes at most. Characters are Unicode code points. */
export const EDIT_LIMITS = { issuer: 1024, account: 1024, notes: 10_000, tags: 20, tag: 50, icon: 16 } as const;

const EMOJI = /\p{Emoji_Presentation}|\p{Emoji}\uFE0F/u;
const ICON_LETTERS = 2;

export function characters(text: string): number {
  return [...text].length;
}

/** Whether this can stand in an issuer's icon: one emoji, or up to two letters. Empty: automatic. */
export function iconFits(text: string): boolean {
  const parts = iconGraphemes(text);
  return characters(text.trim()) <= EDIT_LIMITS.icon && parts.length <= (EMOJI.test(text) ? 1 : ICON_LETTERS);
}

export type EditField = keyof EntryEditView;

/** The fields that the vault would refuse. */
export function editProblems(edit: EntryEditView): Set<EditField> {
  const problems = new Set<EditField>();
  for (const field of ['issuer', 'account', 'notes'] as const) {
    if (characters(edit[field]) > EDIT_LIMITS[field]) problems.add(field);
  }
  if (edit.icon !== null && !iconFits(edit.icon)) problems.add('icon');
  if (edit.tags.length > EDIT_LIMITS.tags || edit.tags.some((tag) => characters(tag) > EDIT_LIMITS.tag)) problems.add('tags');
  return problems;
}

const FIELDS: readonly EditField[] = ['issuer', 'account', 'icon', 'tags', 'notes'];

const equal = (a: EntryEditView[EditField], b: EntryEditView[EditField]) => JSON.stringify(a) === JSON.stringify(b);

/** The fields in which two differ. */
export function changedFields(a: EntryEditView, b: EntryEditView): EditField[] {
  return FIELDS.filter((field) => !equal(a[field], b[field]));
}

/**
 * What the person has typed (`mine`, begun from `base`) with what another program saved meanwhile (`theirs`).
 * A field that the person left alone takes the new value; one that both changed keeps the person's and is named.
 */
export function mergeEdit(base: EntryEditView, mine: EntryEditView, theirs: EntryEditView): { edit: EntryEditView; both: EditField[] } {
  const ours = new Set(changedFields(base, mine));
  const both = changedFields(base, theirs).filter((field) => ours.has(field) && !equal(mine[field], theirs[field]));
  const pick = <F extends EditField>(field: F): EntryEditView[F] => (ours.has(field) ? mine[field] : theirs[field]);
  return {
    edit: { issuer: pick('issuer'), account: pick('account'), icon: pick('icon'), tags: pick('tags'), notes: pick('notes') },
    both,
  };
}

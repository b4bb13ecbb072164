import { describe, expect, it } from 'vitest';
import type { MemberView, MfaStatus, Role } from '../src/lib/backend/types';
import { coverageOf } from '../src/lib/members/coverage';
import { chipCounts, filterMembers, type Chip } from '../src/lib/members/filter';
import { applyResults, COOL_DOWN_MS, planReminders, remindable } from '../src/lib/members/remind';
import { headerTick, pageCount, pageOf, tickAll, tickRange } from '../src/lib/members/select';
import { DEFAULT_SORT, nextSort, sortMembers } from '../src/lib/members/sort';

const NOW = 1_800_000_000_000;

function member(id: string, status: MfaStatus, more: Partial<MemberView> = {}): MemberView {
  return {
    id, status, name: id.toUpperCase(), email: `${id}@acme.example`, role: 'viewer' as Role, joinedAt: NOW - 1000,
    lastRemindedAt: null, reminders: 0, isYou: false, ...more,
  };
}

describe('coverage', () => {
  it('counts MFA and SSO, leaves invitations out and counts unknown as not covered', () => {
    const coverage = coverageOf([
      member('a', 'on'), member('b', 'on'), member('c', 'sso'), member('d', 'off'), member('e', 'off', { role: 'admin' }),
      member('f', 'invited'), member('g', 'unknown'),
    ]);
    expect(coverage).toEqual({ counted: 6, covered: 3, percent: 50, missing: 2, adminsMissing: 1, sso: 1, unknown: 1, invited: 1 });
  });

  it('reads 100 only when nobody is missing', () => {
    const members = Array.from({ length: 999 }, (_, index) => member(`m${index}`, 'on'));
    expect(coverageOf([...members, member('last', 'off')]).percent).toBe(99);
    expect(coverageOf(members).percent).toBe(100);
  });

  it('has nobody to miss in an empty organisation', () => expect(coverageOf([member('a', 'invited')]).percent).toBe(100));
});

describe('filter', () => {
  const members = [
    member('ada', 'off', { role: 'owner' }),
    member('bo', 'on'),
    member('cy', 'sso', { role: 'admin', reminders: 1, lastRemindedAt: 1 }),
    member('di', 'off', { name: 'Élodie' }),
  ];
  const ids = (chips: Chip[], query = '') => filterMembers(members, { chips: new Set(chips), query }).map((each) => each.id);

  it.each([
    [[], '', ['ada', 'bo', 'cy', 'di']],
    [['off'], '', ['ada', 'di']],
    [['off', 'on'], '', ['ada', 'bo', 'di']],
    [['off', 'admins'], '', ['ada']],
    [['admins'], '', ['ada', 'cy']],
    [['never_reminded', 'admins'], '', ['ada']],
    [[], 'elodie', ['di']],
    [[], 'bo@acme', ['bo']],
    [['off'], 'bo', []],
  ] as Array<[Chip[], string, string[]]>)('chips %j and "%s"', (chips, query, expected) => expect(ids(chips, query)).toEqual(expected));

  it('counts each chip by itself', () => {
    expect(chipCounts(members)).toEqual({ off: 2, on: 1, sso: 1, unknown: 0, invited: 0, admins: 2, never_reminded: 3 });
  });
});

describe('sort', () => {
  const members = [
    member('young', 'off', { joinedAt: NOW }),
    member('old', 'off', { joinedAt: NOW - 9000 }),
    member('boss', 'off', { role: 'admin', joinedAt: NOW, lastRemindedAt: 5 }),
    member('new', 'invited', { joinedAt: null }),
  ];
  const order = (sort = DEFAULT_SORT) => sortMembers(members, sort).map((each) => each.id);

  it('puts admins first, then those who are without the longest', () => expect(order()).toEqual(['boss', 'old', 'young', 'new']));

  it('keeps members without a date last in both directions', () => {
    expect(order({ column: 'joined', descending: false }).at(-1)).toBe('new');
    expect(order({ column: 'joined', descending: true }).at(-1)).toBe('new');
    expect(order({ column: 'reminded', descending: true })[0]).toBe('boss');
  });

  it('does not change its input', () => {
    const before = members.map((each) => each.id);
    order({ column: 'name', descending: true });
    expect(members.map((each) => each.id)).toEqual(before);
  });

  it('goes up, down, and back to the default', () => {
    const up = nextSort(DEFAULT_SORT, 'name');
    const down = nextSort(up, 'name');
    expect([up, down, nextSort(down, 'name')]).toEqual([
      { column: 'name', descending: false }, { column: 'name', descending: true }, DEFAULT_SORT,
    ]);
  });
});

describe('reminders', () => {
  it.each([
    [member('a', 'off'), 'yes'],
    [member('a', 'on'), 'covered'],
    [member('a', 'sso'), 'sso'],
    [member('a', 'invited'), 'invited'],
    [member('a', 'unknown'), 'unknown'],
    [member('a', 'off', { lastRemindedAt: NOW - COOL_DOWN_MS + 1 }), 'recently'],
    [member('a', 'off', { lastRemindedAt: NOW - COOL_DOWN_MS }), 'yes'],
  ] as const)('%#: %s', (who, answer) => expect(remindable(who, NOW)).toBe(answer));

  it('says of a selection who can be reminded and why the others cannot', () => {
    const plan = planReminders([member('a', 'off'), member('b', 'on'), member('c', 'off', { lastRemindedAt: NOW - 1 })], NOW);
    expect(plan.yes.map((each) => each.id)).toEqual(['a']);
    expect(plan.recently.map((each) => each.id)).toEqual(['c']);
    expect(plan.others).toEqual({ covered: 1, sso: 0, invited: 0, unknown: 0 });
  });

  it('notes only what was sent', () => {
    const after = applyResults([member('a', 'off'), member('b', 'off')], [
      { memberId: 'a', sent: true, code: 200, message: '' },
      { memberId: 'b', sent: false, code: 422, message: 'refused' },
    ], NOW);
    expect(after.map((each) => [each.reminders, each.lastRemindedAt])).toEqual([[1, NOW], [0, null]]);
  });
});

describe('select', () => {
  const rows = ['a', 'b', 'c', 'd'].map((id) => member(id, 'off'));

  it('shows none, some or all in the heading', () => {
    expect(headerTick(rows, new Set())).toBe('none');
    expect(headerTick(rows, new Set(['b', 'elsewhere']))).toBe('some');
    expect(headerTick(rows, new Set(['a', 'b', 'c', 'd', 'elsewhere']))).toBe('all');
    expect(headerTick([], new Set(['a'])), 'no row, no tick').toBe('none');
  });

  it('leaves what is not shown as it was', () => {
    expect([...tickAll(new Set(['elsewhere', 'a']), rows, false)]).toEqual(['elsewhere']);
  });

  it('ticks a range in either direction', () => {
    expect([...tickRange(new Set(), rows, 'd', 'b')].sort()).toEqual(['b', 'c', 'd']);
    expect([...tickRange(new Set(), rows, 'gone', 'b')], 'a start that is not shown takes the one row').toEqual(['b']);
  });

  it('pages by a hundred', () => {
    const many = Array.from({ length: 201 }, (_, index) => member(`m${index}`, 'off'));
    expect(pageCount(many.length)).toBe(3);
    expect(pageOf(many, 2)).toHaveLength(1);
    expect(pageCount(0)).toBe(1);
  });
});

import { describe, expect, it } from 'vitest';
import type { EntryView } from '../src/lib/backend/types';
import {
  countdownCue, fractionLeft, isExpiring, nextBoundary, ringDelay, secondsLeft,
} from '../src/lib/codes/countdown';
import { groupCode, spokenCode } from '../src/lib/codes/grouping';
import { firstGrapheme, splitAccount, toneOf } from '../src/lib/codes/identity';
import { inShownOrder } from '../src/lib/codes/order';
import { searchEntries } from '../src/lib/codes/search';

describe('groupCode', () => {
  it.each([
    ['123456', 'totp', ['123', '456']],
    ['1234567', 'totp', ['123', '4567']],
    ['12345678', 'totp', ['1234', '5678']],
    ['12345', 'steam', ['12345']],
    ['BCDFGH', 'steam', ['BCDFGH']],
    ['', 'totp', ['']],
  ] as const)('%s of a %s entry is read as %j', (code, kind, groups) => {
    expect(groupCode(code, kind)).toEqual(groups);
    expect(groupCode(code, kind).join(''), 'joined groups are the bare code').toBe(code);
  });

  it('speaks digit by digit', () => expect(spokenCode('0421')).toBe('0 4 2 1'));
});

describe('countdown', () => {
  it.each([
    ['at its start', 30_000, 0, 30],
    ['a moment in', 30_000, 1, 30],
    ['one second in', 30_000, 1_000, 29],
    ['in its last millisecond', 30_000, 29_999, 1],
    ['at its end', 30_000, 30_000, 0],
    ['long after', 30_000, 99_000, 0],
  ])('%s', (_, until, now, seconds) => expect(secondsLeft(until, now)).toBe(seconds));

  it('expires from seven seconds on', () => {
    expect(isExpiring(8)).toBe(false);
    expect(isExpiring(7)).toBe(true);
  });

  it('starts the ring where the span is', () => {
    expect(ringDelay(0, 30_000, 12_000)).toBe(-12_000);
    expect(ringDelay(0, 30_000, -500), 'a clock that went back does not delay the ring').toBe(-0);
    expect(ringDelay(0, 30_000, 45_000), 'a span that is over is drained').toBe(-30_000);
  });

  it('keeps the fraction between 0 and 1', () => {
    expect(fractionLeft(0, 30_000, 15_000)).toBe(0.5);
    expect(fractionLeft(0, 30_000, -1)).toBe(1);
    expect(fractionLeft(0, 30_000, 31_000)).toBe(0);
    expect(fractionLeft(5, 5, 5), 'an empty span is over').toBe(0);
  });

  it('finds the first end among codes of different periods', () => {
    expect(nextBoundary([{ validUntil: 60 }, { validUntil: 30 }, { validUntil: null }])).toBe(30);
    expect(nextBoundary([{ validUntil: null }]), 'counter-based codes have no end').toBe(Infinity);
  });

  it.each([
    [11, 10, 'ten'],
    [12, 9, 'ten'],
    [6, 5, 'five'],
    [12, 4, 'five'],
    [10, 9, null],
    [1, 30, 'new_code'],
    [1, 0, null],
    [20, 19, null],
  ] as const)('from %i to %i says %s', (before, after, cue) => expect(countdownCue(before, after)).toBe(cue));
});

const entry = (id: string, issuer: string, account: string, favourite = false): EntryView => ({
  id, issuer, account, favourite, kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30,
  tags: [], icon: null, hasNotes: false, useCount: 0, lastUsedAt: null, createdAt: 0,
});

describe('search', () => {
  const entries = [entry('a', 'GitHub', 'ada@example.com'), entry('b', 'Café', 'bo'), entry('c', 'GitLab', 'bo', true)];

  it.each([
    ['', ['a', 'b', 'c']],
    ['git', ['a', 'c']],
    ['GIT bo', ['c']],
    ['cafe', ['b']],
    ['example.com', ['a']],
    ['  ', ['a', 'b', 'c']],
    ['nothing', []],
  ])('"%s"', (query, ids) => expect(searchEntries(entries, query).map((each) => each.id)).toEqual(ids));

  it('puts favourites first and leaves the rest in order', () => {
    expect(inShownOrder(entries).map((each) => each.id)).toEqual(['c', 'a', 'b']);
  });
});

describe('identity', () => {
  it('takes a whole character', () => {
    expect(firstGrapheme('  github')).toBe('G');
    expect(firstGrapheme('👩‍🚀 club'), 'an emoji of several code points').toBe('👩‍🚀');
    expect(firstGrapheme('')).toBe('?');
  });

  it('keeps the colour of a name', () => expect(toneOf(' GitHub ')).toBe(toneOf('github')));

  it.each([
    ['ada@example.com', ['ada', '@example.com']],
    ['a@b@c', ['a@b', '@c']],
    ['@handle', ['@handle', '']],
    ['savings', ['savings', '']],
  ])('splits %s', (account, parts) => expect(splitAccount(account)).toEqual(parts));
});

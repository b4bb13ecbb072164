import { beforeEach, describe, expect, it } from 'vitest';
import { announcer } from '../src/lib/announce.svelte';
import type { Backend } from '../src/lib/backend';
import type { EntryEditView, EntryView } from '../src/lib/backend/types';
import { fakeBackend } from '../src/lib/backend/fake';
import { rowsPassed } from '../src/lib/codes/drag.svelte';
import { changedFields, editProblems, iconFits, mergeEdit } from '../src/lib/codes/edit';
import { Editing } from '../src/lib/codes/editing.svelte';
import { inOrderOf, inShownOrder, keepUses, keptSort, moved, type Sort } from '../src/lib/codes/order';
import { searchEntries } from '../src/lib/codes/search';
import { addTags, mainTags, splitTags, suggestTags, tagCounts, withTags } from '../src/lib/codes/tags';
import { CodesView } from '../src/lib/codes/view.svelte';
import { Session } from '../src/lib/session.svelte';
import { Ticker } from '../src/lib/ticker.svelte';

const entry = (id: string, more: Partial<EntryView> = {}): EntryView => ({
  id, issuer: id.toUpperCase(), account: '', kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30, favourite: false,
  tags: [], icon: null, hasNotes: false, useCount: 0, lastUsedAt: null, createdAt: 0, ...more,
});
const ids = (entries: readonly EntryView[]) => entries.map(({ id }) => id).join('');
const backend = (query: string, over: Partial<Backend> = {}): Backend => ({ ...fakeBackend(new URLSearchParams(query)), ...over });
const settle = () => new Promise((done) => setTimeout(done, 5));

describe('the order', () => {
  const entries = [
    entry('a', { issuer: 'Zoo', useCount: 1, lastUsedAt: 30 }),
    entry('b', { issuer: 'apple 10', useCount: 9, lastUsedAt: 10 }),
    entry('c', { issuer: 'Apple 9', useCount: 5, lastUsedAt: 20 }),
    entry('d', { issuer: '', account: 'middle' }),
    entry('e', { issuer: 'Ärger', favourite: true }),
  ];

  it.each<[Sort, string]>([['own', 'eabcd'], ['issuer', 'ecbda'], ['recent', 'eacbd'], ['most', 'ebcad']])(
    'by %s keeps favourites first',
    (sort, order) => expect(ids(inShownOrder(entries, sort))).toBe(order),
  );

  it('by use stays as it was when a code is used, and takes in what is new', () => {
    const uses = keepUses(new Map(), entries);
    const later = [...entries.map((each) => (each.id === 'd' ? { ...each, useCount: 99 } : each)), entry('f', { useCount: 7 })];
    expect(ids(inShownOrder(later, 'most', keepUses(uses, later)))).toBe('ebfcad');
  });

  it.each([
    ['up', 'c', -1, 'acbde'],
    ['down', 'a', 1, 'bacde'],
    ['up two', 'd', -2, 'adbce'],
    ['past the top', 'a', -1, null],
    ['past the end', 'd', 1, null],
    ['a favourite among the others', 'e', 1, null],
    ['nowhere', 'b', 0, null],
    ['what is not shown', 'x', 1, null],
  ])('moves %s', (_, id, by, order) => {
    expect(moved(entries, inShownOrder(entries), id, by)?.join('') ?? null).toBe(order);
  });

  it('leaves what a search hides in its place', () => {
    const shown = entries.filter(({ id }) => 'ad'.includes(id));
    expect(moved(entries, shown, 'd', -1)?.join('')).toBe('dabce');
  });

  it('puts what it does not name last', () => expect(ids(inOrderOf(entries, ['c', 'a']))).toBe('cabde'));

  it('that is kept and unknown is the person’s own', () => {
    localStorage.setItem('deskfob.sort', 'by magic');
    expect(keptSort()).toBe('own');
    localStorage.setItem('deskfob.sort', 'most');
    expect(keptSort()).toBe('most');
    localStorage.removeItem('deskfob.sort');
  });

  it('counts the rows that a drag has passed', () => {
    const rows = [0, 10, 20, 30].map((top) => ({ top, bottom: top + 10 }));
    expect([rowsPassed(rows, 1, 16), rowsPassed(rows, 1, 4), rowsPassed(rows, 1, 36), rowsPassed(rows, 3, -50)]).toEqual([0, -1, 2, -3]);
  });
});

describe('tags', () => {
  it.each([
    ['work', ['work']],
    [' my  bank , ,work\n', ['my bank', 'work']],
    [', ,', []],
  ])('reads %j', (text, tags) => expect(splitTags(text)).toEqual(tags));

  it('are added once, in the spelling they have elsewhere', () => {
    expect(addTags(['Work'], 'work, PERSONAL, new', ['Personal', 'Work'])).toEqual({ tags: ['Work', 'Personal', 'new'], problem: null });
    expect(addTags(['Café'], 'cafe', []).tags).toEqual(['Café']);
  });

  it('end at twenty of fifty characters', () => {
    const twenty = Array.from({ length: 20 }, (_, i) => `t${i}`);
    expect(addTags(twenty, 'more', [])).toEqual({ tags: twenty, problem: { kind: 'too_many' } });
    expect(addTags(twenty, 't3', []).problem, 'one that is there is no more').toBeNull();
    expect(addTags([], '🦊'.repeat(50), []).problem, 'characters, not UTF-16 units').toBeNull();
    expect(addTags([], 'x'.repeat(51), []).problem).toMatchObject({ kind: 'too_long' });
  });

  it('are suggested when they fit and are not taken', () => {
    expect(suggestTags(['Personal', 'Work', 'Café'], ['work'], '')).toEqual(['Personal', 'Café']);
    expect(suggestTags(['Personal', 'Work', 'Café'], [], 'CAFE')).toEqual(['Café']);
    expect(suggestTags(['a', 'b', 'c'], [], '', 2)).toEqual(['a', 'b']);
  });

  const entries = [entry('a', { tags: ['Work', 'Bank'] }), entry('b', { tags: ['Work'] }), entry('c')];

  it('are counted by name', () => expect(tagCounts(entries)).toEqual([{ tag: 'Bank', count: 1 }, { tag: 'Work', count: 2 }]));

  it('narrow together', () => {
    expect(ids(withTags(entries, new Set(['Work'])))).toBe('ab');
    expect(ids(withTags(entries, new Set(['Work', 'Bank'])))).toBe('a');
    expect(ids(withTags(entries, new Set()))).toBe('abc');
  });

  it('are found by the search', () => expect(ids(searchEntries(entries, 'bank a'))).toBe('a'));

  it('show the most used of many, and those that are chosen', () => {
    const all = ['a', 'b', 'c', 'd'].map((tag, index) => ({ tag, count: index }));
    expect(mainTags(all, 2, new Set(['a'])).map(({ tag }) => tag)).toEqual(['a', 'c', 'd']);
    expect(mainTags(all, 4, new Set())).toEqual(all);
  });
});

describe('what the list shows', () => {
  it('combines search and tags, and forgets a tag that is gone', () => {
    let all = [entry('a', { tags: ['Work'] }), entry('b', { tags: ['Work'] }), entry('c')];
    const view = new CodesView(() => all);
    view.toggle('Work');
    view.query = 'b';
    expect([ids(view.shown), view.narrowed]).toEqual(['b', true]);
    view.clear();
    expect([ids(view.shown), view.narrowed]).toEqual(['abc', false]);
    view.toggle('Work');
    view.toggle('Work');
    expect(ids(view.shown)).toBe('abc');
    all = [entry('a')];
    const later = new CodesView(() => all);
    later.toggle('Work');
    expect([later.tags.size, ids(later.shown)]).toEqual([0, 'a']);
  });
});

const text: EntryEditView = { issuer: 'GitHub', account: 'ada', notes: 'n', tags: ['Work'], icon: null };

describe('an edit', () => {
  it.each([['', true], ['G', true], ['gh', true], ['ghi', false], ['👩‍🚀', true], ['👩‍🚀🦊', false], ['é́', true], ['  ab ', true]])(
    'takes %j as an icon: %s',
    (icon, fits) => expect(iconFits(icon)).toBe(fits),
  );

  it('names the fields that are too long', () => {
    expect([...editProblems(text)]).toEqual([]);
    expect([...editProblems({ ...text, issuer: '🦊'.repeat(1024), notes: 'n'.repeat(10_000) })], 'at the limit').toEqual([]);
    expect([...editProblems({ issuer: 'i'.repeat(1025), account: 'a'.repeat(1025), notes: 'n'.repeat(10_001), tags: ['t'.repeat(51)], icon: 'abc' })].sort())
      .toEqual(['account', 'icon', 'issuer', 'notes', 'tags']);
  });

  it('and another program’s go together where they can', () => {
    const mine = { ...text, issuer: 'Codeberg', tags: ['Work', 'Code'] };
    const theirs = { ...text, account: 'bo', tags: ['Home'], issuer: 'Codeberg' };
    expect(mergeEdit(text, mine, theirs)).toEqual({ edit: { ...text, issuer: 'Codeberg', account: 'bo', tags: ['Work', 'Code'] }, both: ['tags'] });
    expect(changedFields(text, theirs)).toEqual(['issuer', 'account', 'tags']);
  });
});

describe('editing an entry', () => {
  const ticker = new Ticker();
  beforeEach(() => announcer.clear());
  const open = async (over: Partial<Backend> = {}, query = 'fake=filled&accounts=0') => {
    const base = backend(query);
    const session = new Session({ ...base, ...over }, ticker);
    await session.loadEntries();
    const editing = new Editing(session, session.list.find('e1') ?? entry('e1'));
    return { base, session, editing };
  };

  it('saves nothing before the notes are read, and nothing when nothing changed', async () => {
    const { session, editing } = await open({ entryEdit: async () => { throw new Error('not asked for'); } });
    editing.issuer = 'Codeberg';
    expect(await editing.save(), 'it would empty the notes').toBe(false);
    editing.issuer = 'GitHub';
    await editing.load();
    expect([editing.dirty, await editing.save(), session.notice]).toEqual([false, true, null]);
    session.close();
  });

  it('can be undone with everything that was there', async () => {
    const { base, session, editing } = await open();
    await editing.load();
    const before = await base.entryDetails('e1');
    Object.assign(editing, { issuer: ' Codeberg ', notes: '', tags: [], icon: 'cb' });
    expect(await editing.save()).toBe(true);
    expect(session.list.find('e1')).toMatchObject({ issuer: 'Codeberg', tags: [], icon: 'cb', hasNotes: false });
    await session.actOnNotice();
    expect(session.list.find('e1')).toMatchObject({ issuer: 'GitHub', tags: ['Code', 'Work'], icon: null, hasNotes: true });
    expect((await base.entryDetails('e1')).notes).toBe(before.notes);
    expect(session.focusEntry).toBe('e1');
    session.close();
  });

  it('is forgotten with the lock: no notice, no undo, no late answer', async () => {
    const { session, editing } = await open();
    await editing.load();
    editing.issuer = 'Codeberg';
    const saving = editing.save();
    session.close();
    await saving;
    await settle();
    expect([session.notice, session.entries, session.list.unreadable, announcer.text]).toEqual([null, null, [], '']);
  });
});

describe('the entries', () => {
  const ticker = new Ticker();
  const open = async (over: (base: Backend) => Partial<Backend> = () => ({}), query = 'fake=filled&accounts=0') => {
    const base = backend(query);
    const session = new Session({ ...base, ...over(base) }, ticker);
    await session.loadEntries();
    return { base, session };
  };
  const order = (session: Session) => session.entries?.map(({ id }) => id.slice(1)).join('');

  it('show the answer to the newest question, whichever comes first', async () => {
    const waiting: Array<(entries: EntryView[]) => void> = [];
    const { session } = await open();
    Object.assign(session.backend, { entryList: () => new Promise<EntryView[]>((done) => waiting.push(done)) });
    const both = [session.loadEntries(), session.loadEntries()];
    waiting[1]?.([entry('new')]);
    await settle();
    waiting[0]?.([entry('old')]);
    await Promise.all(both);
    expect(ids(session.entries ?? [])).toBe('new');
    session.close();
  });

  it('keep the wanted order while it is on its way, and send the last one', async () => {
    const sent: string[] = [];
    const { session } = await open((base) => ({
      entryReorder: async (all) => {
        sent.push(all.map((id) => id.slice(1)).join(''));
        await settle();
        await base.entryReorder(all);
      },
    }));
    const to = (text: string) => session.list.reorder([...text].map((digit) => `e${digit}`));
    const all = [to('21345678'), to('23145678'), to('23415678')];
    await session.loadEntries();
    expect(order(session), 'a list read meanwhile does not bring the old order back').toBe('23415678');
    await Promise.all(all);
    expect([sent, order(session)]).toEqual([['21345678', '23415678'], '23415678']);
    session.close();
  });

  it('go back to the vault’s order when the new one cannot be kept', async () => {
    const { session } = await open(undefined, 'fake=filled&accounts=0&fail=entryReorder:disk_full:1');
    await expect(session.list.reorder(['e8', 'e1'])).rejects.toMatchObject({ code: 'disk_full' });
    expect(order(session)).toBe('12345678');
    session.close();
  });

  it('ask again for codes that were on their way when the list changed', async () => {
    let asked = 0;
    const { session } = await open((base) => ({ entryCodes: async () => { asked += 1; await settle(); return base.entryCodes(); } }));
    asked = 0;
    await Promise.all([session.codes.refresh(), session.codes.refresh(), session.codes.refresh()]);
    expect(asked, 'once more, not once each').toBe(2);
    session.close();
  });
});

describe('the made-up trash', () => {
  it('keeps, restores, purges and empties', async () => {
    const fake = backend('fake=filled&trash=2');
    await fake.entryRemove('e1');
    expect((await fake.trashList()).map(({ id }) => id)).toEqual(['e1', 't1', 't2']);
    await fake.entryRestore('e1');
    await fake.entryPurge('t1');
    await expect(fake.entryPurge('t1')).rejects.toMatchObject({ code: 'not_found' });
    expect(await fake.trashEmpty()).toBe(1);
    expect(await fake.trashList()).toEqual([]);
    expect((await fake.entryList()).some(({ id }) => id === 'e1')).toBe(true);
  });

  it('refuses what is too long, as the vault does', async () => {
    const fake = backend('fake=filled');
    await expect(fake.entryEdit('e1', { ...text, icon: 'x'.repeat(17) })).rejects.toMatchObject({ code: 'too_long' });
    await expect(fake.entryEdit('e1', { ...text, tags: Array.from({ length: 21 }, String) })).rejects.toMatchObject({ code: 'too_long' });
    await expect(fake.entryEdit('gone', text)).rejects.toMatchObject({ code: 'not_found' });
  });
});

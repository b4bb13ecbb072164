import { beforeEach, describe, expect, it } from 'vitest';
import { announcer } from '../src/lib/announce.svelte';
import { AppState } from '../src/lib/app.svelte';
import type { Backend } from '../src/lib/backend';
import type { AccountView, BackendEvent, FoundView, MembersView, VaultStatus } from '../src/lib/backend/types';
import { fakeBackend } from '../src/lib/backend/fake';
import { OrganisationState } from '../src/lib/members/organisation.svelte';
import { m } from '../src/lib/messages';
import { Session } from '../src/lib/session.svelte';
import { Ticker } from '../src/lib/ticker.svelte';

/** The made-up backend with some calls answered by the test. */
const backend = (query: string, over: Partial<Backend> = {}): Backend => ({ ...fakeBackend(new URLSearchParams(query)), ...over });

/** Calls that wait until the test answers them, oldest first. */
function held<T>() {
  const waiting: Array<{ resolve: (value: T) => void; reject: (error: unknown) => void }> = [];
  const call = () => new Promise<T>((resolve, reject) => waiting.push({ resolve, reject }));
  const next = () => {
    const first = waiting.shift();
    if (!first) throw new Error('nothing was asked');
    return first;
  };
  return { call, next };
}

const settle = () => new Promise((done) => setTimeout(done));
const cancelled = { code: 'sign_in_cancelled', message: 'the sign-in was cancelled', hint: null, retryAfterMs: null };

describe('what comes by itself', () => {
  const part = { total: 2, have: 1, missing: [2], repeated: false };
  const draft = { id: 'd1', duplicateOf: [] } as unknown as FoundView['drafts'][number];
  const found = (over: Partial<FoundView>): FoundView => ({ drafts: [], transfers: [], refused: null, ...over });
  const opened = () => {
    const discarded: string[][] = [];
    const over = backend('fake=filled', { draftDiscard: async (ids) => void discarded.push(ids) });
    const app = new AppState(over);
    app.session = new Session(over, new Ticker());
    return { app, session: app.session, discarded };
  };

  it('does not end a review', () => {
    const { app, session } = opened();
    app.found(found({ drafts: [draft] }));
    expect(app.route.name).toBe('review');
    app.found(found({ transfers: [part] }), true);
    expect(app.route.name, 'a part of a transfer').toBe('review');
    app.nothingFound(cancelled, true);
    expect(app.route.name, 'a broken link').toBe('review');
    expect(session.notice?.text).toBeTruthy();
    expect(session.review.drafts).toHaveLength(1);
  });

  it('does not end the wizard, nor does an empty clipboard', () => {
    const { app } = opened();
    app.route = { name: 'protect', accountId: 'a1' };
    app.found(found({ drafts: [draft] }), true);
    app.nothingFound(cancelled);
    expect(app.route.name).toBe('protect');
  });

  it('does not take the place of what is being typed, but what the person asked for does', () => {
    const { app } = opened();
    app.route = app.shown = { name: 'add' };
    document.body.innerHTML = '<main><form><input value="6" inputmode="numeric"><input value="JBSWY3DP"></form></main>';
    app.found(found({ drafts: [draft] }), true);
    expect(app.route.name).toBe('add');
    app.found(found({ drafts: [draft] }));
    expect(app.route.name).toBe('review');
    document.body.innerHTML = '';
  });

  it('is shown where a review was left that the window still shows, without what was in it', () => {
    const { app, session } = opened();
    app.found(found({ drafts: [draft] }));
    app.shown = app.route;
    document.body.innerHTML = '<main><form><input value="Acme"></form></main>';
    app.go({ name: 'add' });
    app.found(found({ drafts: [draft] }), true);
    expect(app.route.name).toBe('review');
    expect(session.review.drafts).toHaveLength(1);
    document.body.innerHTML = '';
  });
});

describe('the vault’s state', () => {
  const status = (state: VaultStatus['state']): VaultStatus => ({
    state, keyringSlot: false, recoveryKitSlot: false, retryAfterMs: null, location: '', damage: null, lockedBecause: null, linkWaits: false,
  });

  it('asked before a lock and told after it opens nothing', async () => {
    const answers = held<VaultStatus>();
    const app = new AppState(backend('fake=filled', { vaultStatus: answers.call, vaultLock: async () => {} }));
    const first = app.refreshStatus();
    answers.next().resolve(status('unlocked'));
    await first;
    expect(app.session).not.toBeNull();
    const old = app.refreshStatus();
    const asked = answers.next();
    const locking = app.lock();
    asked.resolve(status('unlocked'));
    await old;
    expect([app.session, app.status?.state]).toEqual([null, 'locked']);
    answers.next().resolve(status('locked'));
    await locking;
    expect([app.session, app.status?.state]).toEqual([null, 'locked']);
  });

  it('asked twice is the newer answer, in whichever order they come', async () => {
    const answers = held<VaultStatus>();
    const app = new AppState(backend('fake=filled', { vaultStatus: answers.call }));
    const both = [app.refreshStatus(), app.refreshStatus()];
    const [older, newer] = [answers.next(), answers.next()];
    newer.resolve(status('unlocked'));
    older.resolve(status('locked'));
    await Promise.all(both);
    expect(app.status?.state).toBe('unlocked');
    app.session?.close();
  });

  it('that cannot be told is a failure, and no damage', async () => {
    const app = new AppState(backend('fake=filled&fail=vaultStatus:unreadable:1'));
    await app.refreshStatus();
    expect(app.failure).toMatchObject({ code: 'header_io' });
    expect(app.status).toBeNull();
    await app.refreshStatus();
    expect([app.failure, app.status?.state]).toEqual([null, 'unlocked']);
    app.session?.close();
  });
});

describe('a session', () => {
  const ticker = new Ticker();
  beforeEach(() => announcer.clear());

  it('is empty once closed, and stays so', async () => {
    const entries = held<never>();
    const accounts = held<never>();
    const session = new Session(backend('fake=filled', { entryList: entries.call, accountList: accounts.call }), ticker);
    const late = [entries.next(), accounts.next()];
    session.list.failure = cancelled;
    session.accountsFailure = cancelled;
    session.focusEntry = 'e1';
    session.close();
    for (const each of late) each.reject({ code: 'locked', message: 'the vault is locked' });
    await settle();
    session.tell({ text: 'late' });
    session.draftsFailed(cancelled);
    await session.loadAccounts();
    expect(() => accounts.next(), 'a closed session asks nothing').toThrow();
    expect([session.list.failure, session.accountsFailure, session.focusEntry, session.notice, session.draftError]).toEqual([null, null, null, null, null]);
    expect(announcer.text).toBe('');
  });

  it('keeps the newer sign-in’s dialog when the older one ends', async () => {
    const sign = held<AccountView>();
    const session = new Session(backend('fake=filled', { accountConnect: sign.call }), ticker);
    const older = session.connect({ preset: 'upsun' }, 'Upsun');
    const newer = session.connect({ preset: 'platformsh' }, 'Platform.sh');
    session.hear({ kind: 'sign_in_opened', url: 'https://auth.example' });
    sign.next().reject(cancelled);
    expect(await older).toBeNull();
    expect(session.signIn).toMatchObject({ platform: 'Platform.sh', url: 'https://auth.example' });
    expect(announcer.text, 'nobody cancelled').toBe('');
    sign.next().reject(cancelled);
    expect(await newer).toBeNull();
    expect(session.signIn).toBeNull();
    expect(announcer.text.trim()).toBe(m.accounts.cancelled);
    session.close();
  });

  describe('that a call waits for', () => {
    const wanted: BackendEvent = { kind: 'sign_in_wanted', accountId: 'a1', platform: 'Sandbox', email: 'ada@acme.example', mfa: true, methods: ['mfa'], maxAge: null };
    /** Withdrawing waits, and the person agreed to sign in for it. */
    const agreed = async (over: Partial<Backend> = {}) => {
      const withdrawing = held<'now'>();
      const session = new Session(backend('fake=filled&mfa=on', { factorWithdraw: withdrawing.call, accountAnswerStepUp: async () => {}, ...over }), ticker);
      const call = session.backend.factorWithdraw('a1').catch((error: unknown) => error);
      session.hear(wanted);
      await session.answerWanted(true);
      expect(session.signIn).not.toBeNull();
      return { session, call, withdrawing };
    };

    it('closes when it is cancelled, whether or not the backend has one to cancel', async () => {
      for (const accountCancelSignIn of [async () => {}, () => Promise.reject(cancelled)]) {
        const { session } = await agreed({ accountCancelSignIn });
        await session.cancelSignIn();
        expect(session.signIn).toBeNull();
        session.close();
      }
    });

    it('closes when the call is rejected before a browser opened', async () => {
      const { session, call, withdrawing } = await agreed();
      withdrawing.next().reject(cancelled);
      await call;
      expect(session.signIn).toBeNull();
      session.close();
    });

    it('is not asked about any more once the call was rejected', async () => {
      const withdrawing = held<'now'>();
      const session = new Session(backend('fake=filled&mfa=on', { factorWithdraw: withdrawing.call }), ticker);
      const call = session.backend.factorWithdraw('a1').catch(() => undefined);
      session.hear(wanted);
      expect(session.wanted).not.toBeNull();
      withdrawing.next().reject(cancelled);
      await call;
      expect(session.wanted).toBeNull();
      session.close();
    });

    it('leaves the dialog of another sign-in, begun since', async () => {
      const connecting = held<AccountView>();
      const { session, call, withdrawing } = await agreed({ accountConnect: connecting.call });
      const other = session.connect({ preset: 'upsun' }, 'Upsun');
      withdrawing.next().reject(cancelled);
      await call;
      expect(session.signIn).toMatchObject({ platform: 'Upsun' });
      connecting.next().reject(cancelled);
      await other;
      session.close();
    });

    it('stays while another call may be the one that waits', async () => {
      const moving = held<never>();
      const { session, call, withdrawing } = await agreed({ factorMove: moving.call });
      const other = session.backend.factorMove('a1', 'x').catch(() => undefined);
      withdrawing.next().reject(cancelled);
      await call;
      expect(session.signIn).not.toBeNull();
      moving.next().reject(cancelled);
      await other;
      expect(session.signIn).toBeNull();
      session.close();
    });
  });

  it('asks about an account again when its answer is old, and sooner when there was none', async () => {
    const asked: number[] = [];
    let offline = true;
    const clock = new Ticker();
    const account = { id: 'a1', signedIn: true, mfa: 'unknown', mfaCheckedAt: null } as AccountView;
    const session = new Session(backend('fake=filled', {
      accountList: async () => [account],
      accountRefresh: async () => {
        asked.push(clock.now);
        if (offline) throw { code: 'unreachable', message: 'no network' };
        Object.assign(account, { mfa: 'off', mfaCheckedAt: clock.now });
        return account;
      },
    }), clock);
    await session.loadAccounts();
    const looksAt = async (minute: number) => {
      clock.now = minute * 60_000;
      await session.askUnknown();
    };
    for (const minute of [20, 20.5, 21]) await looksAt(minute);
    offline = false;
    for (const minute of [22, 23, 31, 32.5, 40, 43]) await looksAt(minute);
    expect(asked.map((at) => at / 60_000)).toEqual([20, 21, 22, 32.5, 43]);
    session.close();
  });

  it('says nothing of a sign-in that a lock ended', async () => {
    const sign = held<AccountView>();
    const session = new Session(backend('fake=filled', { accountConnect: sign.call }), ticker);
    const signingIn = session.connect({ preset: 'upsun' }, 'Upsun');
    session.close();
    sign.next().reject(cancelled);
    expect(await signingIn).toBeNull();
    expect(announcer.text).toBe('');
  });
});

describe('the organisation on screen', () => {
  const NOW = 1_800_000_000_000;
  const members = (organizationId: string): MembersView => ({
    organizationId, mfaRequired: false, enforceBlockers: [], checkedAt: NOW,
    members: [{ id: `${organizationId}-1`, name: 'Bo', email: 'bo@acme.example', role: 'viewer', status: 'off', joinedAt: NOW, lastRemindedAt: null, reminders: 0, isYou: false }],
  });
  const organization = (id: string, canListMembers = true) => ({ id, name: id, label: id, role: 'owner' as const, canListMembers });
  const open = async (over: Partial<Backend> = {}) => {
    const state = new OrganisationState(
      backend('fake=filled', {
        orgList: async () => [organization('a'), organization('b'), organization('closed', false)],
        orgMembers: async (_account, id) => members(id),
        ...over,
      }),
      new Ticker(),
    );
    await state.open('a1');
    return state;
  };

  it('does not take another one’s reminders', async () => {
    const remind = held<Awaited<ReturnType<Backend['orgRemind']>>>();
    const state = await open({ orgRemind: remind.call });
    const sending = state.remind(['a-1']);
    await state.choose('b');
    const report = { results: [{ memberId: 'a-1', sent: false, code: 422, message: 'no' }], stopped: null };
    remind.next().resolve(report);
    expect(await sending, 'who asked still learns of it').toEqual(report);
    expect([state.members, state.results, [...state.selected]]).toEqual([members('b'), [], []]);
  });

  it('takes its own, into the list as it is by then', async () => {
    const remind = held<Awaited<ReturnType<Backend['orgRemind']>>>();
    let required = false;
    const state = await open({ orgRemind: remind.call, orgMembers: async (_account, id) => ({ ...members(id), mfaRequired: required }) });
    const sending = state.remind(['a-1']);
    required = true;
    await state.load();
    remind.next().resolve({ results: [{ memberId: 'a-1', sent: true, code: 200, message: '' }], stopped: null });
    await sending;
    expect(state.members?.mfaRequired, 'the newer list stays').toBe(true);
    expect(state.members?.members[0]?.reminders).toBe(1);
  });

  it('leaves those selected whom nobody has answered for', async () => {
    const stopped = { code: 'too_many_requests', message: 'too many requests', hint: null, retryAfterMs: null };
    const two = (id: string): MembersView => {
      const one = members(id);
      return { ...one, members: [...one.members, { ...one.members[0]!, id: `${id}-2` }] };
    };
    const state = await open({
      orgMembers: async (_account, id) => two(id),
      orgRemind: async () => ({ results: [{ memberId: 'a-1', sent: true, code: 200, message: '' }], stopped }),
    });
    expect((await state.remind(['a-1', 'a-2'])).stopped).toEqual(stopped);
    expect([...state.selected], 'who got a mail is not asked again').toEqual(['a-2']);
    expect(state.members?.members.map((member) => member.reminders)).toEqual([1, 0]);
  });

  it('does not take another one’s requirement', async () => {
    const enforce = held<boolean>();
    const state = await open({ orgEnforce: enforce.call });
    const asking = state.enforce(true);
    await state.choose('b');
    enforce.next().resolve(true);
    await asking;
    expect(state.members).toEqual(members('b'));
  });

  it('does not take another one’s members where it may list none', async () => {
    const reading = held<MembersView>();
    let slow = false;
    const state = await open({ orgMembers: async (_account, id) => (slow ? reading.call() : members(id)) });
    slow = true;
    const loading = state.load();
    await state.choose('closed');
    reading.next().resolve(members('a'));
    await loading;
    expect([state.members, state.loading]).toEqual([null, false]);
  });
});

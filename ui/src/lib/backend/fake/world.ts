import type { AccountView, CodesState, DraftView, EntryView, MembersView, OrganizationView, RecoveryCodeView, UnreadableView } from '../types';
import { filledEntries, newEntry, trashedEntries, unreadableEntries } from './filled';
import { fakeMembers } from './members';
import type { FakeSeed } from './otp';
import { FAKE_PASSWORD } from './password';
import { seedSlots, type FakeSlot } from './slots';

export type FakeEntry = Omit<EntryView, 'hasNotes'> & { seed: string; counter: number; notes: string; updatedAt: number };
export type FakeTrashed = FakeEntry & { deletedAt: number };
export type FakeDraft = { view: DraftView; seed: FakeSeed };
export type FakeAccount = AccountView & { codes: RecoveryCodeView[]; pending: FakeSeed | null };

/** Everything the made-up backend knows. */
export type World = {
  state: 'absent' | 'locked' | 'unlocked' | 'damaged';
  password: string;
  slots: FakeSlot[];
  wrongTries: number;
  waitUntil: number;
  entries: FakeEntry[];
  trash: FakeTrashed[];
  unreadable: UnreadableView[];
  drafts: Map<string, FakeDraft>;
  /** Links that were opened while the vault was locked. */
  links: string[];
  accounts: FakeAccount[];
  organizations: OrganizationView[];
  members: MembersView | null;
  memberCount: number;
  serial: number;
  /** When recovery codes were last shown for a password, by account. Forgotten when the vault locks. */
  revealedAt: Map<string, number>;
  /** The same of the setup key of an enrolment. */
  keyShownAt: Map<string, number>;
  /** Accounts whose recovery codes were issued since the vault was opened. */
  issued: Set<string>;
};

/** What the backend forgets when the vault locks. */
export function lockWorld(world: World): void {
  world.state = 'locked';
  world.drafts.clear();
  world.revealedAt.clear();
  world.keyShownAt.clear();
  world.issued.clear();
}

/** So long after the password what it showed may be copied and saved, ms. */
export const REVEALED_MS = 5 * 60_000;

export function recoveryCodes(total = 10): RecoveryCodeView[] {
  return Array.from({ length: total }, (_, index) => {
    const part = (salt: number) => ((index + 3) * salt * 7919).toString(36).padStart(4, 'x').slice(-4);
    return { position: index + 1, code: `${part(613)}-${part(911)}`, usedAt: null };
  });
}

export function account(more: Partial<FakeAccount>): FakeAccount {
  return {
    id: 'a1', deployment: 'Sandbox', email: 'ada@acme.example', displayName: 'Ada Lovelace', mfa: 'off',
    mfaCheckedAt: null, factor: { finding: 'off' }, underWay: null, clockAhead: null, clockCorrection: 0, byApiToken: false,
    sessionHasMfa: false, signedIn: true, entryId: null, recoveryCodes: null, enrolment: null,
    codes: [], pending: null, ...more,
  };
}

function factorOf(query: URLSearchParams, on: boolean, now: number): Partial<FakeAccount> {
  const finding = query.get('factor');
  const number = (name: string) => (query.has(name) ? Number(query.get(name)) : null);
  return {
    mfaCheckedAt: now - 3 * 60_000,
    entryId: (on && finding !== 'elsewhere') || finding === 'off_with_entry' ? 'e9' : null,
    factor: finding ? { finding } as AccountView['factor'] : on ? { finding: 'taken', at: now - 40 * 86_400_000 } : { finding: 'off' },
    underWay: query.get('underway') as AccountView['underWay'],
    clockAhead: number('clock'),
    clockCorrection: number('correction') ?? 0,
    byApiToken: query.get('token') === '1',
  };
}

/** `fake=` absent · locked · damaged · empty · filled; `mfa=on`; `enrol=proposed|confirming`, begun `age=12` minutes ago; `members=300`; of the account `factor=unproven|elsewhere|off_with_entry`, `underway=moving_off`, `clock=95`, `correction=95`, `codes=dead`, `token=1`, `platform=Upsun`; `keyring=1`; `wait=60000`; `trash=3`; `unreadable=1`, `lost=1` of them in the trash. */
export function seedWorld(query: URLSearchParams, now: number): World {
  const kind = query.get('fake') ?? 'absent';
  const filled = kind === 'filled' || kind === 'locked';
  const protectedAccount = query.get('mfa') === 'on';
  const enrol = query.get('enrol');
  const accounts: FakeAccount[] = [];
  const entries = filled ? filledEntries(now) : [];

  if (filled && query.get('accounts') !== '0') {
    const codes = protectedAccount ? recoveryCodes() : [];
    if (codes[1]) codes[1].usedAt = now - 3 * 86_400_000;
    accounts.push(account({
      deployment: query.get('platform') ?? 'Sandbox',
      mfa: protectedAccount ? 'on' : 'off',
      sessionHasMfa: protectedAccount && query.get('session') !== 'old',
      ...factorOf(query, protectedAccount, now),
      codes,
      recoveryCodes: protectedAccount
        ? { total: 10, left: 9, acknowledged: query.get('ack') !== '0', state: (query.get('codes') ?? 'usable') as CodesState }
        : null,
      pending: enrol ? { id: 'p1', seed: 'pending', kind: 'totp', digits: 6, period: 30, counter: 0 } : null,
      enrolment: enrol
        ? {
            accountId: 'a1', issuer: 'Sandbox', accountName: 'ada@acme.example', algorithm: 'SHA1', digits: 6, period: 30,
            startedAt: now - Number(query.get('age') ?? 12) * 60_000, stage: enrol === 'confirming' ? 'confirming' : 'proposed',
            elsewhere: false,
          }
        : null,
    }));
    if (protectedAccount) entries.push(newEntry('e9', 'Sandbox', 'ada@acme.example', now));
  }

  return {
    state: kind === 'absent' || kind === 'locked' || kind === 'damaged' ? kind : 'unlocked',
    password: FAKE_PASSWORD,
    slots: kind === 'absent' ? [] : seedSlots(query, now),
    wrongTries: 0,
    waitUntil: now + Number(query.get('wait') ?? 0),
    entries,
    trash: trashedEntries(Number(query.get('trash') ?? 0), now),
    unreadable: [
      ...unreadableEntries(Number(query.get('unreadable') ?? 0)),
      ...unreadableEntries(Number(query.get('lost') ?? 0), true),
    ],
    drafts: new Map(),
    links: [],
    accounts,
    organizations: query.get('orgs') === '0' ? [] : [
      { id: 'org-acme', name: 'acme', label: 'Acme Analytical Engines', role: 'owner', canListMembers: true },
      { id: 'org-side', name: 'side', label: 'Side project', role: 'unknown', canListMembers: false },
    ],
    members: null,
    memberCount: Number(query.get('members') ?? 58),
    serial: 100,
    revealedAt: new Map(),
    keyShownAt: new Map(),
    issued: new Set(),
  };
}

/** The members, made once so that reminders stay. */
export function membersOf(world: World, organizationId: string, now: number, required: boolean, covered: boolean): MembersView {
  const you = world.accounts[0];
  world.members ??= {
    organizationId,
    members: fakeMembers(world.memberCount, now, {
      email: you?.email ?? 'ada@acme.example', name: you?.displayName ?? 'Ada Lovelace', mfa: you?.mfa === 'on',
    }).map((member) => (covered && member.status !== 'invited' ? { ...member, status: member.status === 'sso' ? 'sso' : 'on' } : member)),
    mfaRequired: required,
    enforceBlockers: [],
    checkedAt: now,
  };
  const own = world.members.members[0];
  if (own && you) own.status = you.mfa === 'on' ? 'on' : covered ? 'on' : 'off';
  world.members.enforceBlockers = [
    ...(you?.mfa === 'on' ? [] : ['own_mfa_off' as const]),
    ...(you?.mfa === 'on' && !you.sessionHasMfa ? ['session_without_mfa' as const] : []),
  ];
  world.members.checkedAt = now;
  return structuredClone(world.members);
}

import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';
import { newEntry } from './filled';
import { checkPassword } from './password';
import { recoveryCodes, REVEALED_MS, type FakeAccount } from './world';

type Methods = Pick<
  Backend,
  | 'accountAnswerStepUp' | 'enrolElsewhere' | 'enrolReveal' | 'enrolCopyKey' | 'recoveryCodesNew' | 'factorWithdraw' | 'factorResolve' | 'factorMove'
  | 'factorAbandonMove' | 'factorCheck' | 'factorSignIn' | 'factorProven' | 'factorClock'
>;

const SETUP_KEY = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

/** `stepup=1`: the first call that changes MFA wants another sign-in. */
export function factorMethods({ world, query, emit, now, browsing }: FakeContext): Methods {
  let wanted = query.get('stepup') === '1';
  let answer: ((agreed: boolean) => void) | null = null;
  let signedIn = false;

  const find = (id: string): FakeAccount => {
    const account = world.accounts.find((each) => each.id === id);
    if (!account) throw error('not_found', 'that account is not in the vault any more');
    return account;
  };
  const changed = () => {
    emit({ kind: 'entries_changed' });
    emit({ kind: 'accounts_changed' });
  };
  const stepUp = async (account: FakeAccount) => {
    if (!wanted) return;
    const agreed = new Promise<boolean>((resolve) => (answer = resolve));
    emit({ kind: 'sign_in_wanted', accountId: account.id, platform: account.deployment, email: account.email, mfa: true, methods: ['mfa'], maxAge: 300 });
    const agrees = await agreed;
    answer = null;
    if (!agrees) throw error('sign_in_cancelled', 'the sign-in was cancelled', 'nothing was changed; start again when you are ready');
    emit({ kind: 'sign_in_opened', url: 'http://127.0.0.1:4711/oauth2/authorize?client_id=deskfob&amr=mfa&max_age=300' });
    try {
      await browsing.wait();
    } finally {
      emit({ kind: 'sign_in_ended' });
    }
    account.sessionHasMfa = true;
    wanted = false;
  };
  const turnOff = (account: FakeAccount) => {
    const entry = world.entries.find((each) => each.id === account.entryId);
    if (entry) {
      world.entries = world.entries.filter((each) => each !== entry);
      world.trash.unshift({ ...entry, deletedAt: now() });
    }
    if (account.recoveryCodes) account.recoveryCodes.state = 'dead';
    Object.assign(account, { mfa: 'off', mfaCheckedAt: now(), entryId: null, factor: { finding: 'off' }, underWay: null });
  };
  const view = async (account: FakeAccount) => {
    const { codes, pending, ...known } = account;
    void codes;
    void pending;
    return known;
  };

  return {
    accountAnswerStepUp: async (agreed) => answer?.(agreed),
    enrolElsewhere: async (accountId, elsewhere) => {
      const { enrolment } = find(accountId);
      if (!enrolment) throw error('no_enrolment', 'no enrolment is in progress for this account');
      enrolment.elsewhere = elsewhere;
      emit({ kind: 'accounts_changed' });
      return enrolment;
    },
    enrolReveal: async (accountId, password) => {
      checkPassword(world, password, now());
      world.keyShownAt.set(accountId, now());
      return { key: SETUP_KEY, side: 33, path: madeUpCode(33) };
    },
    enrolCopyKey: async (accountId) => {
      if (now() - (world.keyShownAt.get(accountId) ?? -Infinity) >= REVEALED_MS) {
        throw error('confirm_first', "copying the setup key needs the vault's password", 'hide it, and show it again');
      }
      document.documentElement.dataset.fakeClipboard = SETUP_KEY;
    },
    recoveryCodesNew: async (accountId, password) => {
      checkPassword(world, password, now());
      const account = find(accountId);
      await stepUp(account);
      account.codes = recoveryCodes(10).map((each) => ({ ...each, code: each.code.split('').reverse().join('') }));
      account.recoveryCodes = { total: 10, left: 10, acknowledged: false, state: 'usable' };
      world.issued.add(accountId);
      emit({ kind: 'accounts_changed' });
      return account.codes;
    },
    factorWithdraw: async (accountId) => {
      const account = find(accountId);
      await stepUp(account);
      if (query.get('withdraw') === 'lost') {
        account.underWay = 'withdrawing';
        changed();
        throw error('withdrawal_unanswered', 'the platform gave no clear answer, so it may or may not have turned MFA off', 'Ask the platform what became of it; the entry stays in the vault until then.');
      }
      turnOff(account);
      changed();
      return 'now';
    },
    factorResolve: async (accountId) => {
      const account = find(accountId);
      if (query.get('resolve') === 'no') account.underWay = null;
      else turnOff(account);
      changed();
      return view(account);
    },
    factorMove: async (accountId, password) => {
      checkPassword(world, password, now());
      const account = find(accountId);
      await stepUp(account);
      turnOff(account);
      if (query.get('move') === 'stuck') {
        account.underWay = 'moving_off';
        changed();
        throw error('unreachable', 'MFA is off now, and the new secret is not in force yet: api.upsun.com cannot be reached', 'Check the network connection and try again.');
      }
      const entryId = `e${world.serial++}`;
      world.entries.unshift(newEntry(entryId, account.deployment, account.email, now()));
      account.codes = recoveryCodes(10);
      world.issued.add(accountId);
      Object.assign(account, { mfa: 'on', entryId, factor: { finding: 'taken', at: now() } });
      account.recoveryCodes = { total: 10, left: 10, acknowledged: false, state: 'usable' };
      changed();
      return account.codes;
    },
    factorAbandonMove: async (accountId) => {
      find(accountId).underWay = null;
      changed();
    },
    factorCheck: async (accountId) => {
      const account = find(accountId);
      account.mfaCheckedAt = now();
      emit({ kind: 'accounts_changed' });
      return view(account);
    },
    factorSignIn: async (accountId) => {
      const account = find(accountId);
      emit({ kind: 'sign_in_opened', url: 'http://127.0.0.1:4711/oauth2/authorize?client_id=deskfob&amr=mfa&prompt=login' });
      await browsing.wait();
      account.sessionHasMfa = true;
      signedIn = true;
      emit({ kind: 'accounts_changed' });
      return view(account);
    },
    factorProven: async (accountId) => {
      const account = find(accountId);
      if (!signedIn) throw error('sign_in_first', 'there was no sign-in with a code just now');
      account.factor = { finding: 'taken', at: now() };
      emit({ kind: 'accounts_changed' });
      return view(account);
    },
    factorClock: async (accountId, correct) => {
      const account = find(accountId);
      const off = account.clockAhead ?? account.clockCorrection;
      Object.assign(account, correct ? { clockCorrection: off, clockAhead: null } : { clockCorrection: 0, clockAhead: off });
      changed();
      return view(account);
    },
  };
}

/** Looks like a QR code and says nothing. */
function madeUpCode(side: number): string {
  const finder = (x: number, y: number) => {
    const corner = (left: number, top: number) => {
      const far = Math.max(Math.abs(x - left - 3), Math.abs(y - top - 3));
      return far <= 4 ? far !== 2 && far !== 4 : null;
    };
    return corner(0, 0) ?? corner(side - 7, 0) ?? corner(0, side - 7);
  };
  const dark = (x: number, y: number) => finder(x, y) ?? (x * 7 + y * 13 + ((x * y) % 5)) % 3 === 0;
  let path = '';
  for (let y = 0; y < side; y += 1) for (let x = 0; x < side; x += 1) if (dark(x, y)) path += `M${x} ${y}h1v1h-1z`;
  return path;
}

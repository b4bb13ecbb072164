import type { Backend } from '../backend';
import type { AccountView, DeploymentChoice } from '../types';
import type { FakeContext } from '.';
import { problemsOf } from './deployments';
import { error, faultOf } from './faults';
import { newEntry } from './filled';
import { fakeCode, fakeCodeView } from './otp';
import { checkPassword } from './password';
import { account, recoveryCodes, REVEALED_MS, type FakeAccount } from './world';

type Methods = Pick<
  Backend,
  | 'accountList' | 'accountRefresh' | 'accountCheckDeployment' | 'accountConnect' | 'accountConnectToken' | 'accountRenew' | 'accountCancelSignIn'
  | 'accountSignOut' | 'sandboxOpen' | 'enrolBegin' | 'enrolCode' | 'enrolConfirm' | 'enrolDiscard' | 'enrolResolve'
  | 'recoveryCodesAcknowledge' | 'recoveryCodesCopy' | 'recoveryCodesSaveFile' | 'recoveryCodesReveal' | 'recoveryCodeMark'
>;

/** Clocks that are this far apart are worth telling, s. */
const APART_S = 30;

/** A proposal older than this is refused, ms. */
const PROPOSAL_LIFE_MS = 50 * 60_000;

const NAMES = { sandbox: 'Sandbox', upsun: 'Upsun', platformsh: 'Platform.sh' } as const;

export function accountMethods({ world, query, emit, now, browsing }: FakeContext): Methods {
  const find = (id: string): FakeAccount => {
    const account = world.accounts.find((each) => each.id === id);
    if (!account) throw error('not_found', 'that account is not in the vault any more');
    return account;
  };
  const pendingOf = (id: string) => {
    const account = find(id);
    if (!account.pending) throw error('no_enrolment', 'no enrolment is in progress for this account');
    return { account, pending: account.pending };
  };
  const view = (account: FakeAccount): AccountView => ({
    id: account.id, deployment: account.deployment, email: account.email, displayName: account.displayName,
    mfa: account.mfa, mfaCheckedAt: account.mfaCheckedAt, factor: account.factor, underWay: account.underWay,
    clockAhead: account.clockAhead, clockCorrection: account.clockCorrection, byApiToken: account.byApiToken,
    sessionHasMfa: account.sessionHasMfa, signedIn: account.signedIn, entryId: account.entryId,
    recoveryCodes: account.recoveryCodes, enrolment: account.enrolment,
  });
  const signIn = () => {
    emit({ kind: 'sign_in_opened', url: 'http://127.0.0.1:4711/oauth2/authorize?client_id=deskfob&code_challenge_method=S256' });
    return browsing.wait();
  };
  const add = (deployment: DeploymentChoice): FakeAccount => {
    const added = account({
      id: `a${world.serial++}`,
      deployment: deployment.preset === 'custom' ? deployment.name : NAMES[deployment.preset],
      mfaCheckedAt: now(),
    });
    world.accounts.push(added);
    emit({ kind: 'accounts_changed' });
    return added;
  };
  const expired = (account: FakeAccount) =>
    account.enrolment?.stage === 'proposed' && now() - account.enrolment.startedAt >= PROPOSAL_LIFE_MS;
  const mayTake = (accountId: string): FakeAccount => {
    const account = find(accountId);
    const fresh = world.issued.has(accountId) && account.recoveryCodes?.acknowledged === false;
    const shown = now() - (world.revealedAt.get(accountId) ?? -Infinity) < REVEALED_MS;
    if (!fresh && !shown) throw faultOf('confirm_first');
    return account;
  };
  /** How far the platform's clock is ahead, s. `skew=95`: so far, told with the answer to a wrong code. */
  const platformAhead = ({ clockAhead, clockCorrection }: FakeAccount) =>
    clockAhead !== null ? clockAhead + clockCorrection : query.has('skew') ? Number(query.get('skew')) : clockCorrection;
  const wrongCode = (account: FakeAccount) => {
    const apart = platformAhead(account) - account.clockCorrection;
    if (Math.abs(apart) < APART_S) {
      return error('wrong_code', "that code didn't match", "codes change every 30 seconds, so try the next one; if it keeps failing, check this computer's clock");
    }
    account.clockAhead = apart;
    const where = apart > 0 ? 'behind' : 'ahead of';
    return error('wrong_code', "that code didn't match", `this computer's clock is ${Math.abs(apart)} s ${where} the platform's: set it right, or correct the time of this account's codes`);
  };
  const complete = (account: FakeAccount, seed: string, codes = recoveryCodes()) => {
    const entryId = account.enrolment?.elsewhere ? null : `e${world.serial++}`;
    if (entryId) world.entries.unshift(newEntry(entryId, account.deployment, account.email, now(), { seed }));
    account.codes = codes;
    world.issued.add(account.id);
    Object.assign(account, {
      mfa: 'on', mfaCheckedAt: now(), entryId, enrolment: null, pending: null, underWay: null,
      factor: entryId ? { finding: 'taken', at: now() } : { finding: 'elsewhere' },
    });
    account.recoveryCodes = codes.length > 0 ? { total: codes.length, left: codes.length, acknowledged: false, state: 'usable' } : null;
    emit({ kind: 'entries_changed' });
    emit({ kind: 'accounts_changed' });
    return account.codes;
  };

  return {
    accountList: async () => world.accounts.map(view),
    accountRefresh: async (id) => {
      const refreshed = find(id);
      refreshed.mfaCheckedAt = now();
      return view(refreshed);
    },
    accountCheckDeployment: async (deployment) => problemsOf(deployment),
    accountConnect: async (deployment) => {
      const [wrong] = problemsOf(deployment);
      if (wrong) throw wrong.error;
      await signIn();
      return view(add(deployment));
    },
    accountConnectToken: async (deployment, token) => {
      if (token.trim().length < 8) throw error('api_token_invalid', 'the platform refused that token', 'Make a new token in the console and paste all of it.');
      return view(add(deployment));
    },
    accountRenew: async (id) => {
      await signIn();
      const account = find(id);
      Object.assign(account, { sessionHasMfa: account.mfa === 'on', signedIn: true });
      emit({ kind: 'accounts_changed' });
      return view(account);
    },
    accountCancelSignIn: async () => browsing.cancel(),
    accountSignOut: async (id) => {
      const signedOut = find(id);
      const apiTokenRemains = signedOut.byApiToken;
      Object.assign(signedOut, { signedIn: false, sessionHasMfa: false, byApiToken: false });
      emit({ kind: 'accounts_changed' });
      return { notRevoked: query.get('revoke') === 'no' ? faultOf('offline') : null, apiTokenRemains };
    },
    sandboxOpen: async () => {},

    enrolBegin: async (accountId) => {
      const account = find(accountId);
      if (account.mfa === 'on') throw error('already_on', 'this account already has MFA on');
      if (expired(account)) Object.assign(account, { pending: null, enrolment: null });
      account.pending ??= { id: `p${world.serial++}`, seed: `proposal-${world.serial}`, kind: 'totp', digits: 6, period: 30, counter: 0 };
      account.enrolment ??= {
        accountId, issuer: account.deployment, accountName: account.email, algorithm: 'SHA1', digits: 6, period: 30,
        startedAt: now(), stage: 'proposed', elsewhere: false,
      };
      emit({ kind: 'accounts_changed' });
      return account.enrolment;
    },
    enrolCode: async (accountId) => {
      const { account, pending } = pendingOf(accountId);
      return fakeCodeView(pending, now(), account.clockCorrection * 1000);
    },
    enrolConfirm: async (accountId, passcode) => {
      const { account, pending } = pendingOf(accountId);
      if (expired(account)) throw error('enrolment_expired', 'the setup has expired', 'Start again: the platform gives a new one.');
      const step = (ahead: number) => Math.floor((now() + ahead * 1000) / 30_000);
      const there = step(platformAhead(account));
      const accepted = [there - 1, there, there + 1].map((counter) => fakeCode(pending, counter));
      if (passcode === null && account.enrolment?.elsewhere) throw error('other_apps_code', 'the code of the other app is needed');
      if (passcode !== null && !/^\d{6}$/.test(passcode)) throw error('passcode_form', 'a code has 6 digits', 'type the digits shown by the authenticator');
      if (!accepted.includes(passcode ?? fakeCode(pending, step(account.clockCorrection)))) throw wrongCode(account);
      return complete(account, pending.seed);
    },
    enrolDiscard: async (accountId) => {
      Object.assign(find(accountId), { pending: null, enrolment: null });
      emit({ kind: 'accounts_changed' });
    },
    enrolResolve: async (accountId) => {
      const { account, pending } = pendingOf(accountId);
      if (query.get('resolve') === 'no') {
        if (account.enrolment) account.enrolment.stage = 'proposed';
        emit({ kind: 'accounts_changed' });
        return { outcome: 'not_accepted' };
      }
      return { outcome: 'accepted', codes: complete(account, pending.seed, query.get('resolve') === 'bare' ? [] : undefined) };
    },

    recoveryCodesAcknowledge: async (accountId) => {
      const account = find(accountId);
      if (account.recoveryCodes) account.recoveryCodes.acknowledged = true;
      emit({ kind: 'accounts_changed' });
    },
    recoveryCodesCopy: async (accountId) => {
      document.documentElement.dataset.fakeClipboard = mayTake(accountId).codes.map((each) => each.code).join('\n');
    },
    recoveryCodesSaveFile: async (accountId) => {
      mayTake(accountId);
      return query.get('save') === 'closed' ? null : 'sandbox-recovery-codes.txt';
    },
    recoveryCodesReveal: async (accountId, password) => {
      checkPassword(world, password, now());
      world.revealedAt.set(accountId, now());
      return find(accountId).codes;
    },
    recoveryCodeMark: async (accountId, position, used) => {
      const account = find(accountId);
      const code = account.codes.find((each) => each.position === position);
      if (code) code.usedAt = used ? now() : null;
      if (account.recoveryCodes) account.recoveryCodes.left = account.codes.filter((each) => each.usedAt === null).length;
      emit({ kind: 'accounts_changed' });
    },
  };
}

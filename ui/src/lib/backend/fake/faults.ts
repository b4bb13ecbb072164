import type { CommandError } from '../types';

export function error(code: string, message: string, hint: string | null = null, retryAfterMs: number | null = null): CommandError {
  return { code, message, hint, retryAfterMs };
}

const BY_STATUS: Record<string, CommandError> = {
  '401': error('unauthenticated', 'this session is no longer valid', 'Sign in again.'),
  '402': error('rejected', 'the plan does not include this', 'Ask an owner to look at the plan.'),
  '403': error('forbidden', 'the platform does not let this account do that'),
  '429': error('too_many_requests', 'too many requests at once', 'Try again in half a minute.', 30_000),
  '500': error('server_failed', 'the platform answered with a fault of its own (500)', 'Try again in a moment.'),
  offline: error('unreachable', 'api.upsun.com cannot be reached', 'Check the connection, then try again.'),
  mfa: error('mfa_required', 'this needs a session that was signed in with MFA', 'Sign in again with a code.'),
  sso: error('step_up_required', 'the platform wants another sign-in: one with sso:acme', 'Sign in again as it asks.'),
  unreadable: error('header_io', 'the key file cannot be read or written: Permission denied', "check the disk's free space and the folder's permissions"),
  confirm_first: error('confirm_first', "copying and saving recovery codes needs the vault's password", 'show the codes first'),
  odd: { code: 'odd', message: '', hint: null, retryAfterMs: null },
};

/** The error of that name, with made-up words where nobody wrote any. */
export function faultOf(what: string): CommandError {
  return BY_STATUS[what] ?? error(what, what.replaceAll('_', ' '));
}

/** Faults to order: `fail=orgMembers:403,enrolConfirm:offline:1` (the number: only the first so many times). `slow=factorCheck:2000`: it takes so long, ms. */
export class Faults {
  private readonly left = new Map<string, { what: string; times: number }>();
  private readonly delay: number;
  private readonly slow: ReadonlyMap<string, number>;

  constructor(query: URLSearchParams) {
    this.delay = Number(query.get('delay') ?? 0);
    this.slow = new Map((query.get('slow') ?? '').split(',').filter(Boolean).map((item) => {
      const [method = '', ms] = item.split(':');
      return [method, Number(ms)];
    }));
    for (const item of (query.get('fail') ?? '').split(',').filter(Boolean)) this.order(item);
  }

  order(item: string): void {
    const [method = '', what = '500', times] = item.split(':');
    this.left.set(method, { what, times: times === undefined ? Infinity : Number(times) });
  }

  /** Waits the ordered delay, then fails if a fault was ordered for this method. */
  async pass(method: string): Promise<void> {
    const wait = this.slow.get(method) ?? this.delay;
    if (wait > 0) await new Promise((done) => setTimeout(done, wait));
    const fault = this.left.get(method);
    if (!fault || fault.times <= 0) return;
    fault.times -= 1;
    if (fault.what === 'throw') throw new TypeError('undefined is not an object');
    throw faultOf(fault.what);
  }
}

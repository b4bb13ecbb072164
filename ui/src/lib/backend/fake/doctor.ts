import type { Backend } from '../backend';
import type { DoctorFindingView, DoctorStepView, FactCheck, FactView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'doctorRead' | 'doctorCheck' | 'doctorSignIn' | 'doctorOpenConsole' | 'doctorForget'>;

const CHECKS: FactCheck[] = ['session', 'certificate', 'account', 'organizations', 'api_tokens'];

const step = (remedy: DoctorStepView['remedy'], rest: Partial<DoctorStepView> = {}): DoctorStepView =>
  ({ remedy, onlyIfMfaOff: false, amr: [], maxAge: null, ...rest });

/** No more of a text is looked at, from its end, characters. */
const LOOKED_AT = 1 << 20;

/** The errors that the tests paste; what the product knows is proved by its own tests. `console=no`: the platform has no page that is known; `remedy=tell_openssh`: what mends it. */
export function doctorMethods({ world, query }: FakeContext): Methods {
  let findings: DoctorFindingView[] = [];
  const remedy = query.get('remedy') as DoctorStepView['remedy'] | null;
  const pause = () => new Promise((done) => setTimeout(done, Number(query.get('check') ?? 0)));

  function read(text: string): DoctorFindingView[] {
    const lines = text.split('\n');
    const token = lines.findIndex((line) => line.includes('API token') && line.includes('MFA'));
    if (token >= 0) {
      return [{
        symptom: 'api_token_before_mfa', line: token + 1, column: 1, count: 1, quote: lines[token] ?? '', service: null,
        meaning: 'The API token was made before MFA was turned on.', todo: 'Make a new API token.', codesHelp: null, steps: [step('new_token')],
      }];
    }
    const at = lines.findIndex((line) => line.includes('Error: Access denied'));
    if (at < 0) return [];
    const parameters = text.match(/Parameters: (\{.*\})/)?.[1] ?? '{}';
    const { amr = [] } = JSON.parse(parameters) as { amr?: string[] };
    const mfa = amr.includes('mfa');
    const service = text.match(/Service: (\S+)/)?.[1] ?? null;
    return [{
      symptom: 'ssh_authentication',
      line: at + 1,
      column: 1,
      count: 1,
      quote: lines.slice(at, at + 4).join('\n'),
      service,
      meaning: `${service} lets in only people who signed in ${mfa ? 'with MFA' : 'through single sign-on with acme'}, and the certificate that was shown was not made from such a sign-in.`,
      todo: mfa ? 'Turn on MFA for the account if it is off, sign in again with MFA, then make a new certificate.' : 'Sign in again through single sign-on with acme, then make a new certificate; turning on MFA with codes does not help.',
      codesHelp: mfa,
      steps: remedy ? [step(remedy)] : [...(mfa ? [step('enrol', { onlyIfMfaOff: true })] : []), step('sign_in', { amr }), step('new_certificate')],
    }];
  }

  function told(check: FactCheck): FactView {
    const off = world.accounts[0]?.mfa === 'off';
    if (query.get('offline') === '1' && check !== 'session' && check !== 'certificate') return { check, state: 'unknown', text: 'Not known, the platform cannot be reached.' };
    switch (check) {
      case 'session':
        return { check, state: 'plain', text: 'The session kept here was made in the browser, with pwd.' };
      case 'certificate':
        return { check, state: 'plain', text: 'No SSH certificate is kept on this computer.' };
      case 'account':
        return off ? { check, state: 'bad', text: 'MFA is off for the account.' } : { check, state: 'good', text: 'MFA is on for the account.' };
      case 'organizations':
        return { check, state: 'plain', text: 'MFA is required by Globex.' };
      case 'api_tokens':
        return { check, state: 'bad', text: '2 API tokens were made before MFA: organisations that require it refuse them.' };
    }
  }

  return {
    doctorRead: async (text) => {
      findings = read(text);
      const account = world.accounts[0];
      const leak = text.includes('eyJ') ? [{ kind: 'session_token', line: 1, count: 1, warning: 'this text contains an access token: sign out where it came from, which revokes it' }] : [];
      return {
        findings,
        leaks: leak,
        skipped: Math.max(0, text.length - LOOKED_AT),
        accountId: account?.id ?? null,
        fitting: account ? 'one' : 'no_account',
        checks: account && findings.length > 0 ? CHECKS : [],
      };
    },
    doctorCheck: async (check) => {
      await pause();
      const fact = told(check);
      if (check === 'account' && fact.state !== 'unknown') {
        const off = fact.state === 'bad';
        findings = findings.map((finding) => ({
          ...finding,
          steps: finding.steps.flatMap((each) => (each.remedy !== 'enrol' ? [each] : off ? [step('enrol')] : [])),
        }));
      }
      return { fact, findings };
    },
    doctorSignIn: async (accountId) => {
      const account = world.accounts.find((each) => each.id === accountId);
      if (!account) throw error('not_found', 'that account is not there', null);
      account.sessionHasMfa = true;
      return account;
    },
    doctorOpenConsole: async () => query.get('console') !== 'no',
    doctorForget: async () => {
      findings = [];
    },
  };
}

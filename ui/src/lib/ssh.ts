import type { SshState } from './backend/types';
import { time } from './format';
import { m } from './messages';

/** What matters of a certificate, whoever keeps it. */
export type CertificateFacts = { state: SshState; mfa: boolean; validUntil: number | null };

/** What the state does not say already: whether it carries MFA, and its end. Nothing of one that is over or cannot be read. */
export function certificateFacts({ state, mfa, validUntil }: CertificateFacts): string | null {
  if (validUntil === null || state === 'expired') return null;
  const until = m.ssh.until(time(validUntil));
  return state === 'lacks_mfa' ? until : `${mfa ? m.ssh.withMfa : m.ssh.withoutMfa} · ${until}`;
}

/** Its state and the rest in one line. */
export function certificateWords(certificate: CertificateFacts): string {
  return [m.ssh.states[certificate.state], certificateFacts(certificate)].filter(Boolean).join(' · ');
}

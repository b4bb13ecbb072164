import type { MemberView } from '../backend/types';

export type Coverage = {
  /** Everybody who has joined. */
  counted: number;
  covered: number;
  /** Rounded down, so that 100 means everybody. */
  percent: number;
  missing: number;
  adminsMissing: number;
  sso: number;
  unknown: number;
  invited: number;
};

/** (MFA on + SSO) of everybody who has joined. Invitations are counted apart; unknown counts as not covered and is named. */
export function coverageOf(members: readonly MemberView[]): Coverage {
  const count = (test: (member: MemberView) => boolean) => members.filter(test).length;
  const invited = count((member) => member.status === 'invited');
  const counted = members.length - invited;
  const sso = count((member) => member.status === 'sso');
  const covered = count((member) => member.status === 'on') + sso;
  return {
    counted,
    covered,
    percent: counted === 0 ? 100 : Math.floor((covered / counted) * 100),
    missing: count((member) => member.status === 'off'),
    adminsMissing: count((member) => member.status === 'off' && member.role !== 'viewer'),
    sso,
    unknown: count((member) => member.status === 'unknown'),
    invited,
  };
}

import type { MemberView, ReminderResult } from '../backend/types';

/** Nobody is reminded twice within this time unless asked for by name, milliseconds. */
export const COOL_DOWN_MS = 24 * 60 * 60 * 1000;

export type Remindable = 'yes' | 'covered' | 'sso' | 'invited' | 'unknown' | 'recently';

/** Whether a reminder to this member makes sense, and if not, why. */
export function remindable(member: MemberView, now: number): Remindable {
  switch (member.status) {
    case 'on':
      return 'covered';
    case 'sso':
      return 'sso';
    case 'invited':
      return 'invited';
    case 'unknown':
      return 'unknown';
    case 'off':
      return member.lastRemindedAt !== null && now - member.lastRemindedAt < COOL_DOWN_MS ? 'recently' : 'yes';
  }
}

export type ReminderPlan = { yes: MemberView[]; recently: MemberView[]; others: Record<'covered' | 'sso' | 'invited' | 'unknown', number> };

/** The selected members by what a reminder would be to them. */
export function planReminders(selected: readonly MemberView[], now: number): ReminderPlan {
  const plan: ReminderPlan = { yes: [], recently: [], others: { covered: 0, sso: 0, invited: 0, unknown: 0 } };
  for (const member of selected) {
    const answer = remindable(member, now);
    if (answer === 'yes') plan.yes.push(member);
    else if (answer === 'recently') plan.recently.push(member);
    else plan.others[answer] += 1;
  }
  return plan;
}

/** The members with what the sent reminders changed. */
export function applyResults(members: readonly MemberView[], results: readonly ReminderResult[], now: number): MemberView[] {
  const sent = new Set(results.filter((result) => result.sent).map((result) => result.memberId));
  return members.map((member) =>
    sent.has(member.id) ? { ...member, lastRemindedAt: now, reminders: member.reminders + 1 } : member,
  );
}

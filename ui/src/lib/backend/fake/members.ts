import type { MemberView, MfaStatus } from '../types';

const FIRST = 'Ada Grace Alan Edsger Barbara Donald Margaret Dennis Frances Ken Radia Niklaus Hedy Tony Jean Leslie Katherine John Shafi Vint Adele Bjarne Karen Linus Sophie Guido Joan Larry Annie Rasmus'.split(' ');
const LAST = 'Lovelace Hopper Turing Dijkstra Liskov Knuth Hamilton Ritchie Allen Thompson Perlman Wirth Lamarr Hoare Bartik Lamport Johnson Backus Goldwasser Cerf Goldberg Stroustrup Jones Torvalds Wilson Rossum Clarke Wall Easley Lerdorf'.split(' ');
const DAY = 86_400_000;

/** The same people for the same number, so that pictures and tests repeat. */
export function fakeMembers(count: number, now: number, you: { email: string; name: string; mfa: boolean }): MemberView[] {
  const members: MemberView[] = [
    {
      id: 'user-you', name: you.name, email: you.email, role: 'owner', status: you.mfa ? 'on' : 'off',
      joinedAt: now - 900 * DAY, lastRemindedAt: null, reminders: 0, isYou: true,
    },
  ];
  for (let i = 1; i < count; i++) {
    const first = FIRST[i % FIRST.length] ?? 'Ada';
    const last = LAST[(i * 7 + Math.floor(i / FIRST.length)) % LAST.length] ?? 'Lovelace';
    const roll = (i * 37) % 100;
    const status: MfaStatus = roll < 58 ? 'on' : roll < 66 ? 'sso' : roll < 90 ? 'off' : roll < 96 ? 'invited' : 'unknown';
    const reminded = status === 'off' && i % 3 === 0;
    members.push({
      id: `user-${i}`,
      name: status === 'invited' && i % 2 === 0 ? '' : `${first} ${last}`,
      email: `${first}.${last}${i >= FIRST.length ? i : ''}@acme.example`.toLowerCase(),
      role: i % 11 === 0 || i % 17 === 4 ? 'admin' : 'viewer',
      status,
      joinedAt: status === 'invited' ? null : now - ((i * 53) % 1400) * DAY,
      lastRemindedAt: reminded ? now - ((i * 5) % 9) * DAY - 2 * 3_600_000 : null,
      reminders: reminded ? 1 + (i % 2) : 0,
      isYou: false,
    });
  }
  return members;
}

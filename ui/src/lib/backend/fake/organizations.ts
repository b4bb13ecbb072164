import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error, faultOf } from './faults';
import { membersOf } from './world';

type Methods = Pick<Backend, 'orgList' | 'orgMembers' | 'orgRemind' | 'orgEnforce'>;

export function organizationMethods({ world, query, emit, now }: FakeContext): Methods {
  let required = query.get('required') === '1';
  let refuse = Number(query.get('refuse') ?? 1);
  const pause = () => new Promise((done) => setTimeout(done, Number(query.get('page') ?? 0)));

  return {
    orgList: async () => world.organizations,
    orgMembers: async (_accountId, organizationId) => {
      for (let done = 0; done < world.memberCount; done += 20) {
        emit({ kind: 'members_progress', done, total: world.memberCount });
        await pause();
      }
      const members = membersOf(world, organizationId, now(), required, query.get('covered') === '1');
      return { ...members, mfaRequired: required };
    },
    orgRemind: async (_accountId, _organizationId, memberIds) => {
      await pause();
      // The platform answers for so many people, then no more.
      const stops = Number(query.get('stops') ?? Infinity);
      const asked = memberIds.slice(0, stops);
      const results = asked.map((memberId, index) => {
        const member = world.members?.members.find((each) => each.id === memberId);
        // One person's mail is refused, the first time.
        if (refuse > 0 && index === 1) {
          refuse -= 1;
          return { memberId, sent: false, code: 422, message: 'the address refused the last message' };
        }
        if (member) Object.assign(member, { lastRemindedAt: now(), reminders: member.reminders + 1 });
        return { memberId, sent: true, code: 200, message: '' };
      });
      return { results, stopped: asked.length < memberIds.length ? faultOf('429') : null };
    },
    orgEnforce: async (_accountId, _organizationId, wanted) => {
      if (wanted && world.accounts[0]?.mfa !== 'on') {
        throw error('own_mfa_off', 'your own account has no MFA', 'Turn it on for your own account first.');
      }
      const told = query.get('enforced');
      if (told === 'untold') return null;
      if (told !== 'kept') required = wanted;
      return required;
    },
  };
}

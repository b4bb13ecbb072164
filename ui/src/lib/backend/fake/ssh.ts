import type { Backend } from '../backend';
import type { SshState, SshView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'sshStatus' | 'sshRefresh' | 'sshConfigure'>;

const HOUR = 3_600_000;
const HOSTS = ['*.platform.sh', '*.upsun.com'];
const BLOCK =
  '# BEGIN Deskfob (SSH certificates; taken out again by: fob ssh config --remove)\n' +
  'Include "/home/ada/.local/share/app.deskfob/vault/ssh/config"\n# END Deskfob\n';

/** `ssh=` one of the states, `sshconfig=1`: the lines are in the file; `sshhosts=0`: no hosts are known. */
export function sshMethods({ world, query, now }: FakeContext): Methods {
  const hosts = query.get('sshhosts') === '0' ? [] : HOSTS;
  let state = (query.get('ssh') ?? 'none') as SshState;
  let mfa = state !== 'lacks_mfa' && query.get('mfa') === 'on';
  let madeAt = now() - HOUR / 2;
  let present = query.get('sshconfig') === '1';

  const view = (): SshView => ({
    state, mfa, amr: mfa ? ['pwd', 'mfa'] : ['pwd'],
    validUntil: state === 'none' || state === 'unreadable' ? null : madeAt + HOUR,
    knownAuthority: state === 'none' ? null : true,
    keyFile: state === 'none' ? null : '/home/ada/.local/share/app.deskfob/vault/ssh/a1/1800000000/id_ed25519',
    hosts, inUse: state !== 'none' && hosts.length > 0,
    config: { file: '/home/ada/.ssh/config', present, block: BLOCK, writableByOthers: query.get('sshconfig') === 'open' },
    configError: null,
  });
  const find = (id: string) => {
    const account = world.accounts.find((each) => each.id === id);
    if (!account) throw error('not_found', 'that account is not in the vault any more');
    return account;
  };
  return {
    sshStatus: async (id) => {
      find(id);
      return view();
    },
    sshRefresh: async (id) => {
      mfa = find(id).sessionHasMfa;
      state = 'valid';
      madeAt = now();
      return view();
    },
    sshConfigure: async (id, add) => {
      find(id);
      present = add;
      return view();
    },
  };
}

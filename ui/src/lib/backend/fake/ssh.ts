import type { Backend } from '../backend';
import type { CommandLineView, SshState, SshView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'sshStatus' | 'sshRefresh' | 'sshConfigure' | 'sshCommandLineSignIn'>;

const HOUR = 3_600_000;
const HOSTS = ['*.platform.sh', '*.upsun.com'];
const BLOCK =
  '# BEGIN Deskfob (SSH certificates; taken out again by: fob ssh config --remove)\n' +
  'Include "/home/ada/.local/share/app.deskfob/vault/ssh/config"\n# END Deskfob\n';

const PUBLIC = ['Upsun', 'Platform.sh'];

/** The first and the last words of `login -f --browser 0`. */
const WAITING =
  'Please open the following URL in a browser and log in:\nhttp://127.0.0.1:5000\n\nHelp:\nLeave this command running during login.\nIf you need to quit, use Ctrl+C.';
const ENDED = {
  good: 'Login information received. Verifying...\nYou are logged in.\n\nGenerating SSH certificate...\nA new SSH certificate has been generated.',
  bad: 'Failed to get an authorization code.\n\nPlease try again.',
};

/**
 * `ssh=` one of the states, `sshconfig=1`: the lines are in the file; `sshhosts=0`: no hosts are known. `cli=upsun` or `platform`: that
 * command line is set up; `clissh=`: the state of its certificate; `clilogin=fails`: its sign-in does.
 */
export function sshMethods({ world, query, emit, now, browsing }: FakeContext): Methods {
  const hosts = query.get('sshhosts') === '0' ? [] : HOSTS;
  let state = (query.get('ssh') ?? 'none') as SshState;
  let mfa = state !== 'lacks_mfa' && query.get('mfa') === 'on';
  let madeAt = now() - HOUR / 2;
  let present = query.get('sshconfig') === '1';

  const commandLine: CommandLineView = {
    name: query.get('cli'),
    state: (query.get('clissh') ?? 'none') as SshState,
    mfa: query.has('clissh'),
    validUntil: query.has('clissh') ? now() + HOUR / 2 : null,
  };

  const view = (id: string): SshView => ({
    state, mfa, amr: mfa ? ['pwd', 'mfa'] : ['pwd'],
    validUntil: state === 'none' || state === 'unreadable' ? null : madeAt + HOUR,
    knownAuthority: state === 'none' ? null : true,
    keyFile: state === 'none' ? null : '/home/ada/.local/share/app.deskfob/vault/ssh/a1/1800000000/id_ed25519',
    hosts, inUse: state !== 'none' && hosts.length > 0,
    config: { file: '/home/ada/.ssh/config', present, block: BLOCK, writableByOthers: query.get('sshconfig') === 'open' },
    configError: null,
    commandLine: PUBLIC.includes(find(id).deployment) ? commandLine : null,
  });
  const find = (id: string) => {
    const account = world.accounts.find((each) => each.id === id);
    if (!account) throw error('not_found', 'that account is not in the vault any more');
    return account;
  };
  return {
    sshStatus: async (id) => view(id),
    sshRefresh: async (id) => {
      mfa = find(id).sessionHasMfa;
      state = 'valid';
      madeAt = now();
      return view(id);
    },
    sshConfigure: async (id, add) => {
      find(id);
      present = add;
      return view(id);
    },
    sshCommandLineSignIn: async () => {
      if (commandLine.name === null) throw error('command_line_not_there', "the platform's command line is not set up here", 'sign in with it once, or let Deskfob keep the SSH certificate itself');
      emit({ kind: 'command_line_said', text: WAITING });
      await browsing.wait();
      const fails = query.get('clilogin') === 'fails';
      emit({ kind: 'command_line_said', text: `${WAITING}\n\n${fails ? ENDED.bad : ENDED.good}` });
      if (fails) throw error('command_line_failed', `${commandLine.name} login -f was not finished: exit status: 1`, 'see what it said above');
      Object.assign(commandLine, { state: 'valid', mfa: true, validUntil: now() + HOUR });
      return commandLine;
    },
  };
}

import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'vaultStatus' | 'vaultCreate' | 'vaultUnlock' | 'vaultUnlockKeyring' | 'vaultLock' | 'vaultKeyring'>;

export function vaultMethods({ world, query, emit, now }: FakeContext): Methods {
  const wait = () => Math.max(0, world.waitUntil - now());
  const open = () => {
    world.state = 'unlocked';
    world.wrongTries = 0;
    emit({ kind: 'unlocked' });
  };
  return {
    vaultStatus: async () => ({
      state: world.state,
      keyringSlot: world.keyringSlot,
      retryAfterMs: wait() || null,
      location: '/home/ada/.local/share/deskfob',
    }),
    vaultCreate: async (password, useKeyring) => {
      if (password.length < 8) throw error('password_too_short', 'a vault password has at least 8 characters');
      if (useKeyring && query.get('nokeyring') === '1') {
        throw error('keyring_missing', 'no system keyring was found', 'Install and unlock a keyring, or go on without it.');
      }
      world.password = password;
      world.keyringSlot = useKeyring;
      open();
    },
    vaultUnlock: async (password) => {
      if (wait() > 0) throw error('wait', 'too many tries', null, wait());
      if (password === world.password) return open();
      world.wrongTries += 1;
      const pause = world.wrongTries < 2 ? 0 : Math.min(60_000, 1000 * 2 ** (world.wrongTries - 2));
      world.waitUntil = now() + pause;
      throw error('wrong_password', "that password doesn't open this vault", null, pause || null);
    },
    vaultUnlockKeyring: async () => {
      if (!world.keyringSlot) throw error('keyring_missing', 'no system keyring was found', 'Type the password instead.');
      open();
    },
    vaultLock: async () => {
      world.state = 'locked';
      world.drafts.clear();
      emit({ kind: 'locked' });
    },
    vaultKeyring: async (enabled, password) => {
      if (password !== world.password) throw error('wrong_password', "that password doesn't open this vault");
      if (enabled && query.get('nokeyring') === '1') {
        throw error('keyring_missing', 'no system keyring was found', 'Install and unlock a keyring, then try again.');
      }
      world.keyringSlot = enabled;
    },
  };
}

import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';
import { checkPassword, passwordWait } from './password';

type Methods = Pick<Backend, 'vaultStatus' | 'vaultCreate' | 'vaultUnlock' | 'vaultUnlockKeyring' | 'vaultLock' | 'vaultKeyring'>;

export function vaultMethods({ world, query, emit, now }: FakeContext): Methods {
  const open = () => {
    world.state = 'unlocked';
    emit({ kind: 'unlocked' });
  };
  return {
    vaultStatus: async () => ({
      state: world.state,
      keyringSlot: world.keyringSlot,
      retryAfterMs: passwordWait(world, now()) || null,
      location: '/home/ada/.local/share/deskfob',
    }),
    vaultCreate: async (password, useKeyring) => {
      if (password.length < 8) throw error('password_too_short', 'a vault password has at least 8 characters');
      const refused = useKeyring && query.get('nokeyring') === '1';
      world.password = password;
      world.keyringSlot = useKeyring && !refused;
      open();
      // `create=300`: the keyring takes so long after the vault is open, ms.
      await new Promise((done) => setTimeout(done, Number(query.get('create') ?? 0)));
      return { keyring: refused ? error('keyring_missing', 'no system keyring was found', 'Install and unlock a keyring, then turn it on.') : null };
    },
    vaultUnlock: async (password) => {
      checkPassword(world, password, now());
      open();
    },
    vaultUnlockKeyring: async () => {
      if (!world.keyringSlot) throw error('keyring_missing', 'no system keyring was found', 'Type the password instead.');
      open();
    },
    vaultLock: async () => {
      world.state = 'locked';
      world.drafts.clear();
      world.revealedAt.clear();
      emit({ kind: 'locked' });
    },
    vaultKeyring: async (enabled, password) => {
      checkPassword(world, password, now());
      if (enabled && query.get('nokeyring') === '1') {
        throw error('keyring_missing', 'no system keyring was found', 'Install and unlock a keyring, then try again.');
      }
      world.keyringSlot = enabled;
    },
  };
}

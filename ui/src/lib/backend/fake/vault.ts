import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';
import { checkPassword, passwordWait } from './password';
import { slot } from './slots';

type Methods = Pick<Backend, 'vaultStatus' | 'vaultCreate' | 'vaultUnlock' | 'vaultUnlockKeyring' | 'vaultLock' | 'vaultKeyring'>;

export function vaultMethods({ world, keeping, query, emit, now }: FakeContext): Methods {
  // `repair=no`: nothing is left to repair it from.
  const canRepair = query.get('repair') !== 'no';
  const damage = {
    message: 'the file that opens this vault is damaged: its checksum is wrong',
    hint: canRepair ? 'The file from before the last change is still there.' : null,
    canRepair,
  };
  const open = () => {
    world.state = 'unlocked';
    emit({ kind: 'unlocked' });
  };
  return {
    vaultStatus: async () => ({
      state: world.state,
      keyringSlot: world.slots.some((each) => each.kind === 'keyring'),
      recoveryKitSlot: world.slots.some((each) => each.kind === 'recovery_kit'),
      retryAfterMs: passwordWait(world, now()) || null,
      location: '/home/ada/.local/share/deskfob',
      damage: world.state === 'damaged' ? damage : null,
      lockedBecause: null,
      linkWaits: world.links.length > 0,
    }),
    vaultCreate: async (password, useKeyring) => {
      if (password.length < 8) throw error('password_too_short', 'a vault password has at least 8 characters');
      const refused = useKeyring && query.get('nokeyring') === '1';
      world.password = password;
      world.slots = [slot('s1', 'password', 'Password', now(), { password })];
      if (useKeyring && !refused) world.slots.push(slot('s3', 'keyring', 'System keyring', now()));
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
      if (!world.slots.some((each) => each.kind === 'keyring')) throw error('keyring_missing', 'no system keyring was found', 'Type the password instead.');
      if (query.get('keyringfault') === 'denied') throw error('keyring_denied', 'the system keyring was not allowed to open this vault', 'Allow it when the system asks, or type the password.');
      if (query.get('keyringfault') === 'locked') throw error('keyring_locked', 'the system keyring is locked', 'Unlock it, or type the password.');
      open();
    },
    vaultLock: async () => {
      world.state = 'locked';
      world.drafts.clear();
      world.revealedAt.clear();
      emit({ kind: 'locked', reason: 'person' });
    },
    vaultKeyring: async (enabled, password) => {
      checkPassword(world, password, now());
      if (enabled && query.get('nokeyring') === '1') {
        throw error('keyring_missing', 'no system keyring was found', 'Install and unlock a keyring, then try again.');
      }
      world.slots = world.slots.filter((each) => each.kind !== 'keyring');
      if (enabled) world.slots.push(slot('s3', 'keyring', 'System keyring', now()));
      keeping.note(enabled ? 'slot_added' : 'slot_removed', 'System keyring', now());
    },
  };
}

import type { Backend } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';
import { checkPassword, passwordWait } from './password';
import { slot } from './slots';
import { lockWorld } from './world';

type Methods = Pick<Backend, 'vaultStatus' | 'vaultCreate' | 'vaultUnlock' | 'vaultUnlockKeyring' | 'vaultLock' | 'vaultKeyring'>;

const NO_KEYRING = error(
  'keyring_not_available', 'no system keyring is available: no service answers',
  'use the password; a keyring needs a desktop session with a service such as gnome-keyring or KWallet',
);

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
      return { keyring: refused ? NO_KEYRING : null };
    },
    vaultUnlock: async (password) => {
      checkPassword(world, password, now());
      open();
    },
    vaultUnlockKeyring: async () => {
      if (!world.slots.some((each) => each.kind === 'keyring')) throw error('no_such_slot', 'no keyring opens this vault', 'use the password');
      if (query.get('keyringfault') === 'denied') throw error('keyring_denied', 'the system keyring was not allowed to open this vault', 'Allow it when the system asks, or type the password.');
      if (query.get('keyringfault') === 'locked') throw error('keyring_locked', 'the system keyring is locked', 'Unlock it, or type the password.');
      open();
    },
    vaultLock: async () => {
      lockWorld(world);
      emit({ kind: 'locked', reason: 'person' });
    },
    vaultKeyring: async (enabled, password) => {
      checkPassword(world, password, now());
      if (enabled && query.get('nokeyring') === '1') throw NO_KEYRING;
      world.slots = world.slots.filter((each) => each.kind !== 'keyring');
      if (enabled) world.slots.push(slot('s3', 'keyring', 'System keyring', now()));
      keeping.note(enabled ? 'slot_added' : 'slot_removed', 'System keyring', now());
    },
  };
}

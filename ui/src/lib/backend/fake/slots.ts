import type { Backend } from '../backend';
import type { CommandError, RecoveryKitView, SlotKind, SlotView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';
import { checkPassword, FAKE_PASSWORD } from './password';
import { lockWorld, type World } from './world';

/** A slot with what opens it. Of a recovery kit only a digest is kept, as the product keeps no words either. */
export type FakeSlot = SlotView & { password: string | null; kit: number | null };

type Methods = Pick<
  Backend,
  | 'slotList' | 'slotAddPassword' | 'slotChangePassword' | 'slotAddRecoveryKit' | 'slotRename' | 'slotRemove'
  | 'recoveryKitSaveFile' | 'recoveryKitForget' | 'vaultUnlockRecoveryKit' | 'vaultNewKey'
>;

export const SECOND_PASSWORD = 'second battery horse';

const DAY_MS = 86_400_000;
const KIT_LIFE_MS = 10 * 60_000;
const KIT_WORDS = 12;

/** Enough of the word list for a made-up kit; one string, so that no single word is in memory unless a kit is shown. */
const WORDS =
  'walnut canyon orbit velvet pigeon harvest marble lantern cricket saddle rhythm glacier timber quantum meadow copper falcon ribbon thunder puzzle anchor cactus dolphin engine fabric gospel hazard insect jungle kitten ladder magnet napkin oyster pepper quarter raccoon salad tobacco umbrella vacuum weasel zebra';

function digest(words: string): number {
  let sum = 7;
  for (const character of words) sum = (Math.imul(sum, 31) + character.charCodeAt(0)) | 0;
  return sum;
}

export function slot(id: string, kind: SlotKind, name: string, createdAt: number, more: Partial<FakeSlot> = {}): FakeSlot {
  return { id, kind, name, createdAt, unseen: false, password: null, kit: null, ...more };
}

/** `keyring=1`, `kit=1` (`kit=unseen`: nobody was shown its words), `passwords=2`: what opens the vault beside its first password. */
export function seedSlots(query: URLSearchParams, now: number): FakeSlot[] {
  const slots = [slot('s1', 'password', 'Password', now - 212 * DAY_MS, { password: FAKE_PASSWORD })];
  if (query.get('passwords') === '2') {
    slots.push(slot('s2', 'password', 'Grace, for emergencies', now - 40 * DAY_MS, { password: SECOND_PASSWORD }));
  }
  if (query.get('keyring') === '1') slots.push(slot('s3', 'keyring', 'System keyring', now - 90 * DAY_MS));
  const kit = query.get('kit');
  if (kit !== null) slots.push(slot('s4', 'recovery_kit', 'Recovery kit', now - 212 * DAY_MS, { kit: digest(kitWords(4).join(' ')), unseen: kit === 'unseen' }));
  return slots;
}

/** Twelve words that belong to that number. */
function kitWords(salt: number): string[] {
  const all = WORDS.split(' ');
  return Array.from({ length: KIT_WORDS }, (_, index) => all[(salt * 5 + index * 7) % all.length] ?? '');
}

/** The words of a text, or what is wrong with them as the product's reader says it. */
function readKit(text: string): string {
  const known = new Set(WORDS.split(' '));
  const words = text.toLowerCase().split(/[^\p{L}]+/u).filter(Boolean);
  if (words.length !== KIT_WORDS) {
    throw error('recovery_kit_word_count', `a recovery kit has 12 words, these are ${words.length}`, 'Type all twelve words in their order.');
  }
  const full = words.map((word) => (word.length >= 4 ? ([...known].find((each) => each.startsWith(word)) ?? word) : word));
  const wrong = full.findIndex((word) => !known.has(word));
  if (wrong >= 0) {
    throw error('recovery_kit_unknown_word', `word ${wrong + 1} is not a word of a recovery kit`, 'Compare it with the page, letter by letter.');
  }
  if (new Set(full).size === 1) {
    throw error('recovery_kit_checksum', 'these words do not belong together', 'A word is wrong or two are swapped. Compare them with the page.');
  }
  return full.join(' ');
}

export function view({ id, kind, name, createdAt, unseen }: FakeSlot): SlotView {
  return { id, kind, name, createdAt, unseen };
}

export function slotMethods({ world, keeping, query, emit, now }: FakeContext): Methods {
  let shown: { until: number } | null = null;

  const find = (id: string): FakeSlot => {
    const found = world.slots.find((each) => each.id === id);
    if (!found) throw error('no_such_slot', 'there is no such slot', 'look at the list of slots again');
    return found;
  };
  const strongEnough = (password: string) => {
    if ([...password].length < 8) throw error('password_too_short', 'a vault password has at least 8 characters');
  };
  const makeKit = (name: string): RecoveryKitView => {
    const serial = world.serial++;
    const words = kitWords(serial);
    const made = slot(`s${serial}`, 'recovery_kit', name, now(), { kit: digest(words.join(' ')) });
    world.slots.push(made);
    shown = { until: now() + KIT_LIFE_MS };
    return { slot: view(made), words };
  };
  addEventListener('fake-lock', () => (shown = null));

  return {
    slotList: async () => world.slots.map(view),
    slotAddPassword: async (password, newPassword, name) => {
      checkPassword(world, password, now());
      strongEnough(newPassword);
      const made = slot(`s${world.serial++}`, 'password', name, now(), { password: newPassword });
      world.slots.push(made);
      keeping.note('slot_added', name, now());
      return view(made);
    },
    slotChangePassword: async (id, password, newPassword) => {
      checkPassword(world, password, now());
      strongEnough(newPassword);
      Object.assign(find(id), { password: newPassword, createdAt: now() });
      keeping.note('password_changed', find(id).name, now());
      return view(find(id));
    },
    slotAddRecoveryKit: async (password, name) => {
      checkPassword(world, password, now());
      keeping.note('slot_added', name, now());
      return makeKit(name);
    },
    slotRename: async (id, name) => {
      find(id).name = name;
      keeping.note('slot_renamed', name, now());
      return view(find(id));
    },
    slotRemove: async (id, password) => {
      checkPassword(world, password, now());
      const gone = find(id);
      if (gone.kind === 'password' && world.slots.filter((each) => each.kind === 'password').length === 1) {
        throw error('last_password_slot', 'the last password cannot be removed', 'Add another password first.');
      }
      world.slots = world.slots.filter((each) => each !== gone);
      keeping.note('slot_removed', gone.name, now());
    },
    recoveryKitSaveFile: async () => {
      if (shown === null || now() > shown.until) {
        throw error('confirm_first', 'the words are not kept any more', 'Make a new recovery kit and save it within ten minutes.');
      }
      return query.get('save') === 'closed' ? null : 'deskfob-recovery-kit.txt';
    },
    recoveryKitForget: async () => {
      shown = null;
    },
    vaultUnlockRecoveryKit: async (words) => {
      const kit = digest(readKit(words));
      if (!world.slots.some((each) => each.kit === kit)) {
        throw error('wrong_recovery_kit', 'that recovery kit does not open this vault', 'It may be of another vault, or of the time before the vault key was renewed.');
      }
      unlock(world);
      emit({ kind: 'unlocked' });
    },
    vaultNewKey: async (passwords) => {
      if (passwords.length === 0) throw error('wrong_password', "that password doesn't open this vault", 'give at least one password that is to open it from now on');
      passwords.forEach((password, index) => {
        try {
          checkPassword(world, password, now());
        } catch (refused) {
          const { code, retryAfterMs } = refused as CommandError;
          if (code !== 'wrong_password' || passwords.length === 1) throw refused;
          throw error(code, `password ${index + 1} of ${passwords.length} opens nothing of this vault`, 'nothing was changed; check the keyboard layout and try again', retryAfterMs);
        }
      });
      // `newkey=2000`: it takes so long, ms.
      await new Promise((done) => setTimeout(done, Number(query.get('newkey') ?? 0)));
      // `closes=1`: it fails when the vault is closed already.
      if (query.get('closes') === '1') {
        lockWorld(world);
        emit({ kind: 'locked', reason: 'person' });
        throw error('new_key_not_opened', 'the vault has its new key and could not be opened: the disk failed', 'open the vault by its password; then make a new recovery kit');
      }
      const stays = (each: FakeSlot) => each.kind === 'keyring' || (each.password !== null && passwords.includes(each.password));
      const dropped = world.slots.filter((each) => each.kind === 'password' && !stays(each)).map(view);
      const hadKit = world.slots.find((each) => each.kind === 'recovery_kit');
      world.slots = world.slots.filter(stays);
      keeping.note('new_vault_key', '', now());
      return { dropped, kit: hadKit ? makeKit(hadKit.name) : null };
    },
  };
}

export function unlock(world: World): void {
  world.state = 'unlocked';
  world.wrongTries = 0;
}

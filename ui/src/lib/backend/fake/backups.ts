import type { Backend } from '../backend';
import type { BackupDifference, BackupView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';
import { checkPassword } from './password';
import { unlock } from './slots';
import { lockWorld } from './world';

type Methods = Pick<
  Backend,
  'backupList' | 'backupNow' | 'backupOpen' | 'backupRestore' | 'backupClose' | 'vaultCheck' | 'vaultRepair' | 'exportEncrypted' | 'exportPlain'
>;

/** What opens the backup that has a password of its own. */
export const BACKUP_PASSWORD = 'yesterday horse';

const DIFFERENCE: BackupDifference = {
  onlyInBackup: [
    { issuer: 'Dropbox', account: 'ada@example.com' },
    { issuer: 'Mastodon', account: '@ada@analytical-engines.example' },
  ],
  onlyInVault: [{ issuer: 'Fastmail', account: 'ada@lovelace.example' }],
  changed: [{ issuer: 'GitHub', account: 'ada@example.com', fields: ['notes', 'tags'] }],
  same: 6,
};
const SAME: BackupDifference = { onlyInBackup: [], onlyInVault: [], changed: [], same: 8 };

/** `picked=closed|own|foreign`: what the file dialog gives; `own` needs its own password. `difference=none`. `repair=refused`. `check=ok`. `folder=unwritable`. `closes=1`: putting everything back fails, and the vault is closed by then. */
export function backupMethods({ world, keeping, query, emit, now }: FakeContext): Methods {
  /** A chosen file whose password is still to be given. */
  let chosen: string | null = null;

  const nameOf = (name: string | null): string | null => {
    if (name !== null) return name;
    if (chosen !== null) return chosen;
    return query.get('picked') === 'closed' ? null : 'deskfob-4f21c0aa-2026-02-11T080214Z-automatic.zip';
  };
  const confirm = (password: string | null) => checkPassword(world, password ?? '', now());
  /** As the product does when it has set the vault aside and cannot go on. */
  const close = () => {
    lockWorld(world);
    emit({ kind: 'locked', reason: 'person' });
  };
  const saved = (name: string) => (query.get('save') === 'closed' ? null : name);
  const back = (issuer: string, account: string) =>
    world.entries.push({
      ...structuredClone(world.entries[0] ?? world.trash[0]), id: `e${world.serial++}`, issuer, account, seed: `seed-${issuer}`, favourite: false,
    } as (typeof world.entries)[number]);

  return {
    backupList: async () => keeping.backups,
    backupNow: async () => {
      if (query.get('folder') === 'unwritable') {
        throw error('backup_folder_unusable', `the backup folder ${keeping.settings.backupFolder} cannot be used: Permission denied`, "check the folder's permissions, or choose another folder");
      }
      const made: BackupView = { name: `deskfob-4f21c0aa-${world.serial++}-manual.zip`, madeAt: now(), bytes: 188_416, kind: 'manual' };
      keeping.backups = [made, ...keeping.backups];
      keeping.note('backup_made', '', now());
      emit({ kind: 'backups_changed' });
      return made;
    },
    backupOpen: async (name, password) => {
      const file = nameOf(name);
      if (file === null) return null;
      if (query.get('picked') === 'foreign') throw error('backup_not_one', 'that file is not a Deskfob backup', 'choose a file whose name begins with deskfob- and ends .zip');
      const open = world.state === 'unlocked';
      const own = query.get('picked') === 'own';
      if (password === null && (own || !open)) {
        if (name === null) chosen = file;
        throw error('backup_needs_password', 'this backup needs its own password', 'Type the password that opened the vault when the backup was made.');
      }
      if (password !== null && password !== (own ? BACKUP_PASSWORD : world.password)) throw error('wrong_password', "that password doesn't open this backup");
      const listed = keeping.backups.find((each) => each.name === file);
      chosen = null;
      keeping.opened = {
        name: file, madeAt: listed?.madeAt ?? now() - 9 * 86_400_000, entries: 9, accounts: 1,
        difference: open ? (query.get('difference') === 'none' ? SAME : DIFFERENCE) : null,
      };
      return keeping.opened;
    },
    backupRestore: async (how, password) => {
      if (keeping.opened === null) throw error('not_found', 'the opened backup is no longer there', 'look at the list again');
      if (how === 'everything' && world.state === 'unlocked') confirm(password);
      const wasOpen = world.state === 'unlocked';
      if (how === 'everything' && query.get('closes') === '1') {
        close();
        throw error('restore_not_opened', "the backup is in the vault's place, and the vault could not be opened: the disk failed", 'check the disk, then open the vault by what opened the backup');
      }
      const missing = keeping.opened.difference?.onlyInBackup ?? [];
      for (const { issuer, account } of missing) back(issuer, account);
      if (how === 'everything') world.entries = world.entries.filter((each) => each.issuer !== 'Fastmail');
      keeping.note('backup_restored', keeping.opened.name, now());
      keeping.opened = null;
      unlock(world);
      emit({ kind: 'unlocked' });
      emit({ kind: 'entries_changed' });
      return { added: how === 'missing' ? missing.length : null, safetyBackup: how === 'everything' && wasOpen ? 'deskfob-4f21c0aa-safety.zip' : null };
    },
    backupClose: async () => {
      keeping.opened = null;
      chosen = null;
    },
    vaultCheck: async () => ({
      findings: [
        { level: 'ok', what: 'the header reads and is authentic', hint: null },
        { level: 'ok', what: 'every page of the database is whole', hint: null },
        ...(query.get('check') === 'ok' ? [] : [
          { level: 'warning' as const, what: 'the newest backup is 12 days old', hint: 'Back up now, or look at the folder for backups.' },
          { level: 'problem' as const, what: 'one entry cannot be read', hint: 'It is listed under Codes. A backup may still have it.' },
        ]),
        { level: 'ok', what: 'only you may read the files', hint: null },
      ],
    }),
    vaultRepair: async (password) => {
      if (query.get('repair') === 'refused') {
        throw error('older_header_of_another_database', 'the older key file does not belong to this database', 'restore a backup');
      }
      checkPassword(world, password, now());
      keeping.note('vault_repaired', '', now());
      unlock(world);
      emit({ kind: 'unlocked' });
    },
    exportEncrypted: async (password, passphrase) => {
      confirm(password);
      if ([...passphrase].length < 8) throw error('passphrase_too_short', 'a passphrase has at least 8 characters');
      keeping.note('exported', '', now());
      return saved('deskfob-export.age');
    },
    exportPlain: async (password, format) => {
      confirm(password);
      keeping.note('exported', '', now());
      return saved(format === 'uris' ? 'deskfob-export.txt' : 'deskfob-export.json');
    },
  };
}

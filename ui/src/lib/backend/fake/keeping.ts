import type { BackupPreview, BackupView, HistoryView, SettingsView } from '../types';
import { DEFAULT_FOLDER } from './settings';

const DAY_MS = 86_400_000;

/** What the made-up backend keeps beside entries and accounts: settings, backups and what was done. */
export class Keeping {
  settings: SettingsView;
  backups: BackupView[];
  history: HistoryView[];
  /** The backup that was opened last. */
  opened: BackupPreview | null = null;

  constructor(query: URLSearchParams, now: number) {
    const supported = query.get('supported') !== '0';
    this.settings = {
      idleMinutes: 15, lockOnSuspend: true, lockOnScreenLock: supported, contentProtection: supported,
      contentProtectionSupported: supported, screenLockSupported: supported,
      backupsEnabled: query.get('backups') !== 'off', backupFolder: DEFAULT_FOLDER, backupFolderIsDefault: true,
      keepDays: 10, keepMonths: 6,
    };
    this.backups = query.get('backups') === '0' ? [] : seedBackups(now);
    this.history = seedHistory(now);
  }

  note(action: string, subject: string, at: number, program = 'window'): void {
    const id = (this.history[0]?.id ?? 0) + 1;
    this.history = [{ id, at, program, action, subject }, ...this.history];
  }
}

function seedBackups(now: number): BackupView[] {
  const made = (days: number, kind: BackupView['kind'], bytes: number): BackupView => {
    const madeAt = now - days * DAY_MS - 3_600_000;
    return { name: `deskfob-4f21c0aa-${new Date(madeAt).toISOString().slice(0, 19).replaceAll(':', '')}Z-${kind}.zip`, madeAt, bytes, kind };
  };
  return [
    made(0, 'automatic', 184_320), made(1, 'automatic', 184_320), made(2, 'manual', 180_224), made(3, 'automatic', 180_224),
    made(4, 'automatic', 176_128), made(9, 'safety', 163_840), made(34, 'automatic', 155_648), made(66, 'automatic', 151_552),
  ];
}

const DONE: ReadonlyArray<[action: string, subject: string]> = [
  ['entry_added', 'GitHub (ada@example.com)'], ['counter_advanced', 'Old VPN token (alovelace)'], ['backup_made', ''],
  ['entry_edited', 'Fastmail (ada@lovelace.example)'], ['entry_removed', 'Dropbox (ada@example.com)'], ['recovery_codes_shown', 'ada@acme.example'],
  ['entry_restored', 'Dropbox (ada@example.com)'], ['settings_changed', ''], ['exported', ''], ['slot_added', 'Recovery kit'],
];

function seedHistory(now: number): HistoryView[] {
  return Array.from({ length: 64 }, (_, index) => {
    const [action, subject] = DONE[index % DONE.length] ?? ['entry_added', ''];
    return { id: 1000 - index, at: now - index * index * 420_000 - 60_000, program: index % 5 === 3 ? 'fob' : 'window', action, subject };
  });
}

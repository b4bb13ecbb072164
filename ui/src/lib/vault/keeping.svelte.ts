import type { Backend } from '../backend';
import type { BackendEvent, BackupView, CommandError, SettingsChange, SettingsView, SlotView } from '../backend/types';
import { commandError } from '../errors';

const NOTED: ReadonlySet<BackendEvent['kind']> = new Set(['entries_changed', 'accounts_changed', 'settings_changed', 'backups_changed']);

/** How the open vault is kept: its settings, what opens it and its backups. */
export class Keeping {
  settings = $state.raw<SettingsView | null>(null);
  slots = $state.raw<SlotView[] | null>(null);
  backups = $state.raw<BackupView[] | null>(null);
  settingsFailure = $state.raw<CommandError | null>(null);
  slotsFailure = $state.raw<CommandError | null>(null);
  backupsFailure = $state.raw<CommandError | null>(null);
  /** Why the last backup was not made. It stays until one is made or the person is done with it. */
  backupFailed = $state.raw<CommandError | null>(null);
  /** Raised whenever something may have been noted in the history. */
  noted = $state(0);
  #closed = false;

  constructor(private readonly backend: Backend) {}

  async loadSettings(): Promise<void> {
    try {
      this.take(await this.backend.settingsGet());
    } catch (error) {
      if (!this.#closed) this.settingsFailure = commandError(error);
    }
  }

  /** Rejects when the change was not kept; what is shown is then what was before. */
  async change(change: SettingsChange): Promise<void> {
    this.take(await this.backend.settingsSet(change));
  }

  take(settings: SettingsView): void {
    if (this.#closed) return;
    this.settings = settings;
    this.settingsFailure = null;
  }

  async loadSlots(): Promise<void> {
    try {
      const slots = await this.backend.slotList();
      if (this.#closed) return;
      this.slots = slots;
      this.slotsFailure = null;
      // They are loaded after each change of them, and no event tells of that.
      this.noted += 1;
    } catch (error) {
      if (!this.#closed) this.slotsFailure = commandError(error);
    }
  }

  async loadBackups(): Promise<void> {
    try {
      const backups = await this.backend.backupList();
      if (this.#closed) return;
      this.backups = backups;
      this.backupsFailure = null;
    } catch (error) {
      if (!this.#closed) this.backupsFailure = commandError(error);
    }
  }

  hear(event: BackendEvent): void {
    if (this.#closed) return;
    if (NOTED.has(event.kind)) this.noted += 1;
    if (event.kind === 'settings_changed') {
      void this.loadSettings();
      // Another program may have changed what opens the vault, and where backups are. What nobody looked at is not asked for.
      if (this.slots !== null) void this.loadSlots();
      if (this.backups !== null) void this.loadBackups();
    }
    if (event.kind === 'backup_failed') this.backupFailed = event.error;
    if (event.kind === 'backups_changed') {
      this.backupFailed = null;
      if (this.backups !== null) void this.loadBackups();
    }
  }

  close(): void {
    this.#closed = true;
    this.settings = null;
    this.slots = null;
    this.backups = null;
    this.settingsFailure = null;
    this.slotsFailure = null;
    this.backupsFailure = null;
    this.backupFailed = null;
  }
}

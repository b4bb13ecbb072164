import type { Backend } from '../backend';
import type { BackupPreview, RestoreChoice, RestoredView } from '../backend/types';
import type { Ticker } from '../ticker.svelte';
import { Attempt } from './attempt.svelte';

export type RestoringStep = 'opening' | 'password' | 'preview' | 'confirm';

/** A backup on its way back: opened, looked at, put back. */
export class Restoring {
  step = $state<RestoringStep>('opening');
  preview = $state.raw<BackupPreview | null>(null);
  readonly opening: Attempt;
  readonly restoring: Attempt;
  #ended = false;

  /** `name` null: the person chooses a file. */
  constructor(
    private readonly backend: Backend,
    private readonly name: string | null,
    ticker: Ticker,
  ) {
    this.opening = new Attempt(ticker);
    this.restoring = new Attempt(ticker);
  }

  get busy(): boolean {
    return this.opening.busy || this.restoring.busy;
  }

  /** False when the person chose no file. */
  async open(password: string | null, field?: HTMLInputElement): Promise<boolean> {
    let chosen = true;
    await this.opening.run(async () => {
      const preview = await this.backend.backupOpen(this.name, password);
      if (this.#ended) return;
      this.preview = preview;
      if (preview === null) chosen = false;
      else this.step = 'preview';
    }, field);
    if (this.opening.failure?.code === 'backup_needs_password') {
      // Not an error to a person: the next question.
      this.opening.failure = null;
      this.step = 'password';
    }
    return chosen;
  }

  async restore(how: RestoreChoice, password: string | null, field?: HTMLInputElement): Promise<RestoredView | null> {
    let restored: RestoredView | null = null;
    await this.restoring.run(async () => {
      restored = await this.backend.backupRestore(how, password);
    }, field);
    return restored;
  }

  /** Lets go of the backup, here and in the backend. */
  end(): void {
    this.#ended = true;
    this.preview = null;
    this.backend.backupClose().catch(() => undefined);
  }
}

import type { CommandError } from './backend/types';
import { commandError } from './errors';

/** What a person asked for, while it is done, and why it failed. */
export class Call {
  busy = $state(false);
  failure = $state.raw<CommandError | null>(null);

  async run(work: () => Promise<unknown>): Promise<void> {
    this.busy = true;
    this.failure = null;
    try {
      await work();
    } catch (error) {
      this.failure = commandError(error);
    } finally {
      this.busy = false;
    }
  }
}

import type { CommandError } from '../backend/types';
import { commandError } from '../errors';
import { PasswordPause } from '../passwordPause.svelte';
import type { Ticker } from '../ticker.svelte';

/** A call that asks for the vault's password: one at a time, with the pause that wrong passwords cost. */
export class Attempt {
  busy = $state(false);
  /** What was said of a password that was refused. */
  refused = $state.raw<CommandError | null>(null);
  /** What else went wrong. */
  failure = $state.raw<CommandError | null>(null);
  readonly pause: PasswordPause;

  constructor(ticker: Ticker, waitMs: number | null = null) {
    this.pause = new PasswordPause(ticker, waitMs);
  }

  /** The password was refused. */
  get wrong(): boolean {
    return this.refused !== null;
  }

  /** True when the call was made and worked; else the field has the focus. */
  async run(call: () => Promise<unknown>, field?: HTMLInputElement | null): Promise<boolean> {
    if (this.busy) return false;
    if (this.pause.seconds > 0) {
      field?.focus();
      return false;
    }
    this.busy = true;
    this.refused = null;
    this.failure = null;
    try {
      await call();
      return true;
    } catch (error) {
      const problem = commandError(error);
      const onlyWait = this.pause.hear(problem);
      if (problem.code === 'wrong_password') this.refused = problem;
      else if (!onlyWait) this.failure = problem;
      field?.focus();
      field?.select();
      return false;
    } finally {
      this.busy = false;
    }
  }
}

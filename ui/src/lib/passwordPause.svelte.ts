import type { CommandError } from './backend/types';
import { secondsLeft } from './codes/countdown';
import type { Ticker } from './ticker.svelte';

/** The pause that wrong passwords cost, wherever the vault's password is asked for. */
export class PasswordPause {
  #until = $state(0);
  /** Whole seconds before the next try, 0 when there is nothing to wait for. */
  readonly seconds = $derived.by(() => secondsLeft(this.#until, this.ticker.now));

  constructor(
    private readonly ticker: Ticker,
    ms: number | null = null,
  ) {
    this.begin(ms);
  }

  begin(ms: number | null): void {
    if (!ms) return;
    this.ticker.sync();
    this.#until = this.ticker.now + ms;
  }

  /** Takes the pause from a refused password. True when the pause is all that there is to say. */
  hear(error: CommandError): boolean {
    this.begin(error.retryAfterMs);
    return error.code !== 'wrong_password' && error.retryAfterMs !== null;
  }
}

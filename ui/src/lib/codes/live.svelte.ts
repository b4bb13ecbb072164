import type { CodeView } from '../backend/types';
import type { Ticker } from '../ticker.svelte';
import { nextBoundary } from './countdown';

/** After a failed request the next one waits so long, milliseconds. */
const RETRY_MS = 5_000;

/** Codes that are asked for once, and again only when one of them is over. */
export class LiveCodes {
  byId = $state.raw<Record<string, CodeView>>({});
  error = $state.raw<unknown>(null);
  #boundary = Infinity;
  #busy = false;
  #closed = false;
  readonly #stop: () => void;

  constructor(
    private readonly fetch: () => Promise<CodeView[]>,
    ticker: Ticker,
  ) {
    this.#stop = ticker.each((now) => {
      if (now >= this.#boundary) void this.refresh();
    });
  }

  async refresh(): Promise<void> {
    if (this.#busy || this.#closed) return;
    this.#busy = true;
    try {
      const codes = await this.fetch();
      if (this.#closed) return;
      const before = this.byId;
      this.byId = Object.fromEntries(
        // A counter-based code that was asked for stays on screen.
        codes.map((code) => [code.id, code.code === null ? (before[code.id] ?? code) : code]),
      );
      this.#boundary = nextBoundary(codes);
      this.error = null;
    } catch (error) {
      if (this.#closed) return;
      this.error = error;
      this.#boundary = Date.now() + RETRY_MS;
    } finally {
      this.#busy = false;
    }
  }

  put(code: CodeView): void {
    if (this.#closed) return;
    this.byId = { ...this.byId, [code.id]: code };
  }

  close(): void {
    this.#closed = true;
    this.byId = {};
    this.error = null;
    this.#stop();
  }
}

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
  #running: Promise<void> | null = null;
  #again = false;
  #closed = false;
  readonly #stop: () => void;

  constructor(
    private readonly fetch: () => Promise<CodeView[]>,
    ticker: Ticker,
  ) {
    this.#stop = ticker.each((now) => {
      if (now >= this.#boundary && !this.#running) void this.refresh();
    });
  }

  /** Asked for while an answer is on its way, it asks once more: that answer may be older than what changed. */
  refresh(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    if (this.#running) {
      this.#again = true;
      return this.#running;
    }
    this.#running = this.#read().finally(() => (this.#running = null));
    return this.#running;
  }

  async #read(): Promise<void> {
    do {
      this.#again = false;
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
      }
    } while (this.#again);
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

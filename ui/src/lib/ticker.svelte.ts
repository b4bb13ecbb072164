/** Ticks shortly after each full second, so that a span's end has passed when its tick comes. */
const PAST_THE_SECOND_MS = 5;

/** The one clock of the page. */
export class Ticker {
  now = $state(Date.now());
  readonly #listeners = new Set<(now: number) => void>();
  #timer: ReturnType<typeof setTimeout> | undefined;

  start(): void {
    this.stop();
    this.#tick();
    document.addEventListener('visibilitychange', this.#onVisible);
  }

  stop(): void {
    clearTimeout(this.#timer);
    document.removeEventListener('visibilitychange', this.#onVisible);
  }

  /** What is measured from a moment just past would read a second too long by a stale tick. */
  sync(): void {
    this.now = Date.now();
  }

  each(listener: (now: number) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  // Timers sleep with the computer; what is shown must not be old when the window comes back.
  #onVisible = () => {
    if (document.visibilityState === 'visible') this.start();
  };

  #tick = () => {
    this.now = Date.now();
    for (const listener of this.#listeners) listener(this.now);
    this.#timer = setTimeout(this.#tick, 1000 - (Date.now() % 1000) + PAST_THE_SECOND_MS);
  };
}

/** Between two reports, ms. */
export const ACTIVITY_EVERY_MS = 5_000;

const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

/** Tells the backend that somebody is there, so that an idle vault locks and one in use does not. */
export class Activity {
  #last = -Infinity;

  constructor(
    private readonly report: () => Promise<void>,
    private readonly isOpen: () => boolean,
    private readonly now: () => number = () => performance.now(),
  ) {}

  start(): () => void {
    const sign = () => this.sign();
    for (const kind of SIGNS) addEventListener(kind, sign, { passive: true, capture: true });
    return () => {
      for (const kind of SIGNS) removeEventListener(kind, sign, { capture: true });
    };
  }

  sign(): void {
    const now = this.now();
    if (!this.isOpen() || now - this.#last < ACTIVITY_EVERY_MS) return;
    this.#last = now;
    // A report that does not arrive costs an early lock, nothing more.
    this.report().catch(() => undefined);
  }
}

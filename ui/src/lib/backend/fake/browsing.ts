import { error } from './faults';

/** How long the made-up browser takes, ms, unless `signin=` says otherwise. */
const BROWSING_MS = 400;

/** The one sign-in that waits for the browser. A newer one ends it. */
export class Browsing {
  #end: (() => void) | null = null;

  constructor(private readonly query: URLSearchParams) {}

  wait(): Promise<void> {
    this.cancel();
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        this.#end = null;
        done();
      }, Number(this.query.get('signin') ?? BROWSING_MS));
      this.#end = () => {
        clearTimeout(timer);
        this.#end = null;
        failed(error('sign_in_cancelled', 'the sign-in was cancelled'));
      };
    });
  }

  cancel(): void {
    this.#end?.();
  }
}

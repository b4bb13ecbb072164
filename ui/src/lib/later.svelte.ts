import type { Component } from 'svelte';

/** Whatever its properties are; who shows it knows them. */
type Loaded = Component<Record<string, unknown>>;
type Source = () => Promise<{ default: Component<never> }>;

/** Components that are fetched when they are first shown, or when there is nothing else to do. */
export class Later<Name extends string> {
  #views = $state.raw<Partial<Record<Name, Loaded>>>({});
  #failed = $state.raw<ReadonlySet<Name>>(new Set());
  readonly #under = new Map<Name, Promise<void>>();

  constructor(private readonly sources: Readonly<Record<Name, Source>>) {}

  /** The component; undefined while it is not there. */
  view(name: Name): Loaded | undefined {
    return this.#views[name];
  }

  /** It could not be fetched the last time. */
  failed(name: Name): boolean {
    return this.#failed.has(name);
  }

  /** Fetches it, once however often it is asked for. Whether it came is said by `view` and `failed`. */
  load(name: Name): Promise<void> {
    const under = this.#under.get(name);
    if (under) return under;
    const loading = this.sources[name]().then(
      ({ default: view }) => {
        this.#views = { ...this.#views, [name]: view as Loaded };
        this.#tell(name, false);
      },
      () => {
        // Asked for again, it is fetched again.
        this.#under.delete(name);
        this.#tell(name, true);
      },
    );
    this.#under.set(name, loading);
    return loading;
  }

  /** Fetches all of them, one after the other, while nothing else is to be done. The answer ends that. */
  loadIdly(): () => void {
    let over = false;
    void (async () => {
      for (const name of Object.keys(this.sources) as Name[]) {
        await idle();
        if (over) return;
        // One that fails is told when it is to be shown, and tried again then.
        if (!this.failed(name)) await this.load(name);
      }
    })();
    return () => (over = true);
  }

  #tell(name: Name, failed: boolean): void {
    if (this.#failed.has(name) === failed) return;
    const next = new Set(this.#failed);
    if (failed) next.add(name);
    else next.delete(name);
    this.#failed = next;
  }
}

/** Not every web view tells when it has nothing to do. */
function idle(): Promise<void> {
  return new Promise((done) => {
    if ('requestIdleCallback' in globalThis) requestIdleCallback(() => done(), { timeout: 2_000 });
    else setTimeout(done, 200);
  });
}

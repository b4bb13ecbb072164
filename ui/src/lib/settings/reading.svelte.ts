/** Where a section begins, pixels below the top of what is seen. */
export type Placed<T> = { id: T; top: number };

/** How far below the top a section begins that counts as being read, pixels. */
export const READING_LINE = 96;

/** The section that is read: the last one that begins above the line. At the end of the scroll it is the last, which may never get there. */
export function sectionRead<T>(sections: ReadonlyArray<Placed<T>>, atEnd: boolean, line: number = READING_LINE): T | null {
  if (atEnd) return sections.at(-1)?.id ?? null;
  return sections.findLast(({ top }) => top <= line)?.id ?? sections[0]?.id ?? null;
}

/** Which of several sections in one scrolled place is being read. */
export class Reading<T extends string> {
  current = $state<T | null>(null);
  /** What was gone to stays the current one until the person scrolls: not every section can come to the top. */
  #held: number | null = null;
  #scrolled: HTMLElement | null = null;
  #frame = 0;

  constructor(
    private readonly ids: readonly T[],
    private readonly element: (id: T) => HTMLElement | null,
  ) {}

  /** Follows `scrolled` until the answer is called. */
  follow(scrolled: HTMLElement): () => void {
    this.#scrolled = scrolled;
    const soon = () => {
      cancelAnimationFrame(this.#frame);
      this.#frame = requestAnimationFrame(() => this.look());
    };
    scrolled.addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    this.look();
    return () => {
      cancelAnimationFrame(this.#frame);
      scrolled.removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
      this.#scrolled = null;
    };
  }

  /** The person is at this one now, wherever it is on the screen. */
  hold(id: T): void {
    this.current = id;
    this.#held = this.#scrolled?.scrollTop ?? null;
  }

  look(): void {
    const scrolled = this.#scrolled;
    if (!scrolled) return;
    if (this.#held !== null && Math.abs(scrolled.scrollTop - this.#held) < 2) return;
    this.#held = null;
    const above = scrolled.getBoundingClientRect().top;
    const placed = this.ids.flatMap((id) => {
      const element = this.element(id);
      return element ? [{ id, top: element.getBoundingClientRect().top - above }] : [];
    });
    const rest = scrolled.scrollHeight - scrolled.clientHeight - scrolled.scrollTop;
    // Where all of it fits there is no end to be at.
    this.current = sectionRead(placed, scrolled.scrollTop > 0 && rest < 2);
  }
}

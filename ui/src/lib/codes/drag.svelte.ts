/** So near an edge the list scrolls along, pixels. */
const EDGE_PX = 56;
const SCROLL_PX = 14;

type Rows = {
  rows: () => HTMLElement[];
  /** The rows among which this one can move: favourites stay with favourites. */
  kin: (id: string) => ReadonlySet<string>;
  /** Moved by so many rows of its kind. */
  ondrop: (id: string, by: number) => void;
};

/** Drags a row by its grip. The window's own drag and drop is for pictures, so this one listens to the pointer. */
export class DragOrder {
  #id = $state<string | null>(null);
  #over = $state.raw<{ id: string; side: 'before' | 'after' } | null>(null);
  #by = 0;
  #stop: (() => void) | null = null;

  constructor(private readonly list: Rows) {}

  markOf(id: string): 'this' | 'before' | 'after' | null {
    if (this.#id === id) return 'this';
    return this.#over?.id === id ? this.#over.side : null;
  }

  start(event: PointerEvent, id: string): void {
    if (event.button !== 0) return;
    event.preventDefault();
    this.cancel();
    this.#id = id;
    const move = (moved: PointerEvent) => this.#move(moved.clientY);
    const drop = () => {
      const by = this.#by;
      this.cancel();
      if (by !== 0) this.list.ondrop(id, by);
    };
    const key = (pressed: KeyboardEvent) => {
      if (pressed.key !== 'Escape') return;
      pressed.preventDefault();
      this.cancel();
    };
    const cancel = () => this.cancel();
    addEventListener('pointermove', move);
    addEventListener('pointerup', drop);
    addEventListener('pointercancel', cancel);
    addEventListener('keydown', key, { capture: true });
    this.#stop = () => {
      removeEventListener('pointermove', move);
      removeEventListener('pointerup', drop);
      removeEventListener('pointercancel', cancel);
      removeEventListener('keydown', key, { capture: true });
    };
  }

  cancel(): void {
    this.#stop?.();
    this.#stop = null;
    this.#id = null;
    this.#over = null;
    this.#by = 0;
  }

  #move(y: number): void {
    const id = this.#id;
    if (id === null) return;
    const kin = this.list.kin(id);
    const rows = this.list.rows().filter((row) => kin.has(row.dataset.entry ?? ''));
    const from = rows.findIndex((row) => row.dataset.entry === id);
    const scroller = rows[0]?.closest('main');
    if (from < 0 || !scroller) return this.cancel();
    const { top, bottom } = scroller.getBoundingClientRect();
    if (y < top + EDGE_PX) scroller.scrollTop -= SCROLL_PX;
    else if (y > bottom - EDGE_PX) scroller.scrollTop += SCROLL_PX;
    this.#by = rowsPassed(rows.map((row) => row.getBoundingClientRect()), from, y);
    const target = rows[from + this.#by]?.dataset.entry;
    this.#over = this.#by === 0 || target === undefined ? null : { id: target, side: this.#by < 0 ? 'before' : 'after' };
  }
}

/** How many rows the pointer has passed the middle of, on the way from its own row. */
export function rowsPassed(rows: ReadonlyArray<{ top: number; bottom: number }>, from: number, y: number): number {
  const middle = (row: { top: number; bottom: number }) => (row.top + row.bottom) / 2;
  const up = rows.slice(0, from).filter((row) => y < middle(row)).length;
  const down = rows.slice(from + 1).filter((row) => y > middle(row)).length;
  return down - up;
}

/** Looked for so far under the top edge, pixels: below what may stick there. */
const PROBE_PX = 24;

/**
 * Remembers where the list stands and what in it has the focus. The result, called when the list has changed, puts both back:
 * rows that come or go above do not push what is being read, and a row that moved keeps the focus.
 * Returns the id of the row that had the focus when that row is gone.
 */
export function holdSteady(list: HTMLElement): () => string | null {
  const scroller = list.closest<HTMLElement>('main');
  const focused = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement : null;
  const control = focused?.dataset.testid;
  const focusedRow = focused?.closest<HTMLElement>('[data-entry]')?.dataset.entry ?? null;

  const row = (id: string) => list.querySelector<HTMLElement>(`[data-entry="${CSS.escape(id)}"]`);
  const first = scroller ? firstInView(list, scroller) : null;
  const before = first && { id: first.dataset.entry ?? '', top: first.getBoundingClientRect().top };

  return () => {
    const anchor = before && row(before.id);
    if (scroller && anchor) scroller.scrollTop += anchor.getBoundingClientRect().top - before.top;
    if (!focused || document.activeElement === focused) return null;
    const home = focusedRow === null ? null : row(focusedRow);
    if (!home) return focusedRow;
    home.querySelector<HTMLElement>(`[data-testid="${CSS.escape(control ?? '')}"]`)?.focus({ preventScroll: true });
    return null;
  };
}

/** The row at the scroller's top edge; null while the list's start is in view: there, new rows may show. */
function firstInView(list: HTMLElement, scroller: HTMLElement): HTMLElement | null {
  const { left, width, top } = list.getBoundingClientRect();
  const edge = scroller.getBoundingClientRect().top;
  if (top >= edge) return null;
  const at = document.elementsFromPoint(left + width / 2, edge + PROBE_PX);
  return at.map((each) => each.closest<HTMLElement>('[data-entry]')).find((each) => each && list.contains(each)) ?? null;
}

import type { HistoryView } from '../backend/types';
import { date } from '../format';
import { m } from '../messages';

export type HistoryDay = { title: string; records: HistoryView[] };

/** The start of the local day, ms. */
function dayOf(at: number): number {
  const day = new Date(at);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
}

/** Records by the local day they fall on, in the order given. */
export function historyDays(records: readonly HistoryView[], now: number): HistoryDay[] {
  const today = dayOf(now);
  // A day is not always 24 hours long: noon of the day before is, whatever the clocks did.
  const yesterday = dayOf(today - 12 * 3_600_000);
  const days = new Map<number, HistoryView[]>();
  for (const record of records) {
    const day = dayOf(record.at);
    days.set(day, [...(days.get(day) ?? []), record]);
  }
  return [...days].map(([day, of]) => ({
    title: day === today ? m.history.today : day === yesterday ? m.history.yesterday : date(day),
    records: of,
  }));
}

/** Records with the newest ones before those that are known; the newest alone where some may lie between. */
export function withNewest(known: readonly HistoryView[], newest: readonly HistoryView[]): HistoryView[] {
  const at = newest.findIndex(({ id }) => id === known[0]?.id);
  return at < 0 ? [...newest] : [...newest.slice(0, at), ...known];
}

/** What was done, in words; an action that this version does not know keeps its name. */
export function actionText({ action, subject }: HistoryView): string {
  const words = m.history.actions[action as keyof typeof m.history.actions] ?? action.replaceAll('_', ' ');
  return subject === '' ? words : m.history.to(words, subject);
}

export function programText(program: string): string {
  return m.history.programs[program as keyof typeof m.history.programs] ?? program;
}

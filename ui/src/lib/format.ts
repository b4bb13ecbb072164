const LOCALE = 'en-GB';
const plurals = new Intl.PluralRules(LOCALE);
const numbers = new Intl.NumberFormat(LOCALE);
const relative = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const day = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short', year: 'numeric' });
const exact = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });
const lists = new Intl.ListFormat(LOCALE, { type: 'conjunction' });

/** The number with the noun that fits it: `plural(3, 'code', 'codes')`. */
export function plural(count: number, one: string, other: string): string {
  return `${numbers.format(count)} ${plurals.select(count) === 'one' ? one : other}`;
}

export function number(value: number): string {
  return numbers.format(value);
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;

/** "180 kB", "1.2 MB". */
export function bytes(value: number): string {
  const step = value < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(value) / 3));
  const size = value / 1000 ** step;
  return new Intl.NumberFormat(LOCALE, {
    style: 'unit', unit: SIZES[step] ?? 'byte', unitDisplay: 'short', maximumFractionDigits: size < 10 && step > 0 ? 1 : 0,
  }).format(size);
}

const clock = new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' });

/** "14:02". */
export function time(at: number): string {
  return clock.format(at);
}

export function list(items: string[]): string {
  return lists.format(items);
}

/** "12 Mar 2026". */
export function date(at: number): string {
  return day.format(at);
}

/** "12 Mar 2026, 14:02". */
export function dateTime(at: number): string {
  return exact.format(at);
}

const STEPS: Array<[Intl.RelativeTimeFormatUnit, number]> = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['week', 604_800],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

/** "3 days ago"; within a minute "just now". */
export function ago(at: number, now: number): string {
  const seconds = Math.max(0, (now - at) / 1000);
  for (const [unit, size] of STEPS) {
    if (seconds >= size) return relative.format(-Math.floor(seconds / size), unit);
  }
  return 'just now';
}

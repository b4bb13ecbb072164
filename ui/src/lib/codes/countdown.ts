/** Unix time, milliseconds. */
export type Instant = number;

/** From here on a code is shown as about to change, seconds. */
export const EXPIRING_SECONDS = 7;

/** At most this much left, copying says that the code changes soon, seconds. */
export const SHORT_SECONDS = 5;

/** Whole seconds that a code still counts, rounded up so that a code on screen never reads 0 while it is valid. */
export function secondsLeft(validUntil: Instant, now: Instant): number {
  return Math.max(0, Math.ceil((validUntil - now) / 1000));
}

/** What is left of the span, 1 at its start and 0 at its end. */
export function fractionLeft(validFrom: Instant, validUntil: Instant, now: Instant): number {
  if (validUntil <= validFrom) return 0;
  return Math.min(1, Math.max(0, (validUntil - now) / (validUntil - validFrom)));
}

/** The delay that lets an animation of the whole span start where the span is now, milliseconds, never positive. */
export function ringDelay(validFrom: Instant, validUntil: Instant, now: Instant): number {
  return -Math.min(Math.max(0, now - validFrom), Math.max(0, validUntil - validFrom));
}

export function isExpiring(seconds: number): boolean {
  return seconds <= EXPIRING_SECONDS;
}

/** The first moment at which one of these codes is over; Infinity when none has a span. */
export function nextBoundary(codes: Iterable<{ validUntil: Instant | null }>): Instant {
  let first = Infinity;
  for (const { validUntil } of codes) if (validUntil !== null && validUntil < first) first = validUntil;
  return first;
}

/** What a screen reader is told of the focused row's countdown between two ticks. */
export function countdownCue(before: number, after: number): 'new_code' | 'ten' | 'five' | null {
  if (after > before) return 'new_code';
  if (before > 10 && after <= 10 && after > 5) return 'ten';
  if (before > 5 && after <= 5 && after > 0) return 'five';
  return null;
}

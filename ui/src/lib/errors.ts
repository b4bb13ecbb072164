import type { CommandError } from './backend/types';
import { m } from './messages';

/** What a failed call carries; anything else becomes a calm sentence without its inner workings. */
export function commandError(thrown: unknown): CommandError {
  if (typeof thrown === 'object' && thrown !== null && 'code' in thrown && 'message' in thrown) {
    const { code, message, hint, retryAfterMs } = thrown as Record<string, unknown>;
    if (typeof code === 'string' && typeof message === 'string' && message !== '') {
      return {
        code,
        message,
        hint: typeof hint === 'string' && hint !== '' ? hint : null,
        retryAfterMs: typeof retryAfterMs === 'number' ? retryAfterMs : null,
      };
    }
  }
  return { code: 'unexpected', message: m.error.unexpected, hint: m.error.unexpectedHint, retryAfterMs: null };
}

/** Message and next step in one text, where there is no room for a note. */
export function errorText({ message, hint }: CommandError): string {
  return [sentence(message), hint === null ? '' : sentence(hint)].filter(Boolean).join(' ');
}

/** The backend's messages are lower case without a full stop, as errors are; people read sentences. */
export function sentence(message: string): string {
  const text = message.trim();
  if (text === '') return '';
  // A host name or an address keeps its small letter.
  const start = /^[^\s]*[.@/:][^\s]/.test(text) ? text : text.charAt(0).toLocaleUpperCase() + text.slice(1);
  return /[.!?…]$/.test(start) ? start : `${start}.`;
}

import { forgetLastMatch } from './lastMatch';

/** Words of a recovery kit. */
export const KIT_WORDS = 12;

/** The words in what a person typed or pasted: numbering, commas and line breaks do not count. */
export function kitWords(text: string): string[] {
  const words = text.split(/[^\p{L}]+/u).filter(Boolean);
  forgetLastMatch();
  return words;
}

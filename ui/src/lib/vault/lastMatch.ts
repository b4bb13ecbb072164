/** The language keeps the text that a regular expression matched last (`RegExp.$_`). After this it is no longer somebody's secret. */
export function forgetLastMatch(): void {
  /(?:)/.exec('');
}

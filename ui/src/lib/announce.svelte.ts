/** What the page's one polite live region says. */
class Announcer {
  text = $state('');
  #turn = false;

  say(text: string): void {
    // The same text twice would be silent: a screen reader speaks on change.
    this.#turn = !this.#turn;
    this.text = this.#turn ? text : `${text}\u00a0`;
  }

  clear(): void {
    this.text = '';
  }
}

export const announcer = new Announcer();

export function announce(text: string): void {
  announcer.say(text);
}

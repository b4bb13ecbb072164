export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'deskfob.theme';

/** The colours: the system's, or one of the two. Kept beside the page, for it says nothing about the vault. */
class Theme {
  choice = $state<ThemeChoice>('system');
  #dark = matchMedia('(prefers-color-scheme: dark)');

  start(): void {
    const kept = localStorage.getItem(KEY);
    this.choice = kept === 'light' || kept === 'dark' ? kept : 'system';
    this.#dark.addEventListener('change', () => this.#apply());
    this.#apply();
  }

  choose(choice: ThemeChoice): void {
    this.choice = choice;
    localStorage.setItem(KEY, choice);
    this.#apply();
  }

  #apply(): void {
    const dark = this.choice === 'dark' || (this.choice === 'system' && this.#dark.matches);
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
  }
}

export const theme = new Theme();

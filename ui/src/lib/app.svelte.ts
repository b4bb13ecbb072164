import { createContext, tick } from 'svelte';
import type { Backend } from './backend';
import type { CommandError, FoundView, LockedBecause, LockReason, VaultStatus } from './backend/types';
import { commandError, sentence } from './errors';
import { m } from './messages';
import { Session } from './session.svelte';
import { Ticker } from './ticker.svelte';
import { Activity } from './vault/activity';
import { forgetLastMatch } from './vault/lastMatch';

export type SettingsSectionId = 'appearance' | 'unlocking' | 'locking' | 'links' | 'backups' | 'export' | 'history' | 'keyboard';

export type Route =
  | { name: 'codes' }
  | { name: 'add'; source?: string }
  | { name: 'camera' }
  | { name: 'review' }
  | { name: 'region' }
  | { name: 'trash' }
  | { name: 'accounts' }
  | { name: 'connect' }
  | { name: 'protect'; accountId: string }
  | { name: 'organisation' }
  | { name: 'doctor' }
  | { name: 'settings'; section?: SettingsSectionId };

/** Screens that make sense again after unlocking. The others were about something that is gone. */
const KEPT: ReadonlySet<Route['name']> = new Set(['codes', 'trash', 'accounts', 'organisation', 'doctor', 'settings']);

/** Whether something is being typed that would be lost: a key, a link, an address. Searching is not. */
function typing(): boolean {
  // A number has a value before anybody typed it.
  const fields = document.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'main form textarea, main form input:not([type=checkbox], [type=radio], [type=hidden], [inputmode=numeric], [readonly], [data-search])',
  );
  return [...fields].some((field) => field.value.trim() !== '');
}

/** What the window knows whether or not the vault is open. Everything from the vault is in `session`, which ends with it. */
export class AppState {
  status = $state.raw<VaultStatus | null>(null);
  session = $state.raw<Session | null>(null);
  route = $state.raw<Route>({ name: 'codes' });
  /** What the window shows: the place before stays until the next is there. */
  shown = $state.raw<Route>({ name: 'codes' });
  sheetOpen = $state(false);
  dragOver = $state(false);
  /** A file was dropped while the vault was locked. */
  droppedWhileLocked = $state(false);
  /** Why a change of the whole vault failed that closed it: nothing else is left to say so. Until it is open again. */
  closedBy = $state.raw<CommandError | null>(null);
  failure = $state.raw<unknown>(null);
  /** Why the system keyring was not set up. It stays until the person is done with it, whichever screen is shown meanwhile. */
  keyringFailure = $state.raw<CommandError | null>(null);
  /** Why the vault was locked last; null while it has not been. */
  locked = $state.raw<LockedBecause | null>(null);
  readonly ticker = new Ticker();
  /** Raised with each question and each lock: an answer to an older question may be of a vault that has been locked since. */
  #turn = 0;

  constructor(readonly backend: Backend) {}

  start(): () => void {
    this.ticker.start();
    const offEvents = this.backend.onEvent((event) => {
      if (event.kind === 'locked') {
        this.#close(event.reason);
        void this.refreshStatus();
      } else if (event.kind === 'unlocked' || event.kind === 'link_waits') {
        void this.refreshStatus();
      } else if (event.kind === 'drafts_found') {
        this.found(event.found, true);
      } else if (event.kind === 'drafts_failed') {
        this.nothingFound(event.error, true);
      } else {
        this.session?.hear(event);
        // Another program may have changed what opens the vault.
        if (event.kind === 'settings_changed') void this.refreshStatus();
      }
    });
    const offActivity = new Activity(() => this.backend.activity(), () => this.session !== null).start();
    const offDrag = this.backend.onDragOver((over) => (this.dragOver = over));
    void this.refreshStatus();
    return () => {
      offEvents();
      offDrag();
      offActivity();
      this.#close();
      this.ticker.stop();
    };
  }

  async refreshStatus(): Promise<void> {
    const turn = ++this.#turn;
    try {
      const status = await this.backend.vaultStatus();
      if (turn !== this.#turn) return;
      this.failure = null;
      if (status.state === 'unlocked') {
        if (!this.session) {
          this.session = new Session(this.backend, this.ticker);
          void this.#takeLinks(this.session);
        }
        this.locked = null;
        this.droppedWhileLocked = false;
        this.closedBy = null;
      }
      else {
        this.#close();
        // The page of an earlier lock is gone, and what it knew with it.
        this.locked = status.lockedBecause ?? this.locked;
      }
      this.status = status;
    } catch (error) {
      if (turn === this.#turn) this.failure = error;
    }
  }

  /** Somewhere in the open vault. What was asked for there and comes after a lock leads nowhere. */
  go(route: Route): void {
    if (!this.session) return;
    // With the route and not with the screen, which goes a moment later: what arrives meanwhile is not of the review that was left.
    if (route.name === 'review') this.session.review.open = true;
    else if (this.route.name === 'review') void this.session.review.leave();
    this.route = route;
  }

  /** Links that were opened while the vault was not. */
  async #takeLinks(session: Session): Promise<void> {
    try {
      const found = await this.backend.linkTake();
      if (found && session === this.session) this.found(found, true);
    } catch (error) {
      if (session === this.session) this.nothingFound(commandError(error), true);
    }
  }

  /**
   * Shows what was read, at once unless the person is at something that must not be left by surprise. `unasked`: it came by
   * itself, as a web page can send links; then what is being typed is not left either.
   */
  found(found: FoundView, unasked = false): void {
    const { session } = this;
    if (!session) return;
    session.review.take(found);
    session.draftError = null;
    const engaged = this.#engaged() || (unasked && this.#typing());
    if (found.drafts.length === 0) {
      const said = found.transfers.map(m.transfer.progress).join(' ') || sentence(found.refused?.message ?? '');
      if (engaged || session.review.open) session.tell({ text: said });
      else this.go({ name: 'add' });
    } else if (session.review.open) {
      session.tell({ text: m.review.waiting(session.review.drafts.length) });
    } else if (engaged) {
      session.tell({ text: m.review.waiting(found.drafts.length), action: { label: m.review.waitingOpen, run: () => this.go({ name: 'review' }) } });
    } else {
      this.go({ name: 'review' });
    }
  }

  /** What is wrong with a file, a link or the clipboard is said where the other ways are. */
  nothingFound(error: CommandError, unasked = false): void {
    const { session } = this;
    if (!session) {
      this.droppedWhileLocked = error.code === 'vault_locked';
      return;
    }
    if (this.#engaged() || session.review.open || (unasked && this.#typing())) {
      session.tell({ text: sentence(commandError(error).message) });
      return;
    }
    session.draftsFailed(error);
    this.go({ name: 'add' });
  }

  /** Leaving would lose recovery codes just issued, the picture of the screen, or what is being typed. */
  #engaged(): boolean {
    return this.route.name === 'protect' || this.route.name === 'region' || document.querySelector('[role=dialog], [role=alertdialog]') !== null;
  }

  /** Fields of a place that was left a moment ago are lost already. */
  #typing(): boolean {
    return this.shown === this.route && typing();
  }

  async lock(): Promise<void> {
    // Away at once, whatever the backend still has to do.
    this.#close('person');
    await this.backend.vaultLock();
    await this.refreshStatus();
  }

  /** `why` null: not because the vault was locked. */
  #close(why: LockReason | null = null): void {
    this.#turn += 1;
    // The event of a lock that the person asked for comes after the page has closed already.
    if (why !== null && this.session) this.locked = { reason: why, idleMinutes: this.session.keeping.settings?.idleMinutes ?? 0 };
    this.session?.close();
    this.session = null;
    // Now, and once more when the screens are gone.
    forgetLastMatch();
    void tick().then(forgetLastMatch);
    this.sheetOpen = false;
    this.dragOver = false;
    if (this.status?.state === 'unlocked') this.status = { ...this.status, state: 'locked' };
    if (!KEPT.has(this.route.name)) this.route = { name: 'codes' };
    // Coming back starts at the top.
    else if (this.route.name === 'settings') this.route = { name: 'settings' };
  }
}

export const [getApp, setApp] = createContext<AppState>();

import { createContext } from 'svelte';
import { Review } from './add/review.svelte';
import { announce, announcer } from './announce.svelte';
import type { Backend } from './backend';
import { attended } from './backend/attended';
import type { AccountView, BackendEvent, CommandError, DeploymentChoice, EnrolmentView, EntryView } from './backend/types';
import { Entries } from './codes/entries.svelte';
import { LiveCodes } from './codes/live.svelte';
import { commandError, sentence } from './errors';
import { OrganisationState } from './members/organisation.svelte';
import { m } from './messages';
import type { Ticker } from './ticker.svelte';
import { Keeping } from './vault/keeping.svelte';

/** How long a notice with something to undo stays, milliseconds. */
const NOTICE_MS = 10_000;

export type Notice = { text: string; action?: { label: string; run: () => Promise<void> | void } };

/** A sign-in that waits for the browser. `entryId`: whose codes the browser will ask for. */
export type WaitingSignIn = { platform: string; url: string | null; entryId: string | null };

/** A sign-in that a call waits for (RFC 9470). */
export type WantedSignIn = { accountId: string; platform: string; email: string; mfa: boolean; methods: string[]; maxAge: number | null };

/** What is known for longer is asked again when the accounts are looked at, milliseconds. */
const STALE_MS = 10 * 60_000;

/** So long after a platform could not be asked it is asked again. */
const RETRY_MS = 60_000;

/** All that the page holds of an open vault. It is closed, and with it forgotten, when the vault locks. */
export class Session {
  accounts = $state.raw<AccountView[] | null>(null);
  accountsFailure = $state.raw<CommandError | null>(null);
  draftError = $state.raw<CommandError | null>(null);
  notice = $state.raw<Notice | null>(null);
  signIn = $state.raw<WaitingSignIn | null>(null);
  /** A call waits for the person to agree to sign in again. */
  wanted = $state.raw<WantedSignIn | null>(null);
  /** What the platforms' command line says while it signs in. */
  commandLineSaid = $state.raw<string | null>(null);
  /** The row that gets the focus when the list is shown next. */
  focusEntry = $state.raw<string | null>(null);
  readonly codes: LiveCodes;
  readonly list: Entries;
  readonly organisation: OrganisationState;
  readonly keeping: Keeping;
  readonly review: Review;
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;
  #signInTurn = 0;
  /** The last sign-in that a call waits for. */
  #stepUpTurn = -1;
  /** From when on each account may be asked about again: a platform that cannot be reached is not asked over and over. */
  readonly #askAgainAt = new Map<string, number>();
  readonly backend: Backend;

  constructor(
    given: Backend,
    readonly ticker: Ticker,
  ) {
    // Without a call that waits there is no sign-in to ask or to wait for, whether or not its end was told.
    const backend = attended(given, () => {
      this.wanted = null;
      if (this.#stepUpTurn === this.#signInTurn) this.signIn = null;
    });
    this.backend = backend;
    this.codes = new LiveCodes(() => backend.entryCodes(), ticker);
    this.list = new Entries(backend, this.codes);
    this.organisation = new OrganisationState(backend, ticker);
    this.keeping = new Keeping(backend);
    this.review = new Review(backend);
    // Not for the settings screen alone: the lock screen says after how long it locked.
    void this.keeping.loadSettings();
    void this.loadEntries();
    void this.loadAccounts();
  }

  /** The vault is locked again. What was asked for before and arrives now is left unsaid. */
  get closed(): boolean {
    return this.#closed;
  }

  get entries(): EntryView[] | null {
    return this.list.all;
  }

  loadEntries(): Promise<void> {
    return this.list.load();
  }

  async loadAccounts(): Promise<void> {
    if (this.#closed) return;
    try {
      const accounts = await this.backend.accountList();
      if (this.#closed) return;
      const id = this.organisation.accountId;
      const mfa = (all: AccountView[] | null) => {
        const account = all?.find((each) => each.id === id);
        return `${account?.mfa} ${account?.sessionHasMfa}`;
      };
      if (id !== null && mfa(this.accounts) !== mfa(accounts)) this.organisation.markStale();
      this.accounts = accounts;
      this.accountsFailure = null;
    } catch (error) {
      if (!this.#closed) this.accountsFailure = commandError(error);
    }
  }

  /** Asks the platforms about accounts whose MFA is not known, or not of late. */
  async askUnknown(): Promise<void> {
    const now = this.ticker.now;
    const stale = ({ mfa, mfaCheckedAt }: AccountView) => mfa === 'unknown' || now - (mfaCheckedAt ?? 0) > STALE_MS;
    const unknown = (this.accounts ?? []).filter((account) => account.signedIn && stale(account) && now >= (this.#askAgainAt.get(account.id) ?? 0));
    if (unknown.length === 0) return;
    await Promise.all(unknown.map(async ({ id }) => {
      this.#askAgainAt.set(id, now + STALE_MS);
      // Offline is no news here: the card says that the platform has not answered and how to ask again.
      await this.backend.accountRefresh(id).catch(() => this.#askAgainAt.set(id, now + RETRY_MS));
    }));
    await this.loadAccounts();
  }

  account(id: string): AccountView | undefined {
    return this.accounts?.find((account) => account.id === id);
  }

  /** The setup that waits or a new one; null when the platform says that MFA is on already. */
  async beginEnrolment(accountId: string): Promise<EnrolmentView | null> {
    try {
      const enrolment = await this.backend.enrolBegin(accountId);
      void this.loadAccounts();
      return enrolment;
    } catch (error) {
      if (commandError(error).code !== 'already_on') throw error;
      await this.backend.accountRefresh(accountId).catch(() => undefined);
      await this.loadAccounts();
      return null;
    }
  }

  /** After a backup was put back everything may be other than it was. */
  refreshAll(): void {
    void this.loadEntries();
    void this.loadAccounts();
    void this.keeping.loadSettings();
    void this.keeping.loadSlots();
    void this.keeping.loadBackups();
  }

  hear(event: BackendEvent): void {
    this.keeping.hear(event);
    switch (event.kind) {
      case 'entries_changed':
        void this.list.heard();
        break;
      case 'accounts_changed':
        void this.loadAccounts();
        break;
      case 'sign_in_opened':
        if (this.signIn) this.signIn = { ...this.signIn, url: event.url };
        break;
      case 'sign_in_wanted':
        this.wanted = { ...event };
        break;
      case 'sign_in_ended':
        this.#signInTurn += 1;
        this.signIn = null;
        void this.loadAccounts();
        break;
      case 'command_line_said':
        if (!this.#closed) this.commandLineSaid = event.text;
        break;
      case 'members_progress':
        this.organisation.progress = { done: event.done, total: event.total };
        break;
    }
  }

  draftsFailed(error: unknown): void {
    if (!this.#closed) this.draftError = commandError(error);
  }

  connect(deployment: DeploymentChoice, platform: string): Promise<AccountView | null> {
    return this.#inBrowser({ platform, url: null, entryId: null }, () => this.backend.accountConnect(deployment));
  }

  renew(account: AccountView): Promise<AccountView | null> {
    return this.#inBrowser(
      { platform: account.deployment, url: null, entryId: account.entryId },
      () => this.backend.accountRenew(account.id),
    );
  }

  /** Signs in so that the platform asks for a code of the account's entry. */
  signInForCode(account: AccountView): Promise<AccountView | null> {
    return this.#inBrowser(
      { platform: account.deployment, url: null, entryId: account.entryId },
      () => this.backend.factorSignIn(account.id),
    );
  }

  /** The person's answer to the sign-in that a call waits for. */
  async answerWanted(agreed: boolean): Promise<void> {
    const wanted = this.wanted;
    if (wanted === null) return;
    this.wanted = null;
    if (agreed) {
      this.#stepUpTurn = ++this.#signInTurn;
      this.signIn = { platform: wanted.platform, url: null, entryId: this.account(wanted.accountId)?.entryId ?? null };
    }
    try {
      await this.backend.accountAnswerStepUp(agreed);
    } catch {
      // Locked meanwhile: the call that waited has ended, too.
      this.signIn = null;
    }
  }

  /** The person waits no longer. The dialog goes whatever the backend says: it may have nothing to cancel. */
  async cancelSignIn(): Promise<void> {
    const turn = this.#signInTurn;
    await this.backend.accountCancelSignIn().catch(() => undefined);
    if (turn === this.#signInTurn) this.signIn = null;
  }

  /** As `renew`, in the way that an error asked for. */
  signInAsAsked(account: AccountView, amr: string[], maxAge: number | null): Promise<AccountView | null> {
    return this.#inBrowser(
      { platform: account.deployment, url: null, entryId: account.entryId },
      () => this.backend.doctorSignIn(account.id, amr, maxAge),
    );
  }

  /** Null when the person cancelled or the vault was locked meanwhile; rejects when the sign-in failed. */
  async #inBrowser(waiting: WaitingSignIn, call: () => Promise<AccountView>): Promise<AccountView | null> {
    const turn = ++this.#signInTurn;
    this.signIn = waiting;
    try {
      const account = await call();
      await this.loadAccounts();
      return this.#closed ? null : account;
    } catch (error) {
      if (this.#closed) return null;
      if (commandError(error).code !== 'sign_in_cancelled') throw error;
      // A newer sign-in ends the one before it: nobody cancelled that.
      if (turn === this.#signInTurn) announce(m.accounts.cancelled);
      return null;
    } finally {
      if (turn === this.#signInTurn) this.signIn = null;
    }
  }

  tell(notice: Notice): void {
    if (this.#closed) return;
    this.notice = notice;
    announce(notice.text);
    this.holdNotice(false);
  }

  /** While the person is at it, the notice does not go by itself. */
  holdNotice(held: boolean): void {
    clearTimeout(this.#noticeTimer);
    if (!held && this.notice) this.#noticeTimer = setTimeout(() => (this.notice = null), NOTICE_MS);
  }

  /** Does what the notice offers, and says so when that fails. */
  async actOnNotice(): Promise<void> {
    const run = this.notice?.action?.run;
    this.dismissNotice();
    try {
      await run?.();
    } catch (error) {
      this.tell({ text: sentence(commandError(error).message) });
    }
  }

  dismissNotice(): void {
    clearTimeout(this.#noticeTimer);
    this.notice = null;
  }

  close(): void {
    this.#closed = true;
    this.codes.close();
    this.organisation.close();
    this.keeping.close();
    this.dismissNotice();
    this.list.close();
    this.accounts = null;
    this.accountsFailure = null;
    this.review.close();
    this.draftError = null;
    this.signIn = null;
    this.wanted = null;
    this.commandLineSaid = null;
    this.focusEntry = null;
    announcer.clear();
  }
}

export const [getSession, setSession] = createContext<Session>();

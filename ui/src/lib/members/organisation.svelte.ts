import type { Backend } from '../backend';
import type { CommandError, MembersView, OrganizationView, RemindReport, ReminderResult } from '../backend/types';
import { commandError } from '../errors';
import type { Ticker } from '../ticker.svelte';
import { filterMembers, type Chip } from './filter';
import { applyResults } from './remind';
import { DEFAULT_SORT, sortMembers, type Sort } from './sort';

/** The organisation screen's state. It outlives the screen, not the session. */
export class OrganisationState {
  accountId = $state<string | null>(null);
  organizations = $state.raw<OrganizationView[] | null>(null);
  organizationId = $state<string | null>(null);
  members = $state.raw<MembersView | null>(null);
  loading = $state(false);
  progress = $state.raw<{ done: number; total: number | null } | null>(null);
  failure = $state.raw<CommandError | null>(null);

  query = $state('');
  chips = $state.raw<ReadonlySet<Chip>>(new Set<Chip>(['off']));
  sort = $state.raw<Sort>(DEFAULT_SORT);
  selected = $state.raw<ReadonlySet<string>>(new Set<string>());
  results = $state.raw<ReminderResult[]>([]);
  page = $state(0);
  #turn = 0;
  #stale = false;

  organization = $derived(this.organizations?.find((each) => each.id === this.organizationId) ?? null);
  rows = $derived(sortMembers(filterMembers(this.members?.members ?? [], { chips: this.chips, query: this.query }), this.sort));
  failed = $derived(new Map(this.results.filter((result) => !result.sent).map((result) => [result.memberId, result])));

  constructor(
    private readonly backend: Backend,
    private readonly ticker: Ticker,
  ) {}

  async open(accountId: string): Promise<void> {
    if (this.accountId === accountId && this.organizations !== null) return;
    const turn = ++this.#turn;
    this.accountId = accountId;
    this.organizations = null;
    this.organizationId = null;
    this.members = null;
    this.loading = false;
    this.failure = null;
    try {
      const organizations = await this.backend.orgList(accountId);
      if (turn !== this.#turn) return;
      this.organizations = organizations;
      const first = organizations.find((each) => each.canListMembers) ?? organizations[0];
      if (first) await this.choose(first.id);
    } catch (error) {
      if (turn === this.#turn) this.failure = commandError(error);
    }
  }

  /** The account changed: what the platform says of the organisation may be different now. */
  markStale(): void {
    this.#stale = true;
  }

  async refreshIfStale(): Promise<void> {
    if (this.#stale && this.members !== null) await this.load();
  }

  async reopen(ask = false): Promise<void> {
    const id = this.accountId;
    if (id === null) return;
    if (this.organizationId !== null) return this.load(ask);
    this.accountId = null;
    await this.open(id);
  }

  async choose(organizationId: string): Promise<void> {
    // What is still being read is of another organisation, and nothing may be asked of this one.
    this.#turn += 1;
    this.loading = false;
    this.failure = null;
    this.organizationId = organizationId;
    this.members = null;
    this.selected = new Set();
    this.results = [];
    this.page = 0;
    await this.load();
  }

  /** Asks anew. When that fails, what was known stays. `ask`: the person may be asked to sign in for it. */
  async load(ask = false): Promise<void> {
    const { accountId, organizationId } = this;
    if (accountId === null || organizationId === null || this.organization?.canListMembers === false) return;
    const turn = ++this.#turn;
    this.loading = true;
    this.progress = null;
    this.failure = null;
    try {
      const members = await this.backend.orgMembers(accountId, organizationId, ask);
      if (turn !== this.#turn) return;
      this.members = members;
      this.#stale = false;
      const known = new Set(members.members.map((member) => member.id));
      this.selected = new Set([...this.selected].filter((id) => known.has(id)));
    } catch (error) {
      if (turn === this.#turn) this.failure = commandError(error);
    } finally {
      if (turn === this.#turn) this.loading = false;
    }
  }

  /** Sends, keeps what came of it, and leaves those selected whose reminder failed. Another organisation chosen meanwhile is left alone. */
  async remind(memberIds: string[]): Promise<RemindReport> {
    const { accountId, organizationId } = this;
    if (accountId === null || organizationId === null || this.members === null) return { results: [], stopped: null };
    const report = await this.backend.orgRemind(accountId, organizationId, memberIds);
    const { results } = report;
    const members = this.#shown(accountId, organizationId);
    if (members === null) return report;
    this.results = results;
    this.members = { ...members, members: applyResults(members.members, results, this.ticker.now) };
    const sent = new Set(results.filter((result) => result.sent).map((result) => result.memberId));
    this.selected = new Set(memberIds.filter((id) => !sent.has(id)));
    return report;
  }

  /** What the platform says afterwards; null when it did not say. */
  async enforce(required: boolean): Promise<boolean | null> {
    const { accountId, organizationId } = this;
    if (accountId === null || organizationId === null) return null;
    const now = await this.backend.orgEnforce(accountId, organizationId, required);
    const members = this.#shown(accountId, organizationId);
    if (members) this.members = { ...members, mfaRequired: now };
    return now;
  }

  /** The members on screen, if they are this organisation's. */
  #shown(accountId: string, organizationId: string): MembersView | null {
    return this.accountId === accountId && this.organizationId === organizationId ? this.members : null;
  }

  setChips(chips: Iterable<Chip>): void {
    this.chips = new Set(chips);
    this.page = 0;
  }

  close(): void {
    this.#turn += 1;
    this.organizations = null;
    this.members = null;
    this.selected = new Set();
    this.results = [];
    this.failure = null;
    this.progress = null;
    this.loading = false;
    this.query = '';
    this.accountId = null;
    this.organizationId = null;
  }
}

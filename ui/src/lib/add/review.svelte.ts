import type { Backend } from '../backend';
import type { CommandError, DraftChoice, DraftView, EntryView, FoundView, TransferView } from '../backend/types';
import { commandError } from '../errors';

/** What is to become of a draft. `ask`: it looks like nothing in the vault. `replace:…` names the entry in whose place it goes. */
export type Fate = 'ask' | 'skip' | 'keep_both' | `replace:${string}`;

function firstFate({ duplicateOf }: DraftView): Fate {
  if (duplicateOf.length === 0) return 'ask';
  // Nothing is lost by either.
  return duplicateOf[0]?.sameCodes ? 'skip' : 'keep_both';
}

/** A draft as the person is about to keep it. */
export class Reviewed {
  view = $state.raw<DraftView>() as DraftView;
  issuer = $state('');
  account = $state('');
  tags = $state.raw<string[]>([]);
  fate = $state<Fate>('ask');
  /** In a list of several: to be taken. */
  ticked = $state(true);

  constructor(view: DraftView) {
    this.view = view;
    this.issuer = view.issuer;
    this.account = view.account;
    this.fate = firstFate(view);
    this.ticked = view.duplicateOf.length === 0;
  }

  get id(): string {
    return this.view.id;
  }

  /** The vault changed: what it looks like there is said anew, what the person typed stays. */
  renew(view: DraftView): void {
    this.view = view;
    this.fate = firstFate(view);
    if (view.duplicateOf.length > 0) this.ticked = false;
  }

  get choice(): DraftChoice {
    const { id, fate, tags } = this;
    const replaced = fate.startsWith('replace:') ? fate.slice('replace:'.length) : null;
    return {
      id, tags, issuer: this.issuer.trim(), account: this.account.trim(),
      duplicate: replaced !== null ? { replace: replaced } : fate === 'keep_both' ? 'keep_both' : 'ask',
    };
  }
}

/** What was read and waits for the person's word, wherever it came from. */
export class Review {
  drafts = $state.raw<Reviewed[]>([]);
  /** Transfers of several codes that wait for their others. */
  transfers = $state.raw<TransferView[]>([]);
  /** What could not be taken of what was read last. */
  refused = $state.raw<CommandError | null>(null);
  /** The person is at it, with what they have typed there. */
  open = false;

  constructor(private readonly backend: Backend) {}

  /** What is under review stays there; what nobody looks at any more gives way. */
  take({ drafts, transfers, refused }: FoundView): void {
    const kept = this.open ? this.drafts : [];
    if (!this.open) void this.#discard(this.drafts.map(({ id }) => id));
    this.drafts = [...kept, ...drafts.map((draft) => new Reviewed(draft))];
    this.transfers = transfers;
    this.refused = refused;
  }

  /** The person has left it, and with it what they did not keep. */
  leave(): Promise<void> {
    this.open = false;
    return this.discard();
  }

  async discard(): Promise<void> {
    const ids = this.drafts.map(({ id }) => id);
    this.drafts = [];
    this.refused = null;
    await this.#discard(ids);
  }

  async #discard(ids: string[]): Promise<void> {
    if (ids.length > 0) await this.backend.draftDiscard(ids).catch(() => undefined);
  }

  /** Keeps these, all or none. When the vault has one of them by now, the drafts say so and the error comes back. */
  async save(drafts: Reviewed[]): Promise<EntryView[]> {
    try {
      const entries = await this.backend.draftSave(drafts.map(({ choice }) => choice));
      const saved = new Set(drafts.map(({ id }) => id));
      this.drafts = this.drafts.filter(({ id }) => !saved.has(id));
      return entries;
    } catch (error) {
      if (commandError(error).code === 'duplicate') await this.#renew();
      throw error;
    }
  }

  async #renew(): Promise<void> {
    const { drafts } = await this.backend.draftList();
    for (const draft of this.drafts) {
      const view = drafts.find(({ id }) => id === draft.id);
      if (view) draft.renew(view);
    }
  }

  /** Codes of transfers were read elsewhere. */
  async loadTransfers(): Promise<void> {
    const { transfers } = await this.backend.draftList();
    this.transfers = transfers;
  }

  async forgetTransfers(): Promise<void> {
    await this.backend.draftTransferForget();
    this.transfers = [];
  }

  close(): void {
    this.drafts = [];
    this.transfers = [];
    this.refused = null;
    this.open = false;
  }
}

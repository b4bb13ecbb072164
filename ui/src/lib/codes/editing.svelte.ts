import type { CommandError, EntryDetailsView, EntryEditView, EntryView } from '../backend/types';
import { commandError } from '../errors';
import { m } from '../messages';
import type { Session } from '../session.svelte';
import { changedFields, editProblems, mergeEdit, type EditField } from './edit';

const editOf = ({ issuer, account, tags, icon }: EntryView, notes: string): EntryEditView => ({ issuer, account, notes, tags, icon });

/** What an entry is called in a sentence. */
export function entryName(entry: Pick<EntryView, 'issuer' | 'account'>): string {
  return entry.issuer.trim() || entry.account.trim() || m.codes.noIssuer;
}

/** Issuer and account, where that is what tells two apart. */
export function fullName({ issuer, account }: Pick<EntryView, 'issuer' | 'account'>): string {
  return [issuer.trim(), account.trim()].filter(Boolean).join(' · ') || m.codes.noIssuer;
}

/** One entry while it is edited. Another program may change or remove it meanwhile. */
export class Editing {
  issuer = $state('');
  account = $state('');
  icon = $state('');
  tags = $state.raw<string[]>([]);
  notes = $state('');
  /** Null until they are read; before that nothing can be saved, for it would empty the notes. */
  details = $state.raw<EntryDetailsView | null>(null);
  failure = $state.raw<CommandError | null>(null);
  busy = $state(false);
  /** Another program's changes were taken in. */
  merged = $state(false);
  /** Fields that another program changed while they were being changed here. */
  both = $state.raw<EditField[]>([]);
  readonly id: string;
  #base = $state.raw<EntryEditView>({ issuer: '', account: '', notes: '', tags: [], icon: null });
  #turn = 0;

  readonly edit = $derived.by<EntryEditView>(() => ({
    issuer: this.issuer, account: this.account, notes: this.notes, tags: this.tags, icon: this.icon.trim() || null,
  }));
  readonly problems = $derived.by(() => editProblems(this.edit));
  readonly dirty = $derived.by(() => changedFields(this.#base, this.edit).length > 0);
  /** The entry as the vault has it; undefined when it is gone. */
  readonly entry = $derived.by(() => this.session.list.find(this.id));

  constructor(
    private readonly session: Session,
    readonly opened: EntryView,
  ) {
    this.id = opened.id;
    this.#base = editOf(opened, '');
    this.#put(this.#base);
  }

  #put(edit: EntryEditView): void {
    this.issuer = edit.issuer;
    this.account = edit.account;
    this.icon = edit.icon ?? '';
    this.tags = edit.tags;
    this.notes = edit.notes;
  }

  /** Reads the details, the first time and whenever the entry may have changed. */
  async load(): Promise<void> {
    if (this.busy) return;
    const turn = ++this.#turn;
    try {
      const details = await this.session.backend.entryDetails(this.id);
      if (turn !== this.#turn || this.session.closed) return;
      const theirs = editOf(this.entry ?? this.opened, details.notes);
      if (this.details === null) {
        this.#base = { ...this.#base, notes: details.notes };
        this.notes = details.notes;
      }
      this.#take(theirs);
      this.details = details;
      this.failure = null;
    } catch (error) {
      // That it is gone is said by the list.
      if (turn === this.#turn && !this.session.closed && this.entry) this.failure = commandError(error);
    }
  }

  #take(theirs: EntryEditView): void {
    if (changedFields(this.#base, theirs).length === 0) return;
    const { edit, both } = mergeEdit(this.#base, this.edit, theirs);
    this.#base = theirs;
    this.#put(edit);
    const still = new Set(changedFields(theirs, edit));
    this.both = [...new Set([...this.both, ...both])].filter((field) => still.has(field));
    this.merged = true;
  }

  /** Whether it is saved; what was there before can be put back as long as the notice stays. */
  async save(): Promise<boolean> {
    if (this.busy || this.details === null || this.problems.size > 0) return false;
    const edit: EntryEditView = { ...this.edit, issuer: this.issuer.trim(), account: this.account.trim() };
    const before = this.#base;
    if (changedFields(before, edit).length === 0) return true;
    this.busy = true;
    this.failure = null;
    try {
      await this.session.backend.entryEdit(this.id, edit);
      await this.session.loadEntries();
      this.#offerUndo(before, edit);
      return true;
    } catch (error) {
      if (!this.session.closed) this.failure = commandError(error);
      return false;
    } finally {
      this.busy = false;
    }
  }

  #offerUndo(before: EntryEditView, saved: EntryEditView): void {
    const { session, id } = this;
    session.tell({
      text: m.edit.saved(entryName(saved)),
      action: {
        label: m.app.undo,
        run: async () => {
          await session.backend.entryEdit(id, before);
          await session.loadEntries();
          session.tell({ text: m.edit.putBack(entryName(before)) });
          session.focusEntry = id;
        },
      },
    });
  }
}

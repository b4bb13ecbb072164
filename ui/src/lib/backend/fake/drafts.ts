import type { Backend } from '../backend';
import type { DraftView, DuplicateView, EntryView, FoundView, ManualEntry, TransferView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';
import { newEntry, viewOf } from './filled';
import { fakeCode, fakeCodeView, type FakeSeed } from './otp';
import { readKey, readText } from './text';

type Methods = Pick<
  Backend,
  | 'draftFromImageFile' | 'draftFromClipboard' | 'draftFromText' | 'draftFromForm' | 'draftList' | 'draftTransferTake'
  | 'draftTransferForget' | 'draftCodes' | 'draftSave' | 'draftDiscard' | 'linkTake' | 'linkStatus' | 'linkRegister'
>;

const PICTURE = 'otpauth://totp/Upsun:ada@acme.example?secret=JBSWY3DPEHPK3PXP&issuer=Upsun';
const MANY = [
  'otpauth://totp/GitHub:ada@example.com?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub',
  'otpauth://totp/GitLab:ada?secret=JBSWY3DPEHPK3PXP&issuer=GitLab',
  'otpauth://hotp/Door:west?secret=JBSWY3DPEHPK3PXQ&issuer=Door&counter=7',
  'otpauth://totp/npm:ada_l?secret=JBSWY3DPEHPK3PXR&issuer=npm&digits=8',
].join('\n');

const PARTS = 3;

/**
 * `picture=` one · many · none · closed · part (each reading is the next code of a transfer of three, from the last to the
 * first). In a text, `part:2` is that code.
 */
export function draftMethods({ world, query, emit, now }: FakeContext): Methods {
  const parts = new Set<number>();
  let nextPart = PARTS;

  const codeOf = (seed: FakeSeed) => {
    const view = fakeCodeView(seed, now());
    return seed.kind === 'hotp' ? { ...view, code: fakeCode(seed, seed.counter) } : view;
  };
  const duplicates = (form: Pick<ManualEntry, 'issuer' | 'account' | 'key'>): DuplicateView[] =>
    world.entries
      .filter((entry) =>
        entry.seed === form.key
        || (entry.issuer !== '' && entry.issuer.toLowerCase() === form.issuer.toLowerCase()
          && entry.account.toLowerCase() === form.account.toLowerCase()))
      .map((entry) => ({ entry: viewOf(entry), sameCodes: entry.seed === form.key }))
      .sort((one, other) => Number(other.sameCodes) - Number(one.sameCodes));

  const add = (form: ManualEntry): DraftView => {
    const id = `d${world.serial++}`;
    const period = form.kind === 'hotp' ? null : form.period;
    const seed: FakeSeed = { id, seed: form.key, kind: form.kind, digits: form.digits, period, counter: form.counter };
    const view: DraftView = {
      id,
      issuer: form.issuer,
      account: form.account,
      kind: form.kind,
      algorithm: form.algorithm,
      digits: form.digits,
      period,
      counter: form.kind === 'hotp' ? form.counter : null,
      code: codeOf(seed),
      notices: form.issuer === '' ? ['It does not say which service it is for.'] : [],
      duplicateOf: duplicates(form),
    };
    world.drafts.set(id, { view, seed });
    return view;
  };
  const found = (drafts: DraftView[], transfers: TransferView[] = []): FoundView => ({ drafts, transfers, refused: null });
  const waiting = (repeated: boolean): TransferView[] => {
    const missing = Array.from({ length: PARTS }, (_, index) => index + 1).filter((part) => !parts.has(part));
    return parts.size === 0 || missing.length === 0 ? [] : [{ total: PARTS, have: parts.size, missing, repeated }];
  };
  const taken = (): DraftView[] => {
    const drafts = [...parts].sort().map((part) =>
      add({ issuer: `Moved ${part}`, account: 'ada', key: `PART${part}`, kind: 'totp', algorithm: 'SHA1', digits: 6, period: 30, counter: 0 }));
    parts.clear();
    return drafts;
  };
  const part = (number: number): FoundView => {
    const repeated = parts.has(number);
    parts.add(number);
    return parts.size === PARTS ? found(taken()) : found([], waiting(repeated));
  };
  const NONE = error('no_code_found', 'no QR code was found in that picture', 'use a sharper or larger picture, or paste the key instead');
  const picture = (): FoundView => {
    if (query.get('picture') === 'none') throw NONE;
    if (query.get('picture') === 'part') return part(nextPart-- || PARTS);
    return found(readText(query.get('picture') === 'many' ? MANY : PICTURE).map(add));
  };
  const text = (given: string): FoundView => {
    const number = /^part:(\d)$/.exec(given.trim())?.[1];
    return number ? part(Number(number)) : found(readText(given).map(add));
  };

  // The shell reads a dropped file itself and answers with an event; the same for a link that was opened.
  const tell = (read: () => FoundView) => {
    if (world.state !== 'unlocked') {
      emit({ kind: 'drafts_failed', error: error('vault_locked', 'the vault is locked', 'Unlock it first.') });
      return;
    }
    try {
      emit({ kind: 'drafts_found', found: structuredClone(read()) });
    } catch (failure) {
      emit({ kind: 'drafts_failed', error: failure as typeof NONE });
    }
  };
  addEventListener('drop', () => tell(picture));
  addEventListener('fake-link', (event) => {
    const link = (event as CustomEvent<string>).detail;
    if (world.state === 'unlocked') return tell(() => text(link));
    world.links.push(link);
    emit({ kind: 'link_waits' });
  });
  let registered = false;

  return {
    draftFromImageFile: async () => (query.get('picture') === 'closed' ? null : picture()),
    draftFromClipboard: async () => {
      if (query.get('clipboard') === 'empty') {
        throw error('clipboard_empty', 'there is nothing on the clipboard', 'copy the picture of the code, its link or its key first');
      }
      return picture();
    },
    draftFromText: async (given) => text(given),
    draftFromForm: async (form) => found([add({ ...form, key: readKey(form.key) })]),
    linkTake: async () => {
      const links = world.links.splice(0);
      return links.length === 0 ? null : text(links.join('\n'));
    },
    linkStatus: async () => ({ supported: query.get('links') !== 'no', registered }),
    linkRegister: async (on) => {
      registered = on;
      return { supported: true, registered };
    },
    draftList: async () => found(
      [...world.drafts.values()].map(({ view, seed }) => ({ ...view, duplicateOf: duplicates({ ...view, key: seed.seed }) })),
      waiting(false),
    ),
    draftTransferTake: async () => found(taken()),
    draftTransferForget: async () => parts.clear(),
    draftCodes: async (ids) => ids.flatMap((id) => {
      const draft = world.drafts.get(id);
      return draft ? [codeOf(draft.seed)] : [];
    }),
    draftSave: async (choices) => {
      const saved: EntryView[] = [];
      for (const { id, issuer, account, tags, duplicate } of choices) {
        const draft = world.drafts.get(id);
        if (!draft) throw error('not_found', 'that draft is gone');
        const [twin] = duplicate === 'ask' ? duplicates({ issuer, account, key: draft.seed.seed }) : [];
        if (twin) {
          Object.assign(draft.view, { issuer, account });
          throw error('duplicate', `${issuer} is in the vault by now`, 'Keep both, replace the old one, or leave it as it is.');
        }
        const { kind, algorithm, digits, period } = draft.view;
        const made = { kind, algorithm, digits, period, seed: draft.seed.seed, counter: draft.seed.counter };
        const old = typeof duplicate === 'object' ? world.entries.find((entry) => entry.id === duplicate.replace) : undefined;
        if (old) {
          world.trash.push({ ...structuredClone(old), id: `t${world.serial++}`, deletedAt: now() });
          Object.assign(old, made, { issuer, account, tags: [...new Set([...old.tags, ...tags])] });
          saved.push(viewOf(old));
        } else {
          const entry = newEntry(`e${world.serial++}`, issuer, account, now(), { ...made, tags });
          world.entries.push(entry);
          saved.push(viewOf(entry));
        }
        world.drafts.delete(id);
      }
      emit({ kind: 'entries_changed' });
      return saved;
    },
    draftDiscard: async (ids) => ids.forEach((id) => world.drafts.delete(id)),
  };
}

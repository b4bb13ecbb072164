import type { Backend } from '../backend';
import type { DraftView, ManualEntry } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';
import { newEntry, viewOf } from './filled';
import { fakeCode, fakeCodeView, type FakeSeed } from './otp';
import { readKey, readText } from './text';

type Methods = Pick<
  Backend,
  'draftFromImageFile' | 'draftFromClipboard' | 'draftFromText' | 'draftFromForm' | 'draftCodes' | 'draftSave' | 'draftDiscard'
>;

const PICTURE = 'otpauth://totp/Upsun:ada@acme.example?secret=JBSWY3DPEHPK3PXP&issuer=Upsun';
const MANY = [
  'otpauth://totp/GitHub:ada@example.com?secret=GEZDGNBVGY3TQOJQ&issuer=GitHub',
  'otpauth://totp/GitLab:ada?secret=JBSWY3DPEHPK3PXP&issuer=GitLab',
  'otpauth://hotp/Door:west?secret=JBSWY3DPEHPK3PXQ&issuer=Door&counter=7',
  'otpauth://totp/npm:ada_l?secret=JBSWY3DPEHPK3PXR&issuer=npm&digits=8',
].join('\n');

export function draftMethods({ world, query, emit, now }: FakeContext): Methods {
  const codeOf = (seed: FakeSeed) => {
    const view = fakeCodeView(seed, now());
    return seed.kind === 'hotp' ? { ...view, code: fakeCode(seed, seed.counter) } : view;
  };
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
      duplicateOf: world.entries.filter(
        (entry) => entry.issuer !== '' && entry.issuer.toLowerCase() === form.issuer.toLowerCase()
          && entry.account.toLowerCase() === form.account.toLowerCase(),
      ).map(viewOf),
    };
    world.drafts.set(id, { view, seed });
    return view;
  };
  const picture = () => readText(query.get('picture') === 'many' ? MANY : PICTURE).map(add);

  // The shell reads a dropped file itself and answers with an event.
  addEventListener('drop', () => {
    if (world.state !== 'unlocked') return;
    emit(
      query.get('picture') === 'none'
        ? { kind: 'drafts_failed', error: error('no_qr_code', 'there is no QR code in that picture', 'Try a sharper picture, or crop it closer.') }
        : { kind: 'drafts_found', drafts: picture() },
    );
  });

  return {
    draftFromImageFile: async () => {
      if (query.get('picture') === 'closed') return null;
      if (query.get('picture') === 'none') {
        throw error('no_qr_code', 'there is no QR code in that picture', 'Try a sharper picture, or crop it closer.');
      }
      return picture();
    },
    draftFromClipboard: async () => {
      if (query.get('clipboard') === 'empty') {
        throw error('nothing_found', 'there is no picture, link or key on the clipboard', 'Copy the QR code or the setup key first.');
      }
      return picture();
    },
    draftFromText: async (text) => readText(text).map(add),
    draftFromForm: async (form) => [add({ ...form, key: readKey(form.key) })],
    draftCodes: async (ids) => ids.flatMap((id) => {
      const draft = world.drafts.get(id);
      return draft ? [codeOf(draft.seed)] : [];
    }),
    draftSave: async (id, issuer, account, duplicate) => {
      const draft = world.drafts.get(id);
      if (!draft) throw error('not_found', 'that draft is gone');
      if (duplicate !== 'keep_both') world.entries = world.entries.filter((entry) => entry.id !== duplicate.replace);
      const { kind, algorithm, digits, period } = draft.view;
      const entry = newEntry(`e${world.serial++}`, issuer, account, now(), {
        kind, algorithm, digits, period, seed: draft.seed.seed, counter: draft.seed.counter,
      });
      world.entries.push(entry);
      world.drafts.delete(id);
      emit({ kind: 'entries_changed' });
      return viewOf(entry);
    },
    draftDiscard: async (ids) => ids.forEach((id) => world.drafts.delete(id)),
  };
}

import type { Backend } from '../backend';
import type { BackendEvent, LockReason } from '../types';
import { accountMethods } from './accounts';
import { backupMethods } from './backups';
import { Browsing } from './browsing';
import { cameraMethods } from './camera';
import { doctorMethods } from './doctor';
import { draftMethods } from './drafts';
import { entryMethods } from './entries';
import { factorMethods } from './factor';
import { Faults } from './faults';
import { Keeping } from './keeping';
import { organizationMethods } from './organizations';
import { screenMethods } from './screen';
import { settingsMethods } from './settings';
import { slotMethods } from './slots';
import { sshMethods } from './ssh';
import { hearOtherProgram } from './outside';
import { trashMethods } from './trash';
import { vaultMethods } from './vault';
import { lockWorld, seedWorld, type World } from './world';

/** What every part of the made-up backend gets. */
export type FakeContext = {
  world: World;
  keeping: Keeping;
  query: URLSearchParams;
  emit: (event: BackendEvent) => void;
  now: () => number;
  browsing: Browsing;
};

/** A backend on made-up data, for a plain browser. The page's address orders its state and faults; see `seedWorld` and `Faults`. */
export function fakeBackend(query: URLSearchParams): Backend {
  const listeners = new Set<(event: BackendEvent) => void>();
  const context: FakeContext = {
    world: seedWorld(query, Date.now()),
    keeping: new Keeping(query, Date.now()),
    query,
    emit: (event) => listeners.forEach((listener) => listener(event)),
    now: () => Date.now(),
    browsing: new Browsing(query),
  };
  const faults = new Faults(query);
  const drafts = draftMethods(context);
  const backend: Backend = {
    ...vaultMethods(context),
    ...slotMethods(context),
    ...settingsMethods(context),
    ...backupMethods(context),
    ...entryMethods(context),
    ...trashMethods(context),
    ...drafts,
    ...screenMethods(context, drafts),
    ...cameraMethods(context, () => drafts.draftFromImageFile()),
    ...accountMethods(context),
    ...factorMethods(context),
    ...sshMethods(context),
    ...organizationMethods(context),
    ...doctorMethods(context),
    onEvent: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onDragOver: dragOver,
  };
  hearOtherProgram(context);
  // What a test may do from outside: lock as the shell does when idle, and order another fault.
  addEventListener('fake-lock', (event) => {
    lockWorld(context.world);
    context.browsing.cancel();
    context.emit({ kind: 'locked', reason: (event as CustomEvent<LockReason | null>).detail ?? 'idle' });
  });
  addEventListener('fake-event', (event) => context.emit((event as CustomEvent<BackendEvent>).detail));
  addEventListener('fake-fault', (event) => faults.order((event as CustomEvent<string>).detail));
  return withFaults(backend, faults);
}

function withFaults(backend: Backend, faults: Faults): Backend {
  const wrapped: Record<string, unknown> = {};
  for (const [name, method] of Object.entries(backend) as Array<[keyof Backend, (...args: unknown[]) => unknown]>) {
    wrapped[name] = name === 'onEvent' || name === 'onDragOver'
      ? method
      : async (...args: unknown[]) => {
          await faults.pass(name);
          return structuredClone(await method(...args));
        };
  }
  return wrapped as unknown as Backend;
}

function dragOver(listener: (over: boolean) => void): () => void {
  const enter = (event: DragEvent) => {
    event.preventDefault();
    listener(true);
  };
  const leave = (event: DragEvent) => {
    event.preventDefault();
    listener(false);
  };
  addEventListener('dragenter', enter);
  addEventListener('dragover', enter);
  addEventListener('dragleave', leave);
  addEventListener('drop', leave);
  return () => {
    removeEventListener('dragenter', enter);
    removeEventListener('dragover', enter);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', leave);
  };
}

import type { Backend } from './backend';

export type { Backend } from './backend';
export * from './types';

/** The window's backend; in a plain browser, and only in builds made for that, one on made-up data. */
export async function connectBackend(): Promise<Backend> {
  if ('__TAURI_INTERNALS__' in window) {
    const { tauriBackend } = await import('./tauri');
    return tauriBackend();
  }
  if (__FAKE_BACKEND__) {
    const { fakeBackend } = await import('./fake');
    return fakeBackend(new URLSearchParams(location.search));
  }
  throw new Error('Deskfob runs in its own window.');
}

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Backend, CameraListener } from '../src/lib/backend/backend';
import { fakeBackend } from '../src/lib/backend/fake';
import type { CameraView } from '../src/lib/backend/types';
import { Watching } from '../src/lib/camera/watching.svelte';
import { m } from '../src/lib/messages';

const CAMERA: CameraView = { id: '/dev/video0', name: 'Integrated Camera' };

let visibility: DocumentVisibilityState;
function turn(state: DocumentVisibilityState): void {
  visibility = state;
  document.dispatchEvent(new Event('visibilitychange'));
}

/** The camera's calls in their order, and who listens to it last. */
function watched(calls: string[] = [], started: Promise<CameraView> = Promise.resolve(CAMERA)) {
  let listener: CameraListener | undefined;
  const over: Partial<Backend> = {
    cameraList: async () => [CAMERA],
    cameraStart: async (id, heard) => {
      calls.push(`start ${id}`);
      listener = heard;
      return started;
    },
    cameraStop: async () => void calls.push('stop'),
    cameraDrawn: async () => void calls.push('drawn'),
  };
  const drawn = vi.fn();
  const watching = new Watching({ ...fakeBackend(new URLSearchParams('fake=filled')), ...over }, drawn);
  const frame = () => listener?.frame({ width: 1, height: 1, luma: new Uint8Array(1), codes: [] });
  return { watching, calls, drawn, frame, hear: () => listener };
}

const settle = () => vi.advanceTimersByTimeAsync(50);

describe('a camera that is watched', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    visibility = 'visible';
    vi.spyOn(document, 'visibilityState', 'get').mockImplementation(() => visibility);
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it('is not stopped by a screen that was left before it', async () => {
    const calls: string[] = [];
    let begin: (camera: CameraView) => void = () => undefined;
    const slow = watched(calls, new Promise((done) => (begin = done)));
    const leave = slow.watching.open();
    await settle();
    leave();
    const next = watched(calls);
    const close = next.watching.open();
    await settle();
    begin(CAMERA);
    await settle();
    expect(calls, 'nothing stops the second').toEqual(['start null', 'stop', 'start null']);
    next.frame();
    await settle();
    expect(next.watching.live).toBe(true);
    close();
  });

  it('is released while the page is hidden, and started again when it is seen', async () => {
    const { watching, calls, drawn, frame } = watched();
    const close = watching.open();
    await settle();
    frame();
    await settle();
    expect(watching.live).toBe(true);
    expect(drawn).toHaveBeenCalledTimes(1);
    expect(calls).toEqual(['start null', 'drawn']);

    turn('hidden');
    await settle();
    expect(calls.at(-1)).toBe('stop');
    expect(watching.live).toBe(false);
    // One that was under way is not drawn any more.
    frame();
    await settle();
    expect(drawn).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(calls).toEqual(['start null', 'drawn', 'stop']);

    turn('visible');
    await settle();
    expect(calls.at(-1)).toBe('start /dev/video0');
    expect(watching.word.text).toBe(m.camera.starting);
    close();
    await settle();
    expect(calls.at(-1)).toBe('stop');
    turn('hidden');
    turn('visible');
    await settle();
    expect(calls.filter((call) => call.startsWith('start'))).toHaveLength(2);
  });

  it('that was released for want of a viewer starts again only when there is one', async () => {
    const { watching, calls, hear } = watched();
    const close = watching.open();
    await settle();
    hear()?.event({ kind: 'paused' });
    await settle();
    expect(calls).toEqual(['start null', 'start /dev/video0']);
    visibility = 'hidden';
    hear()?.event({ kind: 'paused' });
    await settle();
    expect(calls).toHaveLength(2);
    close();
  });

  it('that was left while it was being started is released', async () => {
    const { watching, calls } = watched();
    const close = watching.open();
    close();
    await settle();
    expect(calls.at(-1)).toBe('stop');
    expect(watching.current).toBeNull();
  });
});

import type { Backend } from '../backend';
import type { CameraEvent, CameraView, FoundView } from '../types';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'cameraList' | 'cameraStart' | 'cameraDrawn' | 'cameraStop'>;

const WIDTH = 640;
const HEIGHT = 360;
const SIDE = 168;

/** What is read is told by an attribute of the page. */
const INTEGRATED: CameraView = { id: '/dev/video0', name: 'Integrated Camera' };
const SECOND: CameraView = { id: '/dev/video2', name: 'Logitech BRIO Ultra HD 4K' };

const TROUBLE: Record<string, ReturnType<typeof error>> = {
  busy: error('camera_busy', 'Integrated Camera is used by another program', 'end the video call or whatever else shows its picture, then try again'),
  denied: error('camera_denied', 'Integrated Camera may not be used by this program', 'join the group that owns the camera, often video: sudo usermod -aG video $USER, then sign in to the desktop again'),
  stalled: error('camera_stalled', 'Integrated Camera sends no pictures', 'plug it out and in again, or take another camera'),
  format: error('camera_format', 'Integrated Camera has no usable picture format; it has: Z16', 'take another camera, or use a picture of the code'),
  none: error('camera_none', 'no camera was found', 'plug one in, or use a picture of the code'),
  unplugged: error('camera_unplugged', 'Integrated Camera was unplugged', 'plug it in again'),
};

/** Something square held in front of a wall; `codes` says where. */
function picture(turn: number, found: boolean) {
  const [left, top] = [236 + Math.round(6 * Math.sin(turn / 5)), 96];
  const luma = new Uint8Array(WIDTH * HEIGHT);
  for (let at = 0; at < luma.length; at++) {
    const [x, y] = [at % WIDTH, Math.floor(at / WIDTH)];
    const [inX, inY] = [x - left, y - top];
    const held = inX >= 0 && inX < SIDE && inY >= 0 && inY < SIDE;
    const block = (Math.floor(inX / 28) * 7 + Math.floor(inY / 28) * 13) % 5;
    luma[at] = held ? (found ? 90 + block * 22 : ((inX >> 3) * 31 + (inY >> 3) * 17) % 3 === 0 ? 30 : 225) : 150 - (x >> 4) + (y >> 5);
  }
  const [right, bottom] = [left + SIDE, top + SIDE];
  return { width: WIDTH, height: HEIGHT, luma, codes: found ? [[left, top, right, top, right, bottom, left, bottom]] : [] };
}

/**
 * `camera=` none · busy · denied · stalled · format · unplugged (after a moment) · found (after a moment) · part · unusable ·
 * more_light · closer · hold_still; otherwise it sees no code. `cameras=2`: there is another. The event `fake-plug` plugs one in.
 */
export function cameraMethods({ world, query, emit }: FakeContext, drafts: () => Promise<FoundView | null>): Methods {
  let mode = query.get('camera') ?? 'blank';
  let timer: ReturnType<typeof setInterval> | undefined;
  let drawn = true;
  addEventListener('fake-plug', () => (mode = 'blank'));
  const stop = () => {
    clearInterval(timer);
    delete document.documentElement.dataset.fakeCamera;
  };
  const all = () => (mode === 'none' ? [] : [INTEGRATED, ...(query.get('cameras') === '2' ? [SECOND] : [])]);
  const events: Record<string, CameraEvent> = {
    part: { kind: 'part', text: '2 of 3 codes scanned, missing number 2' },
    unusable: {
      kind: 'unusable',
      error: error('not_an_enrolment', 'that QR code is not for an authenticator', 'show the QR code that the service has for an authenticator app'),
    },
    more_light: { kind: 'hint', hint: 'more_light' },
    closer: { kind: 'hint', hint: 'closer' },
    hold_still: { kind: 'hint', hint: 'hold_still' },
  };
  return {
    cameraList: async () => all(),
    cameraStart: async (id, listener) => {
      stop();
      const trouble = mode === 'unplugged' ? undefined : TROUBLE[mode];
      if (mode === 'none' && trouble) throw trouble;
      let turn = 0;
      drawn = true;
      // Trouble with a camera that is there is heard of while it starts.
      if (trouble) setTimeout(() => listener.event({ kind: 'failed', error: trouble }), 30);
      else timer = setInterval(() => {
        if (world.state !== 'unlocked') return stop();
        turn += 1;
        const found = mode === 'found' && turn > 3;
        if (drawn || found) listener.frame(picture(turn, found));
        drawn = false;
        const event = events[mode];
        if (turn === 2 && event) listener.event(event);
        if (mode === 'unplugged' && turn > 3) {
          stop();
          mode = 'none';
          listener.event({ kind: 'failed', error: TROUBLE.unplugged ?? error('camera_unplugged', '') });
        }
        if (found) {
          stop();
          listener.event({ kind: 'found' });
          setTimeout(() => void drafts().then((found) => found && emit({ kind: 'drafts_found', found })), Number(query.get('after') ?? 100));
        }
      }, 66);
      const started = all().find((each) => each.id === id) ?? INTEGRATED;
      if (!trouble) document.documentElement.dataset.fakeCamera = started.id;
      return started;
    },
    cameraDrawn: async () => void (drawn = true),
    cameraStop: async () => stop(),
  };
}

import type { CameraHint } from '../backend/types';

export const camera = {
  tileTitle: 'Use the camera',
  tileText: 'Hold the QR code in front of it',
  title: 'Hold the code in front of the camera',
  text: 'It is read as soon as it can be seen. The picture stays on this computer and is kept nowhere.',
  preview: 'What the camera sees, mirrored',
  choose: 'Camera',
  starting: 'Starting the camera…',
  looking: 'Looking for a QR code…',
  found: 'Code found',
  hints: {
    more_light: 'More light, please',
    closer: 'Hold it closer',
    hold_still: 'Hold it still',
  } satisfies Record<CameraHint, string>,
  part: (progress: string) => `${progress}. Show the next code.`,
  retry: 'Try again',
  others: 'Other ways',
  /** What a camera that cannot be read is, by the error's code. */
  trouble: {
    camera_none: 'No camera was found',
    camera_busy: 'The camera is in use',
    camera_denied: 'The camera is not allowed',
    camera_unplugged: 'The camera was unplugged',
    camera_stalled: 'The camera sends no picture',
    camera_damaged: 'The camera sends damaged pictures',
    camera_format: 'This camera’s pictures can’t be read',
  } as Record<string, string>,
  troubleElse: 'The camera can’t be used',
  /** Where it goes on by itself. */
  waiting: {
    camera_none: 'Plug one in, and it starts by itself.',
    camera_unplugged: 'Plug it in again, and it goes on by itself.',
  } as Record<string, string>,
} as const;

import { describe, expect, it } from 'vitest';
import { paint, readFrame } from '../src/lib/camera/frame';

/** A picture of 2 by 1 pixels in which these codes were read. */
function message(codes: number[][], luma: number[], width = 2): ArrayBuffer {
  const numbers = [width, 1].flatMap((each) => [each & 0xff, each >> 8]);
  const corners = codes.flat().flatMap((each) => [each & 0xff, each >> 8]);
  return new Uint8Array([...numbers, codes.length, ...corners, ...luma]).buffer;
}

describe('a picture of the camera', () => {
  it('is read with its codes', () => {
    const corners = [1, 2, 300, 2, 300, 400, 1, 65535];
    const frame = readFrame(message([corners], [7, 250]));
    expect(frame).toMatchObject({ width: 2, height: 1, codes: [corners] });
    const rgba = new Uint8ClampedArray(8);
    if (frame) paint(frame, rgba);
    expect([...rgba]).toEqual([7, 7, 7, 255, 250, 250, 250, 255]);
  });

  it.each([
    ['nothing', new ArrayBuffer(0)],
    ['too short', message([], [7])],
    ['too long', message([], [7, 8, 9])],
    ['without its corners', message([[1, 2]], [7, 8])],
    ['without a pixel', message([], [], 0)],
  ])('that is %s is none', (_, bytes) => {
    expect(readFrame(bytes)).toBeNull();
  });
});

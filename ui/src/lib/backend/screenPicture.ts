import type { ScreenPicture } from './backend';

const HEAD = 8;

/** Width and height, 4 bytes each with the least first, then red, green, blue and alpha of each pixel. */
export function screenPicture(bytes: ArrayBuffer): ScreenPicture {
  const head = new DataView(bytes);
  const [width, height] = [head.getUint32(0, true), head.getUint32(4, true)];
  const rgba = new Uint8ClampedArray(bytes, HEAD);
  if (width === 0 || rgba.length !== width * height * 4) throw new TypeError('the picture of the screen is incomplete');
  return { width, height, rgba };
}

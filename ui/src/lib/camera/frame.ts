/** A small picture of what the camera sees. */
export type CameraFrame = {
  width: number;
  height: number;
  /** A byte of brightness a pixel, rows from the top. */
  luma: Uint8Array;
  /** Of each code that was read its corners, x and y by turns, in pixels of the picture. */
  codes: number[][];
};

const HEAD = 5;
const CORNERS = 16;

/**
 * Reads a picture as the backend sends it (`src-tauri/src/camera.rs`): width, height and the number of codes, the corners
 * of each, then the brightness. Null for anything else.
 */
export function readFrame(message: ArrayBuffer): CameraFrame | null {
  if (message.byteLength < HEAD) return null;
  const view = new DataView(message);
  const [width, height, count] = [view.getUint16(0, true), view.getUint16(2, true), view.getUint8(4)];
  const start = HEAD + CORNERS * count;
  if (width === 0 || height === 0 || message.byteLength !== start + width * height) return null;
  const codes = Array.from({ length: count }, (_, code) =>
    Array.from({ length: 8 }, (_, at) => view.getUint16(HEAD + CORNERS * code + 2 * at, true)));
  return { width, height, luma: new Uint8Array(message, start), codes };
}

/** Puts brightness into the pixels of a canvas. */
export function paint({ luma }: CameraFrame, rgba: Uint8ClampedArray): void {
  for (let at = 0, to = 0; at < luma.length; at++, to += 4) {
    const light = luma[at] ?? 0;
    rgba[to] = light;
    rgba[to + 1] = light;
    rgba[to + 2] = light;
    rgba[to + 3] = 255;
  }
}

import type { Backend, ScreenPicture } from '../backend';
import type { FakeContext } from '.';
import { error } from './faults';

type Methods = Pick<Backend, 'screenScan' | 'screenShow' | 'screenRegion' | 'screenRelease'>;

const LINK = 'otpauth://totp/Upsun:ada@acme.example?secret=JBSWY3DPEHPK3PXP&issuer=Upsun';

/** Where the made-up code is on the made-up screen. */
const CODE = { x: 980, y: 330, side: 180 };

/** `screen=none`: there is no code on it. */
export function screenMethods({ query }: FakeContext, drafts: Pick<Backend, 'draftFromText'>): Methods {
  const none = (place: string, hint: string) => error('no_code_found', `no QR code was found ${place}`, hint);
  return {
    screenScan: async () => {
      if (query.get('screen') === 'none') throw none('on the screen', 'see that no other window covers it, or mark its region');
      return drafts.draftFromText(LINK);
    },
    screenShow: async () => desktop(),
    screenRegion: async ({ x, y, width, height }) => {
      const inside = x <= CODE.x && y <= CODE.y && x + width >= CODE.x + CODE.side && y + height >= CODE.y + CODE.side;
      if (!inside) throw none('in that region', 'mark the whole code with some space around it');
      return drafts.draftFromText(LINK);
    },
    screenRelease: async () => undefined,
  };
}

/** A browser that shows something like a code. */
function desktop(): ScreenPicture {
  const [width, height] = [1600, 900];
  const canvas = new OffscreenCanvas(width, height);
  const pen = canvas.getContext('2d');
  if (!pen) throw new TypeError('there is nothing to draw on');
  const box = (colour: string, x: number, y: number, across: number, down: number) => {
    pen.fillStyle = colour;
    pen.fillRect(x, y, across, down);
  };
  box('#28406b', 0, 0, width, height);
  box('#ffffff', 260, 90, 1120, 720);
  box('#e4e7ec', 260, 90, 1120, 44);
  box('#16191f', 330, 200, 360, 26);
  for (let line = 0; line < 8; line++) box('#a5adba', 330, 260 + line * 34, 420 - (line % 3) * 60, 12);
  const modules = 25;
  const module = CODE.side / modules;
  for (let row = 0; row < modules; row++) {
    for (let column = 0; column < modules; column++) {
      const corner = Math.min(row, modules - 1 - row) < 7 && Math.min(column, modules - 1 - column) < 7 && !(row > 17 && column > 17);
      const ring = Math.max(Math.abs(3 - (row < 7 ? row : modules - 1 - row)), Math.abs(3 - (column < 7 ? column : modules - 1 - column)));
      const dark = corner ? ring !== 2 : (row * 7 + column * 13 + ((row * column) % 5)) % 3 === 0;
      if (dark) box('#000000', CODE.x + column * module, CODE.y + row * module, module + 0.5, module + 0.5);
    }
  }
  return { width, height, rgba: pen.getImageData(0, 0, width, height).data };
}

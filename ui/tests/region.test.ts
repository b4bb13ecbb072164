import { describe, expect, it } from 'vitest';
import { around, keyed, middle, moved, placed, SMALLEST, spanned, toPicture, toView } from '../src/lib/screen/region';

const picture = { width: 1000, height: 500 };
const key = (name: string, modifiers: { shiftKey?: boolean; ctrlKey?: boolean } = {}) => ({ key: name, shiftKey: false, ctrlKey: false, ...modifiers });

describe('a picture in a view', () => {
  it('is shown whole, in the middle', () => {
    expect(placed(picture, { width: 500, height: 500 })).toEqual({ scale: 0.5, left: 0, top: 125 });
    expect(placed(picture, { width: 2000, height: 500 })).toEqual({ scale: 1, left: 500, top: 0 });
  });

  it('has a point for every point of the view', () => {
    const at = placed(picture, { width: 500, height: 500 });
    expect(toPicture({ x: 250, y: 250 }, at, picture)).toEqual({ x: 500, y: 250 });
    expect(toPicture({ x: -9, y: 499 }, at, picture), 'the nearest edge').toEqual({ x: 0, y: 500 });
    const region = { x: 100, y: 50, width: 40, height: 20 };
    expect(toView(region, at)).toEqual({ x: 50, y: 150, width: 20, height: 10 });
  });
});

describe('a region', () => {
  it('spans two corners in any order, in whole pixels', () => {
    const expected = { x: 10, y: 20, width: 31, height: 11 };
    expect(spanned({ x: 10.4, y: 20 }, { x: 40.2, y: 30.1 })).toEqual(expected);
    expect(spanned({ x: 40.2, y: 30.1 }, { x: 10.4, y: 20 })).toEqual(expected);
  });

  it('starts in the middle, even of a tiny picture', () => {
    expect(middle(picture)).toEqual({ x: 333, y: 166, width: 333, height: 167 });
    expect(middle({ width: 9, height: 9 })).toEqual({ x: 0, y: 0, width: 9, height: 9 });
  });

  it('never leaves the picture', () => {
    const region = { x: 900, y: 400, width: 100, height: 100 };
    expect(moved(region, { x: 50, y: -450 }, picture)).toEqual({ ...region, y: 0 });
    expect(around({ x: 5, y: 495 }, region, picture)).toEqual({ ...region, x: 0, y: 400 });
  });

  const from = { x: 500, y: 200, width: 100, height: 100 };
  it.each([
    ['moves', key('ArrowLeft'), { ...from, x: 483 }],
    ['moves by a pixel', key('ArrowDown', { ctrlKey: true }), { ...from, y: 201 }],
    ['grows', key('ArrowRight', { shiftKey: true }), { ...from, width: 117 }],
    ['shrinks by a pixel', key('ArrowUp', { shiftKey: true, ctrlKey: true }), { ...from, height: 99 }],
    ['leaves other keys alone', key('Tab'), null],
  ])('%s by key', (_, pressed, expected) => {
    expect(keyed(pressed, from, picture)).toEqual(expected);
  });

  it('keeps a size that can be seen', () => {
    let region = from;
    for (let step = 0; step < 20; step++) region = keyed(key('ArrowLeft', { shiftKey: true }), region, picture) ?? region;
    expect(region).toEqual({ ...from, width: SMALLEST });
  });
});

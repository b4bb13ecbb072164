import type { ScreenRegion } from '../backend/types';

export type Point = { x: number; y: number };
export type Size = { width: number; height: number };

/** How a picture lies in a view, in the view's pixels. */
export type Placed = { left: number; top: number; scale: number };

/** The smallest region, in pixels of the picture. */
export const SMALLEST = 16;

/** The whole picture in the middle of the view, as large as it goes. */
export function placed(picture: Size, view: Size): Placed {
  const scale = Math.min(view.width / picture.width, view.height / picture.height);
  return { scale, left: (view.width - picture.width * scale) / 2, top: (view.height - picture.height * scale) / 2 };
}

/** A point of the view in the picture; outside of it, the nearest one on its edge. */
export function toPicture(point: Point, at: Placed, picture: Size): Point {
  return {
    x: between(0, (point.x - at.left) / at.scale, picture.width),
    y: between(0, (point.y - at.top) / at.scale, picture.height),
  };
}

/** A region of the picture in the view. */
export function toView(region: ScreenRegion, at: Placed): ScreenRegion {
  return {
    x: at.left + region.x * at.scale,
    y: at.top + region.y * at.scale,
    width: region.width * at.scale,
    height: region.height * at.scale,
  };
}

/** The region between two corners, in whole pixels. */
export function spanned(one: Point, other: Point): ScreenRegion {
  const x = Math.floor(Math.min(one.x, other.x));
  const y = Math.floor(Math.min(one.y, other.y));
  return { x, y, width: Math.ceil(Math.max(one.x, other.x)) - x, height: Math.ceil(Math.max(one.y, other.y)) - y };
}

/** Where the keyboard starts: the middle third. */
export function middle(picture: Size): ScreenRegion {
  const [width, height] = [third(picture.width), third(picture.height)];
  return { x: Math.floor((picture.width - width) / 2), y: Math.floor((picture.height - height) / 2), width, height };
}

/** The region somewhere else, and not beyond the picture. */
export function moved(region: ScreenRegion, by: Point, picture: Size): ScreenRegion {
  return {
    ...region,
    x: between(0, region.x + by.x, picture.width - region.width),
    y: between(0, region.y + by.y, picture.height - region.height),
  };
}

/** The region with its right and lower edge somewhere else, and not beyond the picture. */
export function sized(region: ScreenRegion, by: Point, picture: Size): ScreenRegion {
  return {
    ...region,
    width: between(Math.min(SMALLEST, picture.width - region.x), region.width + by.x, picture.width - region.x),
    height: between(Math.min(SMALLEST, picture.height - region.y), region.height + by.y, picture.height - region.y),
  };
}

/** The region with this point in its middle, as far as the picture goes. */
export function around(point: Point, region: ScreenRegion, picture: Size): ScreenRegion {
  const corner = { x: Math.round(point.x - region.width / 2), y: Math.round(point.y - region.height / 2) };
  return moved({ ...region, ...corner }, { x: 0, y: 0 }, picture);
}

const ARROWS: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** What a key does to the region; null for all but arrows. */
export function keyed(
  { key, shiftKey, ctrlKey }: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey'>,
  region: ScreenRegion,
  picture: Size,
): ScreenRegion | null {
  const arrow = ARROWS[key];
  if (!arrow) return null;
  const step = ctrlKey ? 1 : Math.max(8, Math.round(Math.max(picture.width, picture.height) / 60));
  const by = { x: arrow.x * step, y: arrow.y * step };
  return shiftKey ? sized(region, by, picture) : moved(region, by, picture);
}

function third(length: number): number {
  return Math.max(Math.min(SMALLEST, length), Math.round(length / 3));
}

function between(least: number, value: number, most: number): number {
  return Math.max(least, Math.min(value, most));
}

import { error } from './faults';
import type { World } from './world';

export const FAKE_PASSWORD = 'correct horse battery';

/** How long the next try must wait, ms. */
export function passwordWait(world: World, now: number): number {
  return Math.max(0, world.waitUntil - now);
}

/** Throws unless it is the vault's password; every place that asks for it shares the wait that wrong ones cost. */
export function checkPassword(world: World, password: string, now: number): void {
  const wait = passwordWait(world, now);
  if (wait > 0) throw error('unlock_wait', 'too many tries', null, wait);
  if (world.slots.some((slot) => slot.password !== null && slot.password === password)) {
    world.wrongTries = 0;
    return;
  }
  world.wrongTries += 1;
  const pause = world.wrongTries < 2 ? 0 : Math.min(60_000, 1000 * 2 ** (world.wrongTries - 2));
  world.waitUntil = now + pause;
  throw error('wrong_password', "that password doesn't open this vault", null, pause || null);
}

import type { Route } from '../lib/app.svelte';
import { Later } from '../lib/later.svelte';

/** The screens of the open vault but the list of codes, which is there from the start. They hold nothing of a vault, so they outlive a lock. */
export const screens = new Later({
  accounts: () => import('./Accounts.svelte'),
  add: () => import('./Add.svelte'),
  review: () => import('./Review.svelte'),
  organisation: () => import('./Organisation.svelte'),
  settings: () => import('./Settings.svelte'),
  protect: () => import('./Protect.svelte'),
  connect: () => import('./Connect.svelte'),
  doctor: () => import('./Doctor.svelte'),
  camera: () => import('./Camera.svelte'),
  region: () => import('./Region.svelte'),
  trash: () => import('./Trash.svelte'),
} satisfies Record<Exclude<Route['name'], 'codes'>, unknown>);

/** Whether the screen of this route can be shown now. */
export const isThere = ({ name }: Route): boolean => name === 'codes' || screens.view(name) !== undefined;

/** What a screen is given: all of its route but the name. */
export function propsOf(route: Route): Record<string, unknown> {
  return Object.fromEntries(Object.entries(route).filter(([key]) => key !== 'name'));
}

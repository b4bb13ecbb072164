import { accounts, protect, recovery } from './messages/accounts';
import { add, codes, review } from './messages/codes';
import { organisation } from './messages/organisation';
import { app, create, error, keys, lock, nav, settings, ticks } from './messages/shell';

/** Every sentence of the interface, by screen and element. Names and numbers are parameters. */
export const m = {
  app, nav, error, ticks, create, lock, codes, add, review, accounts, protect, recovery, organisation, settings, keys,
} as const;

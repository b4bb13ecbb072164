import { accounts, protect, recovery } from './messages/accounts';
import { camera } from './messages/camera';
import { backups, check, exporting, restore } from './messages/backups';
import { add, codes, review, transfer } from './messages/codes';
import { edit, entries, trash, unreadable } from './messages/entries';
import { doctor } from './messages/doctor';
import { factor } from './messages/factor';
import { organisation } from './messages/organisation';
import { app, create, error, keys, lock, nav, settings, ticks } from './messages/shell';
import { screen } from './messages/screen';
import { ssh } from './messages/ssh';
import { damaged, history, kit, kitUnlock, locking, lockReason, newKey, unlocking } from './messages/vault';

/** Every sentence of the interface, by screen and element. Names and numbers are parameters. */
export const m = {
  app, nav, error, ticks, create, lock, codes, add, camera, review, transfer, accounts, ssh, protect, recovery, factor, organisation, doctor, settings, keys,
  entries, edit, trash, unreadable, screen,
  lockReason, kitUnlock, damaged, unlocking, kit, newKey, locking, history, backups, check, restore, exporting,
} as const;

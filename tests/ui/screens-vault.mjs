// The screens and dialogs that keep the vault: settings by section, unlocking by kit, a damaged vault.
import { PASSWORD } from './harness.mjs';

const SECOND = 'second battery horse';
const everything = { fake: 'filled', passwords: '2', keyring: '1', kit: '1' };

const settings = (section, ...then) => async (ui) => {
  await ui.click('nav-settings');
  await ui.see('slot');
  await ui.see('backup-now');
  await ui.see('history-record');
  const heading = ui.page.locator(`#settings-${section}`);
  await heading.evaluate((element) => element.scrollIntoView({ block: 'start' }));
  for (const step of then) await step(ui);
};
const click = (id) => (ui) => ui.click(id);
const see = (id) => (ui) => ui.see(id);
const fill = (id, text) => (ui) => ui.fill(id, text);
const menu = (nth, item) => async (ui) => {
  await ui.id('slot-more').nth(nth).click();
  await ui.click(item);
};

export async function openKit(ui) {
  await settings('unlocking', click('make-kit'), fill('confirm-password', PASSWORD), click('kit-make'), see('kit-words'))(ui);
}

export const VAULT_SCREENS = [
  { name: 'settings-top', query: everything, to: settings('appearance') },
  { name: 'settings-unlocking', query: everything, to: settings('unlocking') },
  { name: 'settings-locking', query: { fake: 'filled' }, to: settings('locking', click('idle-0'), see('idle-never')) },
  { name: 'settings-locking-unsupported', query: { fake: 'filled', supported: '0' }, to: settings('locking') },
  { name: 'settings-backups', query: { fake: 'filled' }, to: settings('backups') },
  { name: 'settings-backups-none', query: { fake: 'filled', backups: '0', folder: 'unwritable' }, to: settings('backups', click('backup-now'), see('error-note')) },
  { name: 'settings-export', query: { fake: 'filled' }, to: settings('export') },
  { name: 'settings-history', query: { fake: 'filled' }, to: settings('history') },
  { name: 'slot-menu', query: everything, to: settings('unlocking', async (ui) => { await ui.id('slot-more').first().click(); await ui.see('slot-change'); }) },
  { name: 'slot-rename', query: everything, to: settings('unlocking', menu(1, 'slot-rename'), see('rename-slot-dialog')) },
  { name: 'slot-remove', query: everything, to: settings('unlocking', menu(1, 'slot-remove'), fill('confirm-password', 'wrong'), click('confirm-submit'), async (ui) => ui.page.locator('[role=alert]').waitFor()) },
  { name: 'slot-remove-last', query: { fake: 'filled' }, to: settings('unlocking', menu(0, 'slot-remove'), see('last-password-dialog')) },
  { name: 'slot-add', query: { fake: 'filled' }, to: settings('unlocking', click('add-password'), fill('slot-name', 'Laptop'), fill('new-password', 'orange kettle 9 lamp'), fill('new-password-repeat', 'orange kettle'), click('add-password-submit')) },
  { name: 'slot-change', query: { fake: 'filled' }, to: settings('unlocking', menu(0, 'slot-change'), see('change-password-dialog')) },
  { name: 'kit-ask', query: { fake: 'filled' }, to: settings('unlocking', click('make-kit'), see('kit-dialog')) },
  { name: 'kit-words', query: { fake: 'filled' }, to: async (ui) => { await openKit(ui); await ui.click('kit-save'); await ui.see('kit-saved'); await ui.click('kit-done'); } },
  { name: 'kit-leave', query: { fake: 'filled' }, to: async (ui) => { await openKit(ui); await ui.press('Escape'); await ui.see('kit-stay'); } },
  { name: 'new-key', query: everything, to: settings('unlocking', click('new-key'), async (ui) => { await ui.id('new-key-password').first().fill(PASSWORD); await ui.see('new-key-goes'); }) },
  { name: 'new-key-working', query: { ...everything, newkey: '60000' }, to: settings('unlocking', click('new-key'), async (ui) => { await ui.id('new-key-password').first().fill(PASSWORD); await ui.id('new-key-password').nth(1).fill(SECOND); await ui.click('new-key-submit'); await ui.page.waitForTimeout(100); }) },
  { name: 'new-key-kit', query: everything, to: settings('unlocking', click('new-key'), async (ui) => { await ui.id('new-key-password').first().fill(PASSWORD); await ui.click('new-key-submit'); await ui.see('kit-words'); }) },
  { name: 'new-key-done', query: { fake: 'filled' }, to: settings('unlocking', click('new-key'), fill('new-key-password', PASSWORD), click('new-key-submit'), see('new-key-done')) },
  { name: 'restore-preview', query: { fake: 'filled' }, to: settings('backups', click('backup-restore'), see('difference')) },
  { name: 'restore-everything', query: { fake: 'filled' }, to: settings('backups', click('backup-restore'), click('restore-everything'), see('restore-loss')) },
  { name: 'restore-same', query: { fake: 'filled', difference: 'none' }, to: settings('backups', click('backup-restore'), see('difference')) },
  { name: 'restore-password', query: { fake: 'filled', picked: 'own' }, to: settings('backups', click('restore-file'), fill('restore-password', 'wrong'), click('restore-open'), async (ui) => ui.page.locator('[role=alert]').waitFor()) },
  { name: 'restore-foreign', query: { fake: 'filled', picked: 'foreign' }, to: settings('backups', click('restore-file'), see('error-note')) },
  { name: 'check-findings', query: { fake: 'filled' }, to: settings('backups', click('check-vault'), see('finding')) },
  { name: 'check-fine', query: { fake: 'filled', check: 'ok' }, to: settings('backups', click('check-vault'), see('finding')) },
  { name: 'export-encrypted', query: { fake: 'filled' }, to: settings('export', click('export-open'), fill('export-passphrase', 'correct kettle lamp orbit')) },
  { name: 'export-plain', query: { fake: 'filled' }, to: settings('export', click('export-plain-open'), click('export-plain-submit'), async (ui) => ui.page.locator('[role=alert]').waitFor()) },
  { name: 'backup-failed', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.event({ kind: 'backup_failed', error: { code: 'backup_folder_unusable', message: '/media/usb/Deskfob cannot be written to', hint: 'choose another folder', retryAfterMs: null } }); await ui.see('backup-failed'); } },
  { name: 'lock-idle', query: { fake: 'filled', kit: '1', keyring: '1' }, to: async (ui) => { await ui.see('code-row'); await ui.lock('idle'); await ui.see('unlock-password'); } },
  { name: 'lock-kit', query: { fake: 'locked', kit: '1' }, to: async (ui) => { await ui.click('unlock-kit'); await ui.fill('kit-text', '1. walnut 2. canyon'); await ui.click('kit-unlock'); await ui.page.locator('[role=alert]').waitFor(); } },
  { name: 'lock-keyring-denied', query: { fake: 'locked', keyring: '1', keyringfault: 'denied' }, to: async (ui) => { await ui.click('unlock-keyring'); await ui.see('error-note'); } },
  { name: 'damaged-repair', query: { fake: 'damaged' }, to: async (ui) => { await ui.click('damaged-repair'); await ui.see('repair-dialog'); } },
  { name: 'damaged-repair-refused', query: { fake: 'damaged', repair: 'refused' }, to: async (ui) => { await ui.click('damaged-repair'); await ui.fill('confirm-password', PASSWORD); await ui.click('confirm-submit'); await ui.see('error-note'); } },
  { name: 'damaged-no-repair', query: { fake: 'damaged', repair: 'no' }, ready: 'damaged-restore' },
  { name: 'damaged-restore', query: { fake: 'damaged' }, to: async (ui) => { await ui.click('damaged-restore'); await ui.fill('restore-password', PASSWORD); await ui.click('restore-open'); await ui.see('restore-everything'); } },
];

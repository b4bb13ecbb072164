// Dialogs whose work is under way: they stay until it is known how it ended.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD } from './harness.mjs';
import { jobs } from './jobs.mjs';
import { card, take } from './screens-factor.mjs';

const job = jobs();
const SLOW_MS = 1500;
const slow = (...methods) => ({ slow: methods.map((method) => `${method}:${SLOW_MS}`).join(',') });
const on = { fake: 'filled', mfa: 'on' };

/** Neither Escape, the cross nor the button closes it. */
async function stays(ui, dialog) {
  const at = ui.id(dialog);
  await ui.press('Escape');
  await at.getByRole('button', { name: 'Close', exact: true }).last().click();
  await at.getByRole('button', { name: /^(Cancel|Close)$/ }).first().click();
  assert.equal(await at.count(), 1, `${dialog} was closed while its work went on`);
}
const settings = async (ui) => {
  await ui.click('nav-settings');
  await ui.see('slot');
};

describe('a dialog stays while its work goes on', () => {
  job('signing out, whose warning must be seen', { ...on, revoke: 'no', ...slow('accountSignOut') }, async (ui) => {
    await take(ui, 'account-sign-out');
    await ui.click('sign-out-confirm');
    await stays(ui, 'sign-out-dialog');
    await ui.see('sign-out-left');
    await ui.click('sign-out-done');
    await ui.gone('sign-out-dialog');
  });

  job('the keyring', { fake: 'filled', ...slow('vaultKeyring') }, async (ui) => {
    await settings(ui);
    await ui.click('keyring-toggle');
    await ui.fill('keyring-password', PASSWORD);
    await ui.click('keyring-confirm');
    await stays(ui, 'keyring-dialog');
    await ui.gone('keyring-dialog');
    assert.match(await ui.id('notice').innerText(), /The system keyring opens the vault now/);
  });

  job('a new name', { fake: 'filled', ...slow('slotRename') }, async (ui) => {
    await settings(ui);
    await ui.click('slot-more');
    await ui.click('slot-rename');
    await ui.fill('slot-name', 'Laptop');
    await ui.click('rename-slot-save');
    await stays(ui, 'rename-slot-dialog');
    await ui.gone('rename-slot-dialog');
    assert.match(await ui.id('slot').innerText(), /Laptop/);
  });

  job('OpenSSH’s configuration', { ...on, ssh: 'valid', ...slow('sshConfigure') }, async (ui) => {
    await card(ui);
    await ui.click('ssh-configure');
    await ui.click('ssh-config-add');
    await stays(ui, 'ssh-config-dialog');
    await ui.gone('ssh-config-dialog');
    assert.match(await ui.id('notice').innerText(), /OpenSSH uses the certificate now/);
  });

  job('recovery codes, shown and confirmed', { ...on, ack: '0', ...slow('recoveryCodesReveal', 'recoveryCodesAcknowledge') }, async (ui) => {
    await card(ui);
    await ui.click('recovery-show');
    await ui.fill('recovery-password', PASSWORD);
    await ui.click('recovery-reveal');
    await stays(ui, 'recovery-dialog');
    await ui.click('recovery-acknowledge');
    await stays(ui, 'recovery-dialog');
    await ui.gone('recovery-dialog');
  });

  job('a new set of recovery codes', { ...on, ...slow('recoveryCodesAcknowledge') }, async (ui) => {
    await take(ui, 'recovery-new');
    await ui.fill('new-codes-password', PASSWORD);
    await ui.click('new-codes-make');
    await ui.click('new-codes-done');
    await stays(ui, 'new-codes');
    await ui.gone('new-codes');
  });

  job('a setup that is discarded', { fake: 'filled', enrol: 'proposed', ...slow('enrolDiscard') }, async (ui) => {
    await ui.click('enrolment-finish');
    await ui.click('enrol-discard');
    await ui.click('discard-confirm');
    await stays(ui, 'discard-dialog');
    await ui.gone('discard-dialog');
    await ui.see('account-card');
  });

  job('requiring MFA of an organisation', { ...on, ...slow('orgEnforce') }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    await ui.click('enforce-toggle');
    await ui.click('enforce-confirm');
    await stays(ui, 'enforce-dialog');
    await ui.gone('enforce-dialog');
  });

  job('what is deleted for good', { fake: 'filled', trash: '3', ...slow('entryPurge') }, async (ui) => {
    await ui.click('list-menu-open');
    await ui.click('trash-open');
    await ui.click('trash-purge');
    await ui.click('trash-confirm');
    await stays(ui, 'trash-dialog');
    await ui.gone('trash-dialog');
  });
});

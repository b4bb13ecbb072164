// SSH certificates on the account's card: made, refreshed, OpenSSH told and untold.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { openBrowser, openPage, serve, tabTo } from './harness.mjs';

let server;
let browser;
before(async () => {
  server = await serve();
  browser = await openBrowser();
});
after(async () => {
  await browser.close();
  await server.close();
});

async function accounts(query, options) {
  const ui = await openPage(browser, server.url, { fake: 'filled', mfa: 'on', ...query }, options);
  await ui.click('nav-accounts');
  await ui.see('ssh-status');
  return ui;
}
const state = (ui) => ui.id('ssh-status').getAttribute('data-state');
const said = (ui) => ui.id('ssh-status').innerText();

test('a certificate is made and OpenSSH is told, by keyboard alone', async () => {
  const ui = await accounts({});
  assert.equal(await state(ui), 'none');
  assert.equal(await ui.id('ssh-configure').count(), 0, 'nothing to tell OpenSSH of');
  await tabTo(ui, 'ssh-refresh', 60);
  await ui.press('Enter');
  await ui.see('ssh-configure');
  assert.equal(await state(ui), 'valid');
  assert.match(await said(ui), /Valid · with MFA · until \d\d:\d\d/);
  assert.match(await said(ui), /OpenSSH does not use it yet/);

  await tabTo(ui, 'ssh-configure', 60);
  await ui.press('Enter');
  await ui.see('ssh-config-dialog');
  assert.match(await ui.id('ssh-block').innerText(), /^# BEGIN Deskfob[^]*Include[^]*# END Deskfob$/);
  await tabTo(ui, 'ssh-config-add');
  await ui.press('Enter');
  await ui.gone('ssh-config-dialog');
  assert.match(await said(ui), /ssh and git show it to \*\.platform\.sh and \*\.upsun\.com/);

  await ui.click('ssh-configure');
  await ui.click('ssh-config-remove');
  await ui.gone('ssh-config-dialog');
  assert.match(await said(ui), /OpenSSH does not use it yet/);
  assert.deepEqual(ui.problems, []);
  await ui.close();
});

test('what fails is told and leaves everything as it was', async () => {
  const ui = await accounts({ ssh: 'lacks_mfa', fail: 'sshRefresh:500:1,sshConfigure:disk_full:1' });
  await ui.click('ssh-refresh');
  await ui.see('error-note');
  assert.equal(await state(ui), 'lacks_mfa');
  await ui.click('ssh-configure');
  await ui.click('ssh-config-add');
  await ui.id('ssh-config-dialog').locator('[data-testid="error-note"]').waitFor();
  await ui.press('Escape');
  await ui.click('ssh-refresh');
  await ui.page.locator('[data-testid="ssh-status"][data-state="valid"]').waitFor();
  await ui.close();
});

test('every state has words and no problem of accessibility, light and dark', async () => {
  for (const theme of ['light', 'dark']) {
    for (const each of ['none', 'unreadable', 'not_yet', 'valid', 'due', 'lacks_mfa', 'expired']) {
      const ui = await accounts({ ssh: each, sshconfig: 'open' }, { theme });
      assert.equal(await state(ui), each);
      assert.doesNotMatch(await said(ui), /undefined|NaN|null/, each);
      assert.deepEqual(await ui.violations(), [], `${theme} ${each}`);
      assert.deepEqual(ui.problems, [], each);
      await ui.close();
    }
  }
});

test('after enrolment and a new sign-in the last step refreshes them', async () => {
  const ui = await openPage(browser, server.url, { fake: 'filled', ssh: 'due' });
  await ui.click('nav-accounts');
  await ui.click('protect-start');
  await ui.click('enrol-begin');
  await ui.click('enrol-add');
  await ui.click('enrol-use-current');
  await ui.click('enrol-finish');
  await ui.see('protect-done');
  assert.equal(await ui.id('ssh-refresh').count(), 0, 'a certificate of the old session would lack MFA');
  await ui.click('session-renew');
  await ui.see('ssh-refresh');
  assert.equal(await ui.id('ssh-refresh').innerText(), 'Refresh SSH credentials');
  await ui.click('ssh-refresh');
  await ui.page.locator('[data-testid="ssh-status"][data-state="valid"]').waitFor();
  assert.match(await said(ui), /with MFA/);
  await ui.close();
});

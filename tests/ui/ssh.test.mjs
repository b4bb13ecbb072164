// SSH certificates on the account's card: made, refreshed, OpenSSH told and untold, the official command line.
import { describe } from 'node:test';
import assert from 'node:assert/strict';
import { tabTo } from './harness.mjs';
import { jobs, open } from './jobs.mjs';

const accounts = async (ui) => {
  await ui.click('nav-accounts');
  await ui.see('ssh-status');
};
const job = jobs({ query: { fake: 'filled', mfa: 'on' }, begin: accounts });
const state = (ui) => ui.id('ssh-status').getAttribute('data-state');
const becomes = (ui, wanted) => ui.page.locator(`[data-testid="ssh-status"][data-state="${wanted}"]`).waitFor();
const said = (ui) => ui.id('ssh-status').innerText();

describe('a certificate', () => {
  jobs({ query: { fake: 'filled', mfa: 'on', fail: 'sshStatus:500:1' }, begin: (ui) => ui.click('nav-accounts') })(
    'that could not be looked at is, as soon as it can be', {}, async (ui) => {
      await ui.see('error-note');
      await ui.event({ kind: 'accounts_changed' });
      await ui.see('ssh-status');
      await ui.gone('error-note');
    });

  job('is made and OpenSSH is told, by keyboard alone', {}, async (ui) => {
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
  });

  job('is as it was when something fails, and that is told', { ssh: 'lacks_mfa', fail: 'sshRefresh:500:1,sshConfigure:disk_full:1' }, async (ui) => {
    await ui.click('ssh-refresh');
    await ui.see('error-note');
    assert.equal(await state(ui), 'lacks_mfa');
    await ui.click('ssh-configure');
    await ui.click('ssh-config-add');
    await ui.id('ssh-config-dialog').locator('[data-testid="error-note"]').waitFor();
    await ui.press('Escape');
    await ui.click('ssh-refresh');
    await becomes(ui, 'valid');
  });

  for (const theme of ['light', 'dark']) {
    for (const each of ['none', 'unreadable', 'not_yet', 'valid', 'due', 'lacks_mfa', 'expired']) {
      job(`has words when it is ${each}, and no problem of accessibility, ${theme}`, { ssh: each, sshconfig: 'open' }, async (ui) => {
        assert.equal(await state(ui), each);
        assert.doesNotMatch(await said(ui), /undefined|NaN|null/);
        assert.deepEqual(await ui.violations(), []);
      }, { theme });
    }
  }
});

jobs()('after enrolment and a new sign-in the last step refreshes the certificate', { fake: 'filled', ssh: 'due' }, async (ui) => {
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
  await becomes(ui, 'valid');
  assert.match(await said(ui), /with MFA/);
});

describe('the official command line', () => {
  const upsun = { platform: 'Upsun', cli: 'upsun' };
  const kept = (ui) => ui.id('command-line-state').innerText();

  job('is offered where the platform has one', {}, async (ui) => {
    assert.equal(await ui.id('command-line-open').count(), 0, 'the sandbox has none');
    const other = await open({ fake: 'filled', mfa: 'on', ...upsun });
    await accounts(other);
    await other.see('command-line-open');
    await other.close();
  });

  job('signs in, and its words and its certificate are shown, by keyboard', upsun, async (ui) => {
    await tabTo(ui, 'command-line-open', 60);
    await ui.press('Enter');
    await ui.see('command-line');
    assert.equal(await kept(ui), 'None');
    await tabTo(ui, 'command-line-sign-in');
    await ui.press('Enter');
    await ui.see('command-line-waiting');
    assert.match(await ui.said(), /Waiting for your browser/);
    assert.match(await ui.id('command-line-said').innerText(), /http:\/\/127\.0\.0\.1:5000/);
    await ui.see('command-line-done');
    assert.match(await ui.said(), /upsun has signed in/);
    assert.match(await ui.id('command-line-said').innerText(), /A new SSH certificate has been generated/);
    assert.match(await kept(ui), /^Valid · with MFA · until \d\d:\d\d$/);
    assert.equal(await state(ui), 'none', 'Deskfob made none');
    await ui.press('Escape');
    await ui.gone('command-line');
    await ui.focused('command-line-open');
    await ui.click('command-line-open');
    assert.equal(await ui.id('command-line-said').count(), 0, 'what was said the last time is gone');
    assert.match(await kept(ui), /^Valid/);
  });

  job('gives up: that is told, with what it said', { ...upsun, clilogin: 'fails', clissh: 'expired' }, async (ui) => {
    await ui.click('command-line-open');
    assert.equal(await kept(ui), 'Expired');
    await ui.click('command-line-sign-in');
    await ui.page.locator('[data-testid=error-note][data-code=command_line_failed]').waitFor();
    assert.match(await ui.id('command-line-said').innerText(), /Failed to get an authorization code/);
    assert.equal(await kept(ui), 'Expired');
    assert.equal(await ui.id('command-line-done').count(), 0);
  });

  job('is cancelled, with the button and by closing', { ...upsun, signin: '60000' }, async (ui) => {
    await ui.click('command-line-open');
    await ui.click('command-line-sign-in');
    await ui.click('command-line-cancel');
    await ui.gone('command-line-waiting');
    assert.match(await ui.said(), /The sign-in was cancelled/);
    assert.equal(await ui.id('error-note').count(), 0);
    await ui.click('command-line-sign-in');
    await ui.see('command-line-waiting');
    await ui.press('Escape');
    await ui.gone('command-line');
    assert.equal(await ui.id('error-note').count(), 0);
  });

  job('is not set up: what to do, and nothing to press', { platform: 'Platform.sh' }, async (ui) => {
    await ui.click('command-line-open');
    assert.match(await ui.id('command-line').innerText(), /Neither upsun nor platform is set up on this computer/);
    assert.equal(await ui.id('command-line-sign-in').count(), 0);
  });

  job('leaves nothing behind when the vault locks', { ...upsun, signin: '60000' }, async (ui) => {
    await ui.click('command-line-open');
    await ui.click('command-line-sign-in');
    await ui.see('command-line-said');
    await ui.lock();
    await ui.see('unlock-password');
    assert.doesNotMatch(await ui.html(), /127\.0\.0\.1:5000/);
  });
});

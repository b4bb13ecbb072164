// The doctor: by keyboard, with its checks one by one, and nothing of an older text.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';
import { doctor, NEEDS_MFA, NEEDS_SSO } from './screens.mjs';

const job = jobs();

const remedies = (ui) => ui.page.locator('[data-testid=doctor-step]').evaluateAll((steps) => steps.map((step) => step.dataset.remedy));
const facts = (ui) => ui.page.locator('[data-testid=doctor-fact]');

describe('the doctor', () => {
  job('from a pasted error to turning on MFA, by keyboard alone', { fake: 'filled' }, async (ui) => {
    await ui.see('code-row');
    await tabTo(ui, 'nav-doctor');
    await ui.press('Enter');
    await ui.see('doctor-text');
    await tabTo(ui, 'doctor-text');
    await ui.page.keyboard.insertText(NEEDS_MFA);
    await tabTo(ui, 'doctor-read');
    await ui.press('Enter');
    await ui.see('doctor-finding');
    await facts(ui).nth(4).waitFor();
    assert.deepEqual(await remedies(ui), ['enrol', 'sign_in', 'new_certificate'], 'MFA is off');
    await tabTo(ui, 'doctor-act');
    await ui.press('Enter');
    await ui.see('enrol-begin');
  });

  job('with MFA on, one click signs in as it was asked', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-finding')(ui);
    await facts(ui).nth(4).waitFor();
    assert.deepEqual(await remedies(ui), ['sign_in', 'new_certificate']);
    await ui.click('doctor-act');
    await ui.see('notice');
    assert.match(await ui.id('notice').innerText(), /Signed in again/);
  });

  job('single sign-on: codes do not help, and it says so', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await doctor(NEEDS_SSO, 'doctor-no-codes')(ui);
    assert.deepEqual(await remedies(ui), ['sign_in', 'new_certificate']);
    assert.match(await ui.id('doctor-todo').innerText(), /does not help/);
  });

  job('where OpenSSH shows another certificate, one click shows what to write', { fake: 'filled', mfa: 'on', ssh: 'valid', remedy: 'tell_openssh' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-finding')(ui);
    await facts(ui).nth(4).waitFor();
    await ui.click('doctor-act');
    await ui.click('ssh-config-add');
    await ui.gone('ssh-config-dialog');
    assert.match(await ui.id('notice').innerText(), /OpenSSH uses the certificate now/);
  });

  job('where it shows the one of the command line, one click opens that one’s sign-in', { fake: 'filled', mfa: 'on', platform: 'Upsun', cli: '1', remedy: 'sign_in_by_command_line' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-finding')(ui);
    await facts(ui).nth(4).waitFor();
    await ui.click('doctor-act');
    await ui.see('command-line');
    await ui.click('command-line-close');
    await ui.gone('command-line');
  });

  job('checks come one by one', { fake: 'filled', check: '400' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-checks')(ui);
    await facts(ui).nth(0).waitFor();
    assert.ok((await facts(ui).count()) < 5, 'not all at once');
    await facts(ui).nth(4).waitFor();
  });

  const BEFORE_MFA = 'The API token was made before MFA was turned on';

  job('a platform without a page that is known is named in words', { fake: 'filled', mfa: 'on', platform: 'Staging', console: 'no' }, async (ui) => {
    await doctor(BEFORE_MFA, 'doctor-finding')(ui);
    await ui.click('doctor-act');
    await ui.see('doctor-no-page');
    assert.match(await ui.id('doctor-no-page').innerText(), /where Staging’s own page is\. Open it in your browser/);
  });

  job('a page that was opened needs no words', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await doctor(BEFORE_MFA, 'doctor-finding')(ui);
    await facts(ui).nth(4).waitFor();
    await ui.click('doctor-act');
    await ui.until(() => document.querySelector('[data-testid=doctor-act]')?.getAttribute('aria-busy') === null);
    assert.equal(await ui.id('doctor-no-page').count(), 0);
    assert.equal(await ui.id('doctor-skipped').count(), 0);
  });

  job('says how much of a long log was not looked at', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-doctor');
    await ui.fill('doctor-text', `${'x'.repeat((1 << 20) + 4096 - NEEDS_MFA.length - 1)}\n${NEEDS_MFA}`);
    await ui.click('doctor-read');
    await ui.see('doctor-skipped');
    assert.match(await ui.id('doctor-skipped').innerText(), /^The first 4\s?.+ were not looked at\.$/);
  });

  job('what cannot be known is said, and no step is left out for it', { fake: 'filled', offline: '1' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-finding')(ui);
    await facts(ui).nth(4).waitFor();
    assert.equal(await ui.page.locator('[data-testid=doctor-fact][data-state=unknown]').count(), 3);
    assert.deepEqual(await remedies(ui), ['enrol', 'sign_in', 'new_certificate']);
    assert.match(await ui.id('doctor-step').first().innerText(), /if MFA is off/);
  });

  job('an unknown text, an empty one, and nothing left of an older one', { fake: 'filled' }, async (ui) => {
    await doctor(NEEDS_MFA, 'doctor-finding')(ui);
    await ui.fill('doctor-text', 'Everything up-to-date');
    await ui.click('doctor-read');
    await ui.see('doctor-unknown');
    await ui.gone('doctor-finding');
    await ui.click('doctor-clear');
    await ui.gone('doctor-unknown');
    await ui.click('doctor-read');
    await ui.page.getByText('Paste the error first.').waitFor();
  });
});

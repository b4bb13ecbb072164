// What happens to an account's MFA after it was turned on: by keyboard, when the platform wants more, when it fails.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD, tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';
import { card, otherApp, take } from './screens-factor.mjs';

const job = jobs();

const on = { fake: 'filled', mfa: 'on' };
const mfa = (ui) => ui.id('account-mfa').getAttribute('data-status');
const finding = (ui) => ui.id('account-factor').getAttribute('data-finding');
const becomes = (ui, testid, attribute, value) =>
  ui.page.waitForFunction(([id, name, wanted]) => document.querySelector(`[data-testid="${id}"]`)?.getAttribute(name) === wanted, [testid, attribute, value]);

describe('turning MFA off', () => {
  job('by keyboard, and the entry goes to the trash', on, async (ui) => {
    await ui.click('nav-accounts');
    await ui.id('account-more').focus();
    await ui.press('Enter');
    await ui.see('factor-withdraw');
    for (let step = 0; (await ui.focus()) !== 'factor-withdraw'; step += 1) {
      assert.ok(step < 12, 'the arrows reach it');
      await ui.press('ArrowDown');
    }
    await ui.press('Enter');
    await ui.see('withdraw-dialog');
    await ui.press('Escape');
    await ui.gone('withdraw-dialog');
    assert.equal(await mfa(ui), 'on', 'Escape changes nothing');
    await take(ui, 'factor-withdraw');
    await ui.id('withdraw-confirm').focus();
    await ui.press('Enter');
    await ui.see('notice');
    assert.match(await ui.id('notice').innerText(), /MFA is off for ada@acme\.example\. The entry is in the trash\./);
    await becomes(ui, 'account-mfa', 'data-status', 'off');
    await ui.see('recovery-doubt');
    await ui.see('protect-start');
  });

  job('without an answer nothing is guessed: the card asks', { ...on, withdraw: 'lost' }, async (ui) => {
    await take(ui, 'factor-withdraw');
    await ui.click('withdraw-confirm');
    await ui.see('error-note');
    assert.equal(await ui.id('withdraw-confirm').count(), 0, 'no second try before the question is settled');
    await ui.click('withdraw-cancel');
    await ui.click('factor-ask');
    await ui.gone('factor-under-way');
    assert.equal(await mfa(ui), 'off');
  });
});

describe('a new secret', () => {
  job('comes with new recovery codes, to print as well', on, async (ui) => {
    await take(ui, 'factor-move');
    await ui.fill('move-password', PASSWORD);
    await ui.click('move-confirm');
    await ui.see('recovery-list');
    assert.equal(await ui.id('recovery-code').count(), 10);
    await ui.page.emulateMedia({ media: 'print' });
    const page = ui.id('recovery-page');
    assert.ok(await page.isVisible(), 'paper gets the page');
    assert.match(await page.innerText(), /Recovery codes[\s\S]*ada@acme\.example/);
    assert.equal(await page.locator('li').count(), 10);
    assert.ok(!(await ui.id('recovery-list').isVisible()), 'and nothing of the window');
    await ui.picture('print-recovery-codes');
    await ui.page.emulateMedia({ media: 'screen' });
    await ui.click('new-codes-done');
    await ui.gone('new-codes');
    assert.equal(await ui.id('recovery-page').count(), 0, 'no code stays in the page');
    assert.equal(await finding(ui), 'taken');
  });

  job('that was interrupted is gone on with, or given up', { ...on, move: 'stuck' }, async (ui) => {
    await take(ui, 'factor-move');
    await ui.fill('move-password', PASSWORD);
    await ui.click('move-confirm');
    await ui.see('error-note');
    await ui.press('Escape');
    await ui.see('factor-go-on');
    assert.equal(await ui.id('protect-start').count(), 0, 'one way on, not two');
    await ui.click('factor-abandon');
    await ui.gone('factor-under-way');
    await ui.see('protect-start');
  });
});

describe('another sign-in', () => {
  job('that the platform wants is asked for, and what was begun goes on', { ...on, stepup: '1', signin: '300' }, async (ui) => {
    await take(ui, 'recovery-new');
    await ui.fill('new-codes-password', PASSWORD);
    await ui.click('new-codes-make');
    await ui.see('step-up');
    assert.match(await ui.id('step-up').innerText(), /with MFA\. The sign-in may be at most 5 minutes old\./);
    await ui.click('step-up-go');
    await ui.see('sign-in-url');
    await ui.see('recovery-list');
    assert.equal(await ui.id('sign-in-waiting').count(), 0);
    assert.equal(await ui.id('recovery-code').count(), 10);
  });

  job('that is declined changes nothing', { ...on, stepup: '1' }, async (ui) => {
    await take(ui, 'factor-withdraw');
    await ui.click('withdraw-confirm');
    await ui.see('step-up');
    await ui.press('Escape');
    await ui.gone('step-up');
    await ui.see('withdraw-dialog');
    assert.equal(await ui.id('error-note').getAttribute('data-code'), 'sign_in_cancelled');
    assert.equal(await mfa(ui), 'on');
  });
});

describe('what is known', () => {
  job('is proven by a sign-in and the word of the person', { ...on, factor: 'unproven', signin: '50' }, async (ui) => {
    await take(ui, 'factor-check');
    await ui.click('check-sign-in');
    await ui.click('check-other');
    await ui.see('check-known');
    assert.equal(await ui.id('check-known').getAttribute('data-finding'), 'unproven', 'a recovery code proves nothing');
    await ui.click('check-sign-in');
    await ui.click('check-ours');
    await becomes(ui, 'check-known', 'data-finding', 'taken');
  });

  job('tells of a clock that disagrees; the correction is asked for, seen and taken back', { ...on, clock: '-95' }, async (ui) => {
    await ui.click('nav-accounts');
    assert.match(await ui.id('clock-notice').innerText(), /95 seconds ahead of Sandbox’s/);
    await ui.click('clock-correct');
    await ui.see('clock-corrected');
    assert.match(await ui.id('clock-corrected').innerText(), /95 seconds earlier than this computer’s clock/);
    await ui.click('clock-undo');
    await ui.see('clock-notice');
  });

  job('signing out says what goes on at the platform', { ...on, revoke: 'no', token: '1' }, async (ui) => {
    await take(ui, 'account-sign-out');
    await ui.click('sign-out-confirm');
    await ui.see('sign-out-done');
    const left = await ui.id('sign-out-left').allInnerTexts();
    assert.match(left[0], /was not told, so the session lasts there/);
    assert.match(left[1], /The API token still works/);
    await ui.click('sign-out-done');
    assert.match(await ui.id('account-session').innerText(), /Signed out/);
  });
});

describe('another app', () => {
  job('gets the setup after the password, and only then', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.click('enrol-begin');
    await ui.click('other-open');
    await ui.fill('other-password', 'wrong');
    await ui.click('other-reveal');
    await ui.page.getByText('doesn’t open this vault', { exact: false }).first().waitFor();
    assert.equal(await ui.id('other-qr').count(), 0);
  });

  job('gets the setup key by the clipboard that clears itself, by keyboard and by copying what is marked', { fake: 'filled' }, async (ui) => {
    await otherApp(ui);
    const key = (await ui.id('other-key').innerText()).replaceAll(' ', '');
    await tabTo(ui, 'other-copy');
    await ui.press('Enter');
    await ui.until((wanted) => document.documentElement.dataset.fakeClipboard === wanted, key);
    assert.match(await ui.said(), /Setup key copied\. The clipboard is cleared in 30 seconds\./);
    await ui.page.evaluate(() => {
      delete document.documentElement.dataset.fakeClipboard;
      getSelection().selectAllChildren(document.querySelector('[data-testid=other-key]'));
    });
    const kept = await ui.page.evaluate(() => {
      const event = new ClipboardEvent('copy', { bubbles: true, cancelable: true, clipboardData: new DataTransfer() });
      document.querySelector('[data-testid=other-key]').dispatchEvent(event);
      return event.defaultPrevented && event.clipboardData.getData('text/plain') === '';
    });
    assert.ok(kept, 'the page itself puts nothing on the clipboard');
    await ui.until((wanted) => document.documentElement.dataset.fakeClipboard === wanted, key);
  });

  job('gets no setup key once the password was given too long ago', { fake: 'filled' }, async (ui) => {
    await ui.page.clock.install();
    await ui.page.reload();
    await otherApp(ui);
    await ui.page.clock.fastForward(6 * 60_000);
    await ui.click('other-copy');
    await ui.page.locator('[data-testid=error-note][data-code=confirm_first]').waitFor();
    assert.equal(await ui.clipboard(), null);
  });

  job('alone makes the codes when that is wanted, and its code is asked for', { fake: 'filled' }, async (ui) => {
    await otherApp(ui);
    await ui.click('other-keep');
    await ui.click('enrol-add');
    await ui.see('enrol-passcode');
    assert.equal(await ui.id('enrol-use-current').count(), 0);
    assert.equal(await ui.id('other-key').count(), 0, 'the key is gone from the page');
  });

  job('a lock takes the setup out of the page', { fake: 'filled' }, async (ui) => {
    await otherApp(ui);
    const key = (await ui.id('other-key').innerText()).slice(0, 9);
    await ui.lock();
    await ui.see('unlock-password');
    const left = await ui.html();
    assert.ok(!left.includes(key) && !left.includes('h1v1h-1z'));
  });
});

describe('the question which factor it is', () => {
  job('holds nothing up, and what it says late is not said', { ...on, factor: 'unproven', signin: '50', slow: 'factorCheck:2500', fail: 'factorCheck:500' }, async (ui) => {
    await take(ui, 'factor-check');
    await ui.until(() => document.querySelector('[data-testid=check-ask]')?.getAttribute('aria-busy') === 'true');
    await ui.click('check-sign-in');
    await ui.see('check-ours');
    await ui.click('check-ours');
    await becomes(ui, 'check-known', 'data-finding', 'taken');
    await ui.page.waitForTimeout(2_600);
    assert.equal(await ui.id('error-note').count(), 0);
    assert.equal(await ui.id('check-ask').getAttribute('aria-busy'), null);
  });

  job('that failed with nothing else begun says so', { ...on, factor: 'unproven', fail: 'factorCheck:500' }, async (ui) => {
    await take(ui, 'factor-check');
    await ui.see('error-note');
  });
});

describe('a tick of a recovery code', () => {
  job('that was not kept is taken back', on, async (ui) => {
    await card(ui);
    await ui.click('recovery-show');
    await ui.fill('recovery-password', PASSWORD);
    await ui.click('recovery-reveal');
    await ui.fault('recoveryCodeMark:disk_full:1');
    const box = ui.id('recovery-mark').first();
    await box.click();
    await ui.see('error-note');
    assert.equal(await box.isChecked(), false);
    await box.click();
    await ui.page.locator('li.used [data-testid=recovery-mark]').first().waitFor();
    assert.equal(await box.isChecked(), true);
  });
});

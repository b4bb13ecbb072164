// What the page does over time and when something goes wrong.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs();


describe('locking', () => {
  job('leaves nothing of the vault in the page', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.see('code-row');
    const codes = await ui.id('code-digits').evaluateAll((all) => all.map((each) => each.dataset.code));
    await ui.fill('codes-search', 'lovelace');
    await ui.click('nav-organisation');
    await ui.see('member-table');
    await ui.fill('member-search', 'turing');
    await ui.click('lock-now');
    await ui.see('unlock-password');
    const left = await ui.html();
    for (const secret of [...codes, 'ada@acme.example', 'acme.example', 'GitHub', 'lovelace', 'turing', 'Acme Analytical']) {
      assert.ok(!left.includes(secret), `${secret} is still in the page`);
    }
    await ui.unlock();
    await ui.see('member-table');
    assert.equal(await ui.id('member-search').inputValue(), '', 'the search does not come back');
  });

  job('by the shell closes an open wizard and its recovery codes', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.click('enrol-begin');
    await ui.click('enrol-add');
    await ui.click('enrol-use-current');
    await ui.see('recovery-list');
    const first = await ui.id('recovery-code').first().innerText();
    await ui.lock();
    await ui.see('unlock-password');
    assert.ok(!(await ui.html()).includes(first.slice(0, 4)));
    await ui.unlock();
    await ui.see('recovery-unconfirmed');
  });

  job('keeps the wait a sentence and deletes nothing', { fake: 'locked' }, async (ui) => {
    await ui.see('unlock-password');
    for (const wrong of ['one', 'two']) {
      await ui.fill('unlock-password', wrong);
      await ui.click('unlock-submit');
      await ui.page.locator('[role=alert]').waitFor();
    }
    await ui.see('unlock-wait');
    assert.match(await ui.id('unlock-wait').innerText(), /Try again in 1 second\. Nothing is ever deleted/);
    await ui.gone('unlock-wait');
    await ui.unlock();
    await ui.see('code-row');
  });
});

describe('a new vault', () => {
  const create = async (ui) => {
    await ui.fill('create-password', PASSWORD);
    await ui.fill('create-repeat', PASSWORD);
    await ui.id('create-keyring').check();
    await ui.click('create-submit');
  };

  job('that opens before the keyring answers still says that the keyring was not set up', { fake: 'absent', nokeyring: '1', create: '400' }, async (ui) => {
    await create(ui);
    await ui.see('codes-empty');
    assert.equal(await ui.id('create-submit').count(), 0, 'the screen that asked is gone');
    await ui.see('keyring-failed');
    assert.match(await ui.id('keyring-failed').innerText(), /No system keyring is available: no service answers\./);
    assert.match(await ui.said(), /The system keyring was not set up/);
    await ui.click('lock-now');
    await ui.unlock();
    await ui.click('keyring-failed-settings');
    await ui.see('keyring-toggle');
    assert.match(await ui.id('error-note').innerText(), /Use the password; a keyring needs a desktop session/);
    await ui.click('nav-codes');
    await ui.click('keyring-failed-dismiss');
    await ui.gone('keyring-failed');
  });

  job('with its keyring says nothing of it', { fake: 'absent', create: '50' }, async (ui) => {
    await create(ui);
    await ui.see('codes-empty');
    await ui.page.waitForTimeout(150);
    assert.equal(await ui.id('keyring-failed').count(), 0);
  });
});

describe('codes', () => {
  job('change at the boundary and not before', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.codesAt(1_800_000_010_500);
    const first = () => ui.id('code-digits').first().getAttribute('data-code');
    const before = await first();
    assert.equal(await ui.page.locator('[role=timer]').first().getAttribute('aria-label'), '20 seconds');
    await ui.page.clock.runFor(12_000);
    assert.equal(await first(), before);
    assert.equal(await ui.page.locator('[role=timer]').first().getAttribute('aria-label'), '8 seconds');
    assert.equal(await ui.page.locator('.row.expiring').count(), 0);
    await ui.page.clock.runFor(1_000);
    assert.ok((await ui.page.locator('.row.expiring').count()) > 0, 'seven seconds before the end the row says so');
    await ui.page.clock.runFor(7_000);
    assert.notEqual(await first(), before);
  });

  job('tell a screen reader only of the focused row', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.codesAt(1_800_000_010_500);
    await ui.page.clock.runFor(5_000);
    assert.equal((await ui.said()).trim(), '', 'nothing is said of rows without the focus');
    await ui.id('code-main').first().focus();
    await ui.page.clock.runFor(100);
    assert.match(await ui.said(), /valid 15 seconds/);
    await ui.page.clock.runFor(5_000);
    assert.match(await ui.said(), /10 seconds/);
    await ui.page.clock.runFor(5_000);
    assert.match(await ui.said(), /5 seconds/);
    await ui.page.clock.runFor(5_500);
    assert.match(await ui.said(), /new code/);
  });

  job('of a counter move on only when asked', { fake: 'filled', accounts: '0' }, async (ui) => {
    const row = ui.page.locator('[data-entry=e7]');
    await row.waitFor();
    assert.equal(await row.locator('[data-testid=code-digits]').count(), 0);
    await row.locator('[data-testid=code-main]').click();
    const digits = row.locator('[data-testid=code-digits]');
    await digits.waitFor();
    const first = await digits.getAttribute('data-code');
    await row.locator('[data-testid=code-main]').click();
    assert.equal(await ui.clipboard(), first, 'a shown code is copied, not used up');
    await row.locator('[data-testid=code-advance]').click();
    await ui.page.waitForFunction((before) => document.querySelector('[data-entry=e7] [data-testid=code-digits]')?.dataset.code !== before, first);
  });

  job('are selected as bare digits', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.click('add-open');
    await ui.click('add-image');
    await ui.see('review-code');
    const digits = await ui.id('review-code').evaluate((element) => {
      getSelection().selectAllChildren(element);
      return [getSelection().toString(), element.dataset.code];
    });
    assert.equal(digits[0], digits[1]);
  });
});

describe('adding', () => {
  job('a dropped picture goes straight to the review', { fake: 'filled' }, async (ui) => {
    await ui.see('code-row');
    await ui.page.evaluate(() => dispatchEvent(new DragEvent('dragenter')));
    await ui.see('drop-overlay');
    await ui.page.evaluate(() => dispatchEvent(new DragEvent('drop')));
    await ui.see('review-code');
    assert.equal(await ui.id('drop-overlay').count(), 0);
    assert.equal(await ui.id('review-issuer').inputValue(), 'Upsun');
  });

  job('a picture without a code says so, wherever it was dropped', { fake: 'filled', picture: 'none' }, async (ui) => {
    await ui.see('code-row');
    await ui.page.evaluate(() => dispatchEvent(new DragEvent('drop')));
    await ui.see('error-note');
    assert.match(await ui.id('error-note').innerText(), /No QR code was found in that picture\./);
  });

  job('Ctrl V anywhere adds what is on the clipboard', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.see('account-card');
    await ui.press('Control+v');
    await ui.see('review-code');
  });

  job('several accounts at once, without the one that is there already', { fake: 'filled', picture: 'many' }, async (ui) => {
    await ui.click('add-open');
    await ui.click('add-image');
    await ui.see('review-list');
    assert.equal(await ui.page.locator('[data-testid=review-tick]:checked').count(), 3);
    await ui.click('review-save');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 11);
  });

  job('by hand, with the key as it is printed', { fake: 'empty' }, async (ui) => {
    await ui.click('add-open');
    await ui.click('add-form');
    await ui.fill('form-issuer', 'Upsun');
    await ui.fill('form-account', 'ada@acme.example');
    await ui.click('form-submit');
    assert.equal(await ui.focus(), 'form-key', 'the missing field gets the focus');
    await ui.fill('form-key', 'jbsw y3dp ehpk 3pxp');
    await ui.click('form-submit');
    await ui.see('review-code');
    await ui.click('review-save');
    await ui.see('code-row');
  });
});

describe('accounts', () => {
  job('a waiting sign-in can be cancelled', { fake: 'empty', signin: '60000' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('connect-sandbox');
    await ui.see('sign-in-url');
    assert.match(await ui.id('sign-in-url').inputValue(), /^http:\/\/127\.0\.0\.1/);
    await ui.click('sign-in-cancel');
    await ui.gone('sign-in-waiting');
    assert.equal(await ui.id('error-note').count(), 0, 'cancelling is no error');
  });

  job('a wrong passcode keeps the field, selected', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.click('enrol-begin');
    await ui.click('enrol-add');
    await ui.see('enrol-code');
    await ui.id('enrol-passcode').pressSequentially('000 000');
    await ui.page.getByText('That code didn\'t match. Codes change every 30 seconds, so try the next one', { exact: false }).waitFor();
    assert.equal(await ui.id('clock-notice').count(), 0);
    assert.equal(await ui.focus(), 'enrol-passcode');
    assert.equal(await ui.page.evaluate(() => getSelection().toString() || document.activeElement.value.slice(document.activeElement.selectionStart, document.activeElement.selectionEnd)), '000 000');
    const code = await ui.id('enrol-code').getAttribute('data-code');
    await ui.id('enrol-passcode').pressSequentially(code);
    await ui.see('recovery-list');
  });

  for (const [platform, command] of [['Upsun', 'upsun login -f'], ['Platform.sh', 'platform login -f'], ['Staging', null]]) {
    job(`the end names the command line of ${platform}, if it has one`, { fake: 'filled', enrol: 'proposed', platform }, async (ui) => {
      await ui.click('enrolment-finish');
      await ui.click('enrol-use-current');
      await ui.click('enrol-finish');
      await ui.see('protect-done');
      assert.deepEqual(await ui.id('cli-command').allInnerTexts(), command === null ? [] : [command]);
    });
  }

  job('a code of another form is told apart from a wrong one', { fake: 'filled', enrol: 'confirming', resolve: 'no' }, async (ui) => {
    await ui.click('enrolment-ask');
    await ui.click('enrol-ask');
    await ui.fill('enrol-passcode', '123');
    await ui.click('enrol-confirm');
    await ui.page.getByText('A code has 6 digits. Type the digits shown by the authenticator.').waitFor();
  });

  job('a clock that makes the codes wrong is named at the field, and corrected there', { fake: 'filled', skew: '95' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.click('enrol-begin');
    await ui.click('enrol-add');
    await ui.see('enrol-code');
    assert.equal(await ui.id('clock-notice').count(), 0, 'nobody knows it before the platform answered');
    const before = await ui.id('enrol-code').getAttribute('data-code');
    await ui.click('enrol-use-current');
    await ui.see('clock-notice');
    await ui.page.getByText('This computer\'s clock is 95 s behind the platform\'s', { exact: false }).waitFor();
    assert.match(await ui.id('clock-notice').innerText(), /95 seconds behind Sandbox’s/);
    assert.equal(await ui.focus(), 'enrol-passcode');
    await ui.click('clock-correct');
    await ui.see('clock-corrected');
    await ui.until((old) => document.querySelector('[data-testid=enrol-code]')?.dataset.code !== old, before);
    await ui.click('enrol-use-current');
    await ui.see('recovery-list');
  });

  job('an answer that never came is asked for, not guessed', { fake: 'filled', enrol: 'confirming' }, async (ui) => {
    await ui.click('enrolment-ask');
    await ui.see('enrol-unanswered');
    assert.equal(await ui.id('enrol-use-current').count(), 0, 'no second try before the question is settled');
    await ui.click('enrol-ask');
    await ui.see('recovery-list');
    assert.equal(await ui.id('recovery-code').count(), 10);
    await ui.click('enrol-finish');
    await ui.see('protect-done');
    assert.equal(await ui.id('without-codes').count(), 0);
  });

  job('and when it was accepted without recovery codes, that is said', { fake: 'filled', enrol: 'confirming', resolve: 'bare' }, async (ui) => {
    await ui.click('enrolment-ask');
    await ui.click('enrol-ask');
    await ui.see('protect-done');
    assert.match(await ui.id('without-codes').innerText(), /Sandbox gave no new recovery codes\. Make a set on its security page/);
  });

  job('and when it was not accepted, another code can be sent', { fake: 'filled', enrol: 'confirming', resolve: 'no' }, async (ui) => {
    await ui.click('enrolment-ask');
    await ui.click('enrol-ask');
    await ui.see('enrol-use-current');
    await ui.click('enrol-use-current');
    await ui.see('recovery-list');
  });

  job('a setup that expires on the way is got anew, and its code is accepted', { fake: 'filled' }, async (ui) => {
    await ui.page.clock.install();
    await ui.page.reload();
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.click('enrol-begin');
    await ui.click('enrol-add');
    await ui.see('enrol-code');
    await ui.page.clock.fastForward('51:00');
    const before = await ui.id('enrol-code').getAttribute('data-code');
    await ui.click('enrol-use-current');
    await ui.see('enrol-notice');
    assert.match(await ui.id('enrol-notice').innerText(), /The setup had expired, so Deskfob got a new one\. Use the code shown now\./);
    assert.match(await ui.said(), /The setup had expired/);
    assert.equal(await ui.id('error-note').count(), 0);
    const code = await ui.id('enrol-code').getAttribute('data-code');
    assert.notEqual(code, before);
    await ui.id('enrol-passcode').pressSequentially(code);
    await ui.see('recovery-list');
  });

  job('a setup that expired while it waited is got anew before a code is shown', { fake: 'filled', enrol: 'proposed', age: '55' }, async (ui) => {
    await ui.click('enrolment-finish');
    await ui.see('enrol-notice');
    await ui.click('enrol-use-current');
    await ui.see('recovery-list');
  });

  job('a setup that still holds is gone on with, without a word', { fake: 'filled', enrol: 'proposed', fail: 'enrolBegin:offline:1' }, async (ui) => {
    await ui.click('enrolment-finish');
    await ui.see('error-note');
    assert.equal(await ui.id('enrol-use-current').count(), 0, 'no code before it is known to count');
    await ui.click('enrol-resume');
    await ui.see('enrol-code');
    assert.equal(await ui.id('enrol-notice').count(), 0);
  });

  job('an unfinished enrolment can be discarded', { fake: 'filled', enrol: 'proposed' }, async (ui) => {
    await ui.click('enrolment-discard');
    await ui.click('discard-confirm');
    await ui.gone('enrolment-unfinished');
  });

  job('recovery codes need the password and can be ticked off', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('recovery-show');
    await ui.fill('recovery-password', 'wrong');
    await ui.click('recovery-reveal');
    await ui.see('error-note');
    assert.equal(await ui.id('recovery-list').count(), 0);
    await ui.fill('recovery-password', PASSWORD);
    await ui.click('recovery-reveal');
    await ui.see('recovery-list');
    await ui.id('recovery-mark').first().click();
    await ui.page.waitForFunction(() => document.querySelector('[data-testid=recovery-left]')?.textContent === '8 of 10 left');
  });

  job('recovery codes shown long ago ask for the password again before they are copied', { fake: 'filled', mfa: 'on', fail: 'recoveryCodesCopy:confirm_first:1' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('recovery-show');
    await ui.fill('recovery-password', PASSWORD);
    await ui.click('recovery-reveal');
    await ui.click('recovery-copy');
    await ui.see('error-note');
    assert.match(await ui.id('error-note').innerText(), /Copying and saving recovery codes needs the vault's password\./);
    assert.equal(await ui.id('recovery-list').count(), 0);
    assert.equal(await ui.focus(), 'recovery-password');
    assert.equal(await ui.clipboard(), null);
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.click('recovery-copy');
    await ui.see('notice');
    assert.equal((await ui.clipboard()).split('\n').length, 10);
  });

  job('wrong passwords make recovery codes and the keyring wait, in a sentence', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('recovery-show');
    for (const wrong of ['one', 'two']) {
      await ui.fill('recovery-password', wrong);
      await ui.click('recovery-reveal');
      await ui.see('error-note');
    }
    await ui.see('password-wait');
    assert.match(await ui.id('password-wait').innerText(), /Try again in 1 second\./);
    assert.equal(await ui.id('recovery-reveal').isDisabled(), true);
    await ui.gone('password-wait');
    await ui.press('Escape');
    await ui.gone('recovery-dialog');
    await ui.click('nav-settings');
    await ui.click('keyring-toggle');
    await ui.fill('keyring-password', 'three');
    await ui.click('keyring-confirm');
    await ui.see('password-wait');
    assert.match(await ui.id('password-wait').innerText(), /Try again in 2 seconds\./);
    await ui.gone('password-wait');
    await ui.fill('keyring-password', PASSWORD);
    await ui.click('keyring-confirm');
    await ui.gone('keyring-dialog');
    assert.match(await ui.id('keyring-state').innerText(), /One click opens the vault/);
  });
});

describe('organisation', () => {
  job('shows an admin first and nobody who is covered', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    const statuses = await ui.id('member-row').evaluateAll((rows) => [...new Set(rows.map((row) => row.dataset.status))]);
    assert.deepEqual(statuses, ['off']);
    assert.match(await ui.id('member-row').first().innerText(), /Admin/);
  });

  job('selects all that match, past the page', { fake: 'filled', mfa: 'on', members: '1000' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-table');
    await ui.click('select-page');
    assert.match(await ui.id('bulk-bar').innerText(), /100 selected/);
    await ui.click('select-all-matching');
    assert.match(await ui.id('bulk-bar').innerText(), /2\d\d selected/);
    await ui.click('page-next');
    assert.equal(await ui.id('select-page').isChecked(), true);
    await ui.click('select-none');
    await ui.gone('bulk-bar');
  });

  job('keeps the last list when a refresh fails', { fake: 'filled', mfa: 'on', fail: 'orgMembers:offline:0' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    await ui.fault('orgMembers:offline');
    await ui.click('org-refresh');
    await ui.see('error-note');
    assert.ok((await ui.id('member-row').count()) > 0);
  });

  job('requires MFA only when nothing stands in the way', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    await ui.click('enforce-toggle');
    assert.match(await ui.id('enforce-losing').innerText(), /14 people would lose access/);
    await ui.click('enforce-confirm');
    await ui.page.getByText('MFA is required for everyone', { exact: true }).waitFor();
  });

  job('names what stands in the way and leads there', { fake: 'filled' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    await ui.click('enforce-toggle');
    await ui.see('enforce-blocked');
    assert.equal(await ui.id('enforce-confirm').isDisabled(), true);
    await ui.click('enforce-protect');
    await ui.see('enrol-begin');
  });

  job('says who may see, when one may not', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.click('nav-organisation');
    await ui.see('member-row');
    await ui.id('org-row').selectOption('org-side');
    await ui.see('org-no-rights');
    assert.equal(await ui.id('member-row').count(), 0);
  });
});

describe('errors', () => {
  job('of any other kind become a calm sentence', { fake: 'filled', fail: 'entryCopy:throw' }, async (ui) => {
    await ui.see('code-row');
    await ui.click('code-main');
    await ui.see('error-note');
    const note = await ui.id('error-note').innerText();
    assert.match(note, /Something went wrong here\./);
    assert.doesNotMatch(note, /undefined/);
  });

  job('at the start can be tried again', { fake: 'filled', fail: 'vaultStatus:500:1' }, async (ui) => {
    await ui.see('error-note');
    await ui.page.getByRole('button', { name: 'Try again' }).click();
    await ui.see('code-row');
  });
});

describe('a vault that may not be read', () => {
  job('is not called damaged, and can be tried again', { fake: 'locked', fail: 'vaultStatus:unreadable:2' }, async (ui) => {
    await ui.see('error-note');
    const note = await ui.id('error-note').innerText();
    assert.match(note, /cannot be read or written: Permission denied\.\s+Check the disk's free space and the folder's permissions\./);
    assert.equal(await ui.id('damaged').count(), 0);
    await ui.page.getByRole('button', { name: 'Try again' }).click();
    await ui.see('error-note');
    await ui.page.getByRole('button', { name: 'Try again' }).click();
    await ui.see('unlock-password');
  });
});

describe('comfort', () => {
  job('no animation runs when motion is reduced', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    assert.equal(await ui.page.evaluate(() => document.getAnimations().length), 0);
  }, { reducedMotion: 'reduce' });

  job('the ring is an animation otherwise', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    assert.ok(await ui.page.evaluate(() => document.getAnimations().some((animation) => animation.animationName?.includes('drain'))));
  }, { reducedMotion: 'no-preference' });

  job('the theme follows the system until one is chosen', { fake: 'filled' }, async (ui) => {
    const theme = () => ui.page.evaluate(() => document.documentElement.dataset.theme);
    assert.equal(await theme(), 'dark');
    await ui.click('nav-settings');
    await ui.page.locator('[data-testid=theme-light]').check();
    assert.equal(await theme(), 'light');
    await ui.page.reload();
    assert.equal(await theme(), 'light', 'the choice is kept');
  }, { theme: 'dark' });

  job('everything fits at 200 % text', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.see('code-row');
    await ui.page.evaluate(() => { document.documentElement.style.zoom = '2'; });
    for (const place of ['codes', 'accounts', 'organisation', 'doctor', 'settings']) {
      await ui.click(`nav-${place}`);
      await ui.page.waitForTimeout(150);
      const overflow = await ui.page.evaluate(() => { const main = document.querySelector('main'); return main.scrollWidth - main.clientWidth; });
      assert.ok(overflow <= 0, `${place} is ${overflow} px too wide`);
    }
  }, { width: 1280, height: 1024 });
});

// The main jobs without a mouse. `tabTo` fails when the keyboard does not reach a control.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD, tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs();

describe('by keyboard alone', () => {
  job('from nothing to a protected account with a session that carries MFA', { fake: 'absent' }, async (ui) => {
    await ui.see('create-password');
    assert.equal(await ui.focus(), 'create-password', 'typing can start at once');
    await ui.type(PASSWORD);
    await tabTo(ui, 'create-repeat');
    await ui.type(PASSWORD);
    await ui.press('Enter');

    await ui.see('codes-empty');
    await tabTo(ui, 'empty-connect');
    await ui.press('Enter');
    await ui.see('connect-sandbox');
    await tabTo(ui, 'connect-sandbox');
    await ui.press('Enter');
    await ui.see('account-card');
    await tabTo(ui, 'protect-start');
    await ui.press('Enter');

    await ui.see('enrol-begin');
    assert.equal(await ui.focus(), 'h1', 'a new screen starts at its heading');
    await tabTo(ui, 'enrol-begin');
    await ui.press('Enter');
    await ui.see('enrol-add');
    await tabTo(ui, 'enrol-add');
    await ui.press('Enter');
    await ui.see('enrol-code');
    await tabTo(ui, 'enrol-use-current');
    await ui.press('Enter');

    await ui.see('recovery-list');
    assert.equal(await ui.id('recovery-code').count(), 10);
    await tabTo(ui, 'recovery-copy');
    await ui.press('Enter');
    await ui.see('notice');
    assert.equal((await ui.clipboard()).split('\n').length, 10);
    await tabTo(ui, 'enrol-finish');
    await ui.press('Enter');

    await ui.see('protect-done');
    assert.equal(await ui.id('cli-command').count(), 0, 'the sandbox has no command line');
    await tabTo(ui, 'session-renew');
    await ui.press('Enter');
    await ui.see('session-renewed');
    await tabTo(ui, 'done-codes');
    await ui.press('Enter');
    await ui.see('code-row');
    assert.equal(await ui.id('code-row').count(), 1);
    assert.equal(await ui.focus(), 'code-main', 'the new row has the focus');
    await ui.press('Enter');
    await ui.see('code-copied');
    assert.match(await ui.clipboard(), /^\d{6}$/);
  });

  job('finds, copies, copies the next, locks and unlocks', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    assert.equal(await ui.focus(), 'codes-search');
    await ui.type('fast');
    await ui.press('Enter');
    assert.equal(await ui.focus(), 'code-main');
    const shown = await ui.id('code-digits').getAttribute('data-code');
    await ui.press('c');
    await ui.see('code-copied');
    assert.equal(await ui.clipboard(), shown);
    await ui.press('n');
    assert.match(await ui.clipboard(), /^\d{6}$/);
    await ui.press('/');
    assert.equal(await ui.focus(), 'codes-search');
    await ui.press('Escape');
    assert.equal(await ui.id('codes-search').inputValue(), '', 'Escape clears the search');
    assert.equal(await ui.id('code-row').count(), 8);

    await ui.press('Control+l');
    await ui.see('unlock-password');
    assert.equal(await ui.focus(), 'unlock-password');
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.see('code-row');
    await ui.focused('codes-search');
  });

  job('moves in the list with one Tab stop', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    await tabTo(ui, 'code-main');
    const focused = () => ui.page.evaluate(() => document.activeElement?.dataset.row);
    assert.equal(await focused(), 'e1');
    await ui.press('ArrowDown', 'ArrowDown');
    assert.equal(await focused(), 'e3');
    await ui.press('End');
    assert.equal(await focused(), 'e8');
    await ui.press('ArrowDown');
    assert.equal(await focused(), 'e8', 'the end is the end');
    await ui.press('Home', 'ArrowUp');
    assert.equal(await focused(), 'e1');
    await ui.press('Tab');
    assert.equal(await ui.focus(), 'code-more');
    await ui.press('Tab');
    assert.notEqual(await ui.focus(), 'code-main', 'the next Tab leaves the list');
  });

  job('edits, removes and undoes', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    await tabTo(ui, 'code-main');
    await ui.press('F2');
    await ui.see('edit-dialog');
    assert.equal(await ui.focus(), 'edit-issuer');
    await ui.press('Control+a');
    await ui.type('Codeberg');
    await ui.press('Enter');
    await ui.gone('edit-dialog');
    await ui.page.locator('[data-issuer="Codeberg"]').waitFor();
    await ui.focused('code-main');

    await ui.press('Delete');
    await ui.see('remove-dialog');
    assert.match(await ui.id('remove-dialog').innerText(), /does not turn off MFA/);
    await ui.press('Escape');
    await ui.gone('remove-dialog');
    assert.equal(await ui.id('code-row').count(), 8, 'Escape removes nothing');
    await ui.press('Delete');
    await ui.see('remove-dialog');
    await tabTo(ui, 'remove-confirm');
    await ui.press('Enter');
    await ui.see('notice');
    assert.equal(await ui.id('code-row').count(), 7);
    await tabTo(ui, 'notice-action');
    await ui.press('Enter');
    await ui.page.waitForFunction(() => document.querySelectorAll('[data-testid=code-row]').length === 8);
  });

  job('opens the row menu, goes through it and comes back', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    await tabTo(ui, 'code-more');
    await ui.press('Enter');
    await ui.see('code-menu');
    await ui.press('ArrowDown', 'Enter');
    await ui.gone('code-menu');
    assert.match(await ui.clipboard(), /^\d{6}$/);
    assert.equal(await ui.focus(), 'code-more');
    await ui.press('Enter');
    await ui.see('code-menu');
    await ui.press('ArrowDown', 'ArrowDown', 'Enter');
    await ui.see('edit-dialog');
    await ui.focused('edit-issuer');
  });

  job('adds by link, sees the duplicate, replaces it', { fake: 'filled' }, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+n');
    await ui.see('add-link');
    await tabTo(ui, 'add-link');
    await ui.press('Enter');
    await ui.focused('link-text');
    await ui.type('otpauth://totp/GitHub:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=GitHub');
    await ui.press('Enter');
    await ui.see('review-duplicate');
    await tabTo(ui, 'duplicate-keep');
    await ui.press('ArrowDown');
    assert.equal(await ui.id('duplicate-replace').isChecked(), true);
    await tabTo(ui, 'review-save');
    await ui.press('Enter');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 8, 'replaced, not added');
    await ui.focused('code-main');
  });

  job('reminds the members without MFA and retries who failed', { fake: 'filled', mfa: 'on' }, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+3');
    await ui.see('member-table');
    await tabTo(ui, 'select-page');
    await ui.press('Space');
    assert.match(await ui.id('bulk-bar').innerText(), /14 selected · 13 can be reminded \(1 was reminded today\)/);
    await tabTo(ui, 'remind-selected', 200);
    await ui.press('Enter');
    await ui.see('remind-dialog');
    assert.match(await ui.id('remind-confirm').innerText(), /Send 13 reminders/);
    await tabTo(ui, 'remind-confirm');
    await ui.press('Enter');
    await ui.see('remind-results');
    assert.match(await ui.id('remind-results').innerText(), /12 sent · 1 failed/);
    assert.equal(await ui.page.locator('[data-testid=member-tick]:checked').count(), 1, 'who failed stays selected');
    await tabTo(ui, 'remind-retry', 200);
    await ui.press('Enter');
    await ui.page.waitForFunction(() => document.querySelector('[data-testid=remind-results]')?.dataset.failed === '0');
  });

  job('shows the shortcuts and goes to every place', { fake: 'filled' }, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+2');
    await ui.see('account-card');
    await ui.press('Control+,');
    await ui.see('keyring-toggle');
    await ui.press('Control+1');
    await ui.see('code-row');
    await ui.press('Control+/');
    await ui.see('shortcut-sheet');
    await ui.press('Escape');
    await ui.gone('shortcut-sheet');
    await ui.press('Control+/', 'Control+l');
    await ui.see('unlock-password');
    assert.equal(await ui.id('shortcut-sheet').count(), 0, 'locking closes what was open');
  });
});

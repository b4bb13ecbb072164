// Keeping the vault: what opens it, when it locks, its backups, a damaged one, and that a lock leaves nothing of all that.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { PASSWORD, tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';
import { openKit } from './screens-vault.mjs';

const job = jobs();

const settings = async (ui) => {
  await ui.click('nav-settings');
  await ui.see('slot');
  await ui.see('backup-now');
};
const words = (ui) => ui.id('kit-word').allInnerTexts();
const alert = (ui) => ui.page.locator('[role=alert]').first();
const slots = (ui) => ui.id('slot').evaluateAll((all) => all.map((each) => each.dataset.kind));
const slotMenu = async (ui, nth, item) => {
  await ui.id('slot-more').nth(nth).click();
  await ui.click(item);
};

/** Every string alive in the page's memory after a garbage collection. */
async function strings(ui) {
  const client = await ui.page.context().newCDPSession(ui.page);
  await client.send('HeapProfiler.enable');
  await client.send('HeapProfiler.collectGarbage');
  let snapshot = '';
  client.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => (snapshot += chunk));
  await client.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await client.detach();
  return new Set(JSON.parse(snapshot).strings);
}

describe('a lock', () => {
  for (const [reason, text] of [
    ['idle', 'Locked after 15 minutes without use.'],
    ['suspend', 'Locked when the computer went to sleep.'],
    ['screen_lock', 'Locked together with the screen.'],
    ['other_program', 'Locked by another program that uses this vault.'],
  ]) {
    job(`says why: ${reason}`, { fake: 'filled' }, async (ui) => {
      await ui.see('code-row');
      await ui.lock(reason);
      await ui.page.getByText(text, { exact: true }).first().waitFor();
      assert.equal((await ui.said()).trim(), text);
      assert.equal(await ui.focus(), 'unlock-password');
    });
  }

  job('that the person asked for needs no reason', { fake: 'filled' }, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+l');
    await ui.see('unlock-password');
    assert.doesNotMatch(await ui.html(), /Locked (after|when|together|by)/);
  });

  job('leaves no word of a recovery kit in the page', { fake: 'filled' }, async (ui) => {
    await openKit(ui);
    const shown = await words(ui);
    assert.equal(shown.length, 12);
    assert.equal(await ui.id('kit-page').count(), 1);
    await ui.lock('idle');
    await ui.see('unlock-password');
    const left = await ui.html();
    for (const word of shown) assert.ok(!left.includes(word), `${word} is still in the page`);
    assert.equal(await ui.page.locator('[role=dialog], .scrim, .print-page').count(), 0);
  }, { reducedMotion: 'no-preference' });

  job('leaves no kit, password or passphrase in the page’s memory', { fake: 'filled' }, async (ui) => {
    await openKit(ui);
    const shown = await words(ui);
    await ui.id('kit-safe').check();
    await ui.click('kit-done');
    await ui.gone('kit-words');
    await ui.click('export-open');
    const typed = ['unwritten-passphrase-0417', 'unsent-password-9926'];
    await ui.fill('export-passphrase', typed[0]);
    await ui.fill('export-passphrase-repeat', typed[0]);
    await ui.fill('confirm-password', typed[1]);
    const open = await strings(ui);
    assert.ok(typed.every((each) => open.has(each)), 'the search finds what is there');
    await ui.lock('suspend');
    await ui.see('unlock-password');
    // The browser keeps the last thing typed for its own undo until something else is.
    await ui.fill('unlock-password', 'x');
    await ui.page.waitForTimeout(200);
    const left = await strings(ui);
    for (const each of [...typed, ...shown]) assert.ok(!left.has(each), `${each} is still in memory`);
  });

  job('leaves no code in the page’s memory', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    const codes = (await ui.id('code-digits').evaluateAll((all) => all.map((each) => each.dataset.code))).filter((code) => code.length >= 6);
    await ui.fill('codes-search', 'lovelace');
    const open = await strings(ui);
    assert.ok(codes.some((code) => open.has(code)), 'the search finds what is there');
    await ui.lock('idle');
    await ui.fill('unlock-password', 'x');
    await ui.page.waitForTimeout(200);
    const left = await strings(ui);
    for (const code of codes) assert.ok(!left.has(code), `${code} is still in memory`);
  });

  for (const [what, open] of [
    ['the new key dialog', async (ui) => { await ui.click('new-key'); await ui.fill('new-key-password', 'typed-and-left'); }],
    ['the preview of a restore', async (ui) => { await ui.click('backup-restore'); await ui.see('difference'); }],
    ['the warning before a plain export', async (ui) => { await ui.click('export-plain-open'); await ui.fill('confirm-password', 'typed-and-left'); }],
    ['the check of the vault', async (ui) => { await ui.click('check-vault'); await ui.see('finding'); }],
    ['a menu', async (ui) => { await ui.click('slot-more'); await ui.see('slot-rename'); }],
  ]) {
    job(`closes ${what}`, { fake: 'filled' }, async (ui) => {
      await settings(ui);
      await open(ui);
      await ui.lock('idle');
      await ui.see('unlock-password');
      assert.equal(await ui.page.locator('[role=dialog], [role=menu], .scrim').count(), 0);
      assert.doesNotMatch(await ui.html(), /typed-and-left|Dropbox|backups/);
      await ui.fill('unlock-password', PASSWORD);
      await ui.click('unlock-submit');
      await ui.see('slot');
      assert.equal(await ui.page.locator('[role=dialog]').count(), 0, 'it does not come back');
    });
  }

  job('while a kit is being made shows none afterwards', { fake: 'filled', delay: '250' }, async (ui) => {
    await ui.click('nav-settings');
    await ui.click('make-kit');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('kit-make');
    await ui.lock('idle');
    await ui.see('unlock-password');
    await ui.page.waitForTimeout(600);
    assert.equal(await ui.page.locator('[data-testid=kit-word], .print-page').count(), 0);
  });
});

describe('activity', () => {
  job('is reported while the vault is open, at most every five seconds', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.codesAt(1_800_000_010_000);
    const reports = () => ui.page.evaluate(() => Number(document.documentElement.dataset.fakeActivity ?? 0));
    assert.equal(await reports(), 0, 'nobody has done anything yet');
    for (let i = 0; i < 5; i++) await ui.page.mouse.move(200 + i, 200);
    await ui.press('a', 'b');
    assert.equal(await reports(), 1);
    await ui.page.clock.runFor(5_100);
    await ui.page.mouse.wheel(0, 20);
    await ui.page.waitForFunction(() => document.documentElement.dataset.fakeActivity === '2');
    await ui.lock('idle');
    await ui.see('unlock-password');
    await ui.page.clock.runFor(20_000);
    await ui.type('abc');
    assert.equal(await reports(), 2, 'a locked vault is not kept open');
  });
});

describe('ways to unlock', () => {
  job('a password is added, renamed and removed by keyboard', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await tabTo(ui, 'add-password', 60);
    await ui.press('Enter');
    await ui.focused('slot-name');
    await ui.press('Enter');
    assert.match(await alert(ui).innerText(), /Give it a name\./);
    await ui.type('Laptop');
    await tabTo(ui, 'new-password');
    await ui.type('orange kettle 9');
    await tabTo(ui, 'new-password-repeat');
    await ui.type('orange kettle 9');
    await tabTo(ui, 'confirm-password');
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.gone('add-password-dialog');
    assert.deepEqual(await slots(ui), ['password', 'password']);
    await ui.focused('add-password');

    await ui.page.keyboard.press('Shift+Tab');
    assert.equal(await ui.focus(), 'slot-more');
    await ui.press('Enter');
    await ui.see('slot-rename');
    await ui.press('Enter');
    await ui.focused('slot-name');
    await ui.press('Control+a');
    await ui.type('Old laptop');
    await ui.press('Enter');
    await ui.gone('rename-slot-dialog');
    await ui.page.getByText('Old laptop', { exact: true }).waitFor();
    await ui.focused('slot-more');

    await ui.press('Enter');
    await ui.see('slot-remove');
    await ui.press('ArrowUp', 'Enter');
    await ui.focused('confirm-password');
    await ui.type('orange kettle 9');
    await ui.press('Enter');
    await ui.gone('remove-slot-dialog');
    assert.deepEqual(await slots(ui), ['password']);
  });

  job('the only password is not removed, another can be added from there', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await slotMenu(ui, 0, 'slot-remove');
    await ui.see('last-password-dialog');
    await ui.click('last-password-add');
    await ui.see('add-password-dialog');
  });

  job('a password is changed, and the old one does not open the vault any more', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await slotMenu(ui, 0, 'slot-change');
    await ui.fill('confirm-password', 'not this one');
    await ui.fill('new-password', 'orange kettle 9');
    await ui.fill('new-password-repeat', 'orange kettle 9');
    await ui.click('change-password-submit');
    assert.match(await alert(ui).innerText(), /That password doesn’t open this vault\./);
    await ui.focused('confirm-password');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('change-password-submit');
    await ui.gone('change-password-dialog');
    await ui.click('lock-now');
    await ui.unlock();
    await alert(ui).waitFor();
    await ui.fill('unlock-password', 'orange kettle 9');
    await ui.click('unlock-submit');
    await ui.see('slot');
  });

  job('wrong passwords cost the same wait in a dialog', { fake: 'filled', passwords: '2' }, async (ui) => {
    await settings(ui);
    await slotMenu(ui, 1, 'slot-remove');
    for (const wrong of ['one', 'two']) {
      await ui.fill('confirm-password', wrong);
      await ui.click('confirm-submit');
      await alert(ui).waitFor();
    }
    await ui.see('password-wait');
    assert.equal(await ui.id('confirm-submit').isDisabled(), true);
    await ui.gone('password-wait');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('confirm-submit');
    await ui.gone('remove-slot-dialog');
    assert.deepEqual(await slots(ui), ['password']);
  });
});

describe('a recovery kit', () => {
  job('is made by keyboard, kept, and opens the vault', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await tabTo(ui, 'make-kit', 60);
    await ui.press('Enter');
    await ui.focused('slot-name');
    await tabTo(ui, 'confirm-password');
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.focused('kit-words');
    assert.match(await ui.said(), /Your recovery kit/);
    const shown = await words(ui);
    await tabTo(ui, 'kit-done');
    await ui.press('Enter');
    assert.match(await alert(ui).innerText(), /Tick the box/);
    assert.equal(await ui.focus(), 'kit-safe');
    await ui.press('Space');
    await tabTo(ui, 'kit-done');
    await ui.press('Enter');
    await ui.gone('kit-dialog');
    await ui.focused('make-kit');
    assert.deepEqual(await slots(ui), ['password', 'recovery_kit']);
    assert.ok(!(await ui.html()).includes(shown[0]), 'closed, the words are gone');

    await ui.press('Control+l');
    await tabTo(ui, 'unlock-kit');
    await ui.press('Enter');
    await ui.focused('kit-text');
    await ui.type(shown.map((word, index) => `${index + 1}. ${word.toUpperCase()}`).slice(0, 11).join(' '));
    assert.equal(await ui.id('kit-count').innerText(), '11 words of 12');
    await ui.type(' zzzz');
    await ui.press('Enter');
    assert.match(await alert(ui).innerText(), /^Word 12 is not a word of a recovery kit\./);
    await ui.focused('kit-text');
    for (let i = 0; i < 4; i++) await ui.press('Backspace');
    await ui.type(shown[11].slice(0, 4));
    await ui.press('Enter');
    await ui.see('slot');
  });

  job('of another vault says so, and the way back keeps nothing typed', { fake: 'locked', kit: '1' }, async (ui) => {
    await ui.click('unlock-kit');
    await ui.fill('kit-text', 'walnut canyon orbit velvet pigeon harvest marble lantern cricket saddle rhythm glacier');
    await ui.click('kit-unlock');
    assert.match(await alert(ui).innerText(), /does not open this vault/);
    await ui.click('kit-back');
    await ui.focused('unlock-password');
    await ui.click('unlock-kit');
    assert.equal(await ui.id('kit-text').inputValue(), '');
  });

  job('is not offered where there is none', { fake: 'locked' }, async (ui) => {
    await ui.see('unlock-password');
    assert.equal(await ui.id('unlock-kit').count(), 0);
  });

  job('asks before it is closed unkept', { fake: 'filled' }, async (ui) => {
    await openKit(ui);
    await ui.press('Escape');
    await ui.focused('kit-stay');
    assert.equal(await ui.id('kit-word').count(), 0);
    await ui.press('Enter');
    await ui.focused('kit-words');
    await ui.press('Escape');
    await ui.click('kit-leave');
    await ui.gone('kit-dialog');
  });

  job('is printed alone: product, vault, date and numbered words', { fake: 'filled' }, async (ui) => {
    await ui.page.evaluate(() => { window.print = () => { document.documentElement.dataset.printed = '1'; }; });
    await openKit(ui);
    const shown = await words(ui);
    await ui.click('kit-print');
    assert.equal(await ui.page.evaluate(() => document.documentElement.dataset.printed), '1');
    await ui.page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    await ui.page.setViewportSize({ width: 794, height: 1123 });
    const page = ui.id('kit-page');
    assert.equal(await page.isVisible(), true);
    for (const hidden of ['kit-words', 'slots', 'nav-settings']) assert.equal(await ui.id(hidden).first().isVisible(), false, `${hidden} is on paper`);
    const text = await page.innerText();
    for (const part of ['Deskfob', '/home/ada/.local/share/deskfob', 'What it opens', ...shown]) assert.ok(text.includes(part), `${part} is missing`);
    assert.match(text, /\d{1,2} \w{3} \d{4}/);
    assert.equal(await page.locator('ol').evaluate((list) => getComputedStyle(list).listStyleType), 'decimal');
    const [paper, ink] = await page.evaluate((element) => [getComputedStyle(document.body).backgroundColor, getComputedStyle(element).color]);
    assert.deepEqual([paper, ink], ['rgb(255, 255, 255)', 'rgb(0, 0, 0)'], 'dark colours stay on the screen');
    await ui.picture('kit-page-print');
  });

  job('that the shell has forgotten cannot be saved any more', { fake: 'filled', fail: 'recoveryKitSaveFile:confirm_first' }, async (ui) => {
    await openKit(ui);
    await ui.click('kit-save');
    await ui.see('error-note');
    assert.equal(await ui.id('kit-word').count(), 12);
  });
});

describe('a new vault key', () => {
  job('a kit whose words nobody was shown is told', { fake: 'filled', kit: 'unseen' }, async (ui) => {
    await ui.click('nav-settings');
    await ui.see('slot-unseen');
    assert.match(await ui.id('slot-unseen').innerText(), /no page has them/);
  });

  job('asks for the passwords that stay, drops the others and gives a new kit', { fake: 'filled', passwords: '2', keyring: '1', kit: '1', newkey: '200' }, async (ui) => {
    await settings(ui);
    await ui.click('new-key');
    await ui.click('new-key-submit');
    assert.match(await alert(ui).innerText(), /Type at least one password\./);
    await ui.focused('new-key-password');
    await ui.id('new-key-password').first().fill(PASSWORD);
    assert.match(await ui.id('new-key-goes').innerText(), /^Grace, for emergencies will be removed\.$/);
    await ui.click('new-key-submit');
    await ui.press('Escape');
    await ui.see('new-key-dialog');
    await ui.see('kit-words');
    assert.match(await ui.id('new-key-dropped').innerText(), /Grace, for emergencies/);
    await ui.id('kit-safe').check();
    await ui.click('kit-done');
    await ui.gone('new-key-dialog');
    await ui.focused('new-key');
    assert.deepEqual(await slots(ui), ['password', 'keyring', 'recovery_kit']);
  });

  job('of several passwords the wrong one is named, and nothing is dropped', { fake: 'filled', passwords: '2' }, async (ui) => {
    await settings(ui);
    await ui.click('new-key');
    await ui.id('new-key-password').nth(0).fill(PASSWORD);
    await ui.id('new-key-password').nth(1).fill('second battery hose');
    await ui.click('new-key-submit');
    assert.match(await ui.id('error-note').innerText(), /Password 2 of 2 opens nothing of this vault[^]*Nothing was changed/);
    assert.deepEqual(await slots(ui), ['password', 'password']);
  });

  job('is not made with a wrong password', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.click('new-key');
    await ui.fill('new-key-password', 'wrong');
    await ui.click('new-key-submit');
    assert.match(await alert(ui).innerText(), /That password doesn’t open this vault\./);
    await ui.fill('new-key-password', PASSWORD);
    await ui.click('new-key-submit');
    await ui.see('new-key-done');
  });
});

describe('settings', () => {
  job('are kept, and a change that is refused is taken back', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.id('lock-on-suspend').uncheck();
    await ui.click('idle-5');
    await ui.click('nav-codes');
    await settings(ui);
    assert.equal(await ui.id('lock-on-suspend').isChecked(), false);
    assert.equal(await ui.id('idle-5').isChecked(), true);
    await ui.fault('settingsSet:500');
    await ui.click('content-protection');
    await ui.see('error-note');
    assert.equal(await ui.id('content-protection').isChecked(), true);
    await ui.click('idle-60');
    await ui.page.waitForFunction(() => document.querySelector('[data-testid=idle-5]').checked);
    await ui.lock('idle');
    await ui.page.getByText('Locked after 5 minutes without use.').first().waitFor();
  });

  job('that this system cannot do say why', { fake: 'filled', supported: '0' }, async (ui) => {
    await settings(ui);
    for (const id of ['lock-on-screen-lock', 'content-protection']) {
      assert.equal(await ui.id(id).isDisabled(), true);
      assert.equal(await ui.id(id).isChecked(), false);
    }
    await ui.page.getByText('This system has no way for a program to ask for that.').waitFor();
  });

  job('sections are reached from the list beside them', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await tabTo(ui, 'to-backups');
    await ui.press('Enter');
    assert.equal(await ui.page.evaluate(() => document.activeElement.textContent), 'Backups');
    const top = await ui.id('section-backups').evaluate((element) => element.getBoundingClientRect().top);
    assert.ok(top >= 0 && top < 60, `the section is at ${top}`);
  });

  job('history comes by the day, and more when asked', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.see('history-record');
    assert.equal(await ui.id('history-record').count(), 20);
    assert.match(await ui.id('history').innerText(), /^Today/);
    await ui.click('history-more');
    await ui.page.waitForFunction(() => document.querySelectorAll('[data-testid=history-record]').length === 40);
    await ui.focused('history-record');
    await ui.click('history-more');
    await ui.click('history-more');
    await ui.gone('history-more');
    assert.equal(await ui.id('history-record').count(), 64);
    // What is done meanwhile comes on top.
    await ui.outside({ do: 'back_up', name: 'deskfob-by-fob.zip' });
    await ui.until(() => document.querySelectorAll('[data-testid=history-record]').length === 65);
    assert.match(await ui.id('history-record').first().innerText(), /Backed up\s+fob/);
  });

  job('what another program changes is shown', { fake: 'filled', backups: '0' }, async (ui) => {
    await settings(ui);
    assert.deepEqual(await slots(ui), ['password']);
    await ui.outside({ do: 'add_password', name: 'Grace' });
    await ui.until(() => document.querySelectorAll('[data-testid=slot]').length === 2);
    await ui.outside({ do: 'add_keyring', name: 'System keyring' });
    await ui.until(() => /Turn off/.test(document.querySelector('[data-testid=keyring-toggle]')?.textContent ?? ''));
    await ui.outside({ do: 'back_up', name: 'deskfob-by-fob.zip' });
    await ui.see('backup');
    assert.match(await ui.id('history-record').first().innerText(), /Backed up\s+fob/);
  });

  job('history tells what was done in these settings', { fake: 'filled', kit: '1' }, async (ui) => {
    await settings(ui);
    await ui.see('history-record');
    await slotMenu(ui, 1, 'slot-rename');
    await ui.fill('slot-name', 'In the drawer');
    await ui.click('rename-slot-save');
    await ui.until(() => /Renamed a way to unlock: In the drawer/.test(document.querySelector('[data-testid=history-record]')?.textContent ?? ''));
  });

  job('a new key asks for every password that there is, and says when that is not known', { fake: 'filled', slow: 'slotList:300' }, async (ui) => {
    await settings(ui);
    await ui.fault('slotList:500:1');
    await ui.click('new-key');
    await ui.page.locator('[data-testid=new-key-dialog] [data-testid=error-note]').waitFor();
    assert.equal(await ui.id('new-key-password').count(), 0);
    await ui.click('new-key-load');
    await ui.focused('new-key-password');
    assert.equal(await ui.id('new-key-password').count(), 1);
    await ui.press('Escape');
    await ui.gone('new-key-dialog');
    // Its answer is still on the way.
    await ui.outside({ do: 'add_password', name: 'Grace' });
    await ui.click('new-key');
    await ui.focused('new-key-password');
    assert.equal(await ui.id('new-key-password').count(), 2);
  });
});

describe('backups', () => {
  job('one that failed is told on the first screen and leads to the settings', { fake: 'filled', accounts: '0' }, async (ui) => {
    await ui.see('code-row');
    await ui.event({ kind: 'backup_failed', error: { code: 'backup_no_space', message: 'the disk is full', hint: 'make room', retryAfterMs: null } });
    await ui.see('backup-failed');
    assert.match(await ui.said(), /The last backup was not made/);
    assert.match(await ui.id('backup-failed').innerText(), /The disk is full\. Make room\./);
    await ui.click('backup-failed-settings');
    await ui.see('backup-now');
    await ui.page.waitForFunction(() => document.activeElement?.textContent === 'Backups');
    await ui.click('backup-now');
    await ui.see('notice');
    assert.equal(await ui.id('error-note').count(), 0, 'a backup that was made ends it');
    await ui.click('nav-codes');
    await ui.see('code-row');
    assert.equal(await ui.id('backup-failed').count(), 0);
  });

  job('go to another folder and back, and say when it cannot be used', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    assert.equal(await ui.id('backup-default').count(), 0);
    await ui.click('backup-choose');
    await ui.page.getByText('/home/ada/Nextcloud/Deskfob backups').waitFor();
    await ui.click('backup-default');
    await ui.page.getByText('/home/ada/.local/share/deskfob/backups').waitFor();
    await ui.fault('backupChooseFolder:backup_folder_unusable');
    await ui.click('backup-choose');
    await ui.see('error-note');
    assert.equal(await ui.id('backup-folder').innerText(), '/home/ada/.local/share/deskfob/backups');
  });

  job('are kept for as long as was chosen, whatever else goes on, and show what is kept', { fake: 'filled', slow: 'backupNow:1500' }, async (ui) => {
    const kept = (testid) => ui.id(testid).inputValue();
    await settings(ui);
    await ui.click('backup-now');
    await ui.id('keep-days').selectOption('30');
    await ui.id('keep-months').selectOption('24');
    await ui.see('notice');
    await ui.click('nav-codes');
    await ui.see('code-row');
    await settings(ui);
    assert.deepEqual([await kept('keep-days'), await kept('keep-months')], ['30', '24']);
    await ui.fault('settingsSet:500:1');
    await ui.id('keep-days').selectOption('90');
    await ui.see('error-note');
    await ui.until(() => document.querySelector('[data-testid=keep-days]').value === '30');
    await ui.id('keep-days').selectOption('90');
    await ui.gone('error-note');
    await ui.until(() => document.querySelector('[data-testid=keep-days]').value === '90');
  });

  job('one that fails once the vault was closed says why on the lock screen', { fake: 'filled', closes: '1' }, async (ui) => {
    await settings(ui);
    await ui.click('backup-restore');
    await ui.click('restore-everything');
    await ui.fill('restore-password', PASSWORD);
    await ui.click('restore-confirm');
    await ui.see('unlock-password');
    await ui.page.locator('[data-testid=error-note][data-code=restore_not_opened]').waitFor();
    await ui.picture('lock-after-failed-restore');
    await ui.unlock();
    await ui.see('slot');
    await ui.lock();
    await ui.see('unlock-password');
    assert.equal(await ui.id('error-note').count(), 0, 'it was over when the vault was open again');
  });

  job('bring back what is missing', { fake: 'filled', accounts: '0' }, async (ui) => {
    await settings(ui);
    await tabTo(ui, 'backup-restore', 90);
    await ui.press('Enter');
    await ui.see('difference');
    assert.equal(await ui.id('difference').innerText(), '2 only in the backup · 1 only in the vault · 1 changed · 6 the same');
    await tabTo(ui, 'restore-missing');
    await ui.press('Enter');
    await ui.gone('restore-dialog');
    assert.match(await ui.id('notice').innerText(), /2 entries are back/);
    await ui.focused('backup-restore');
    await ui.click('nav-codes');
    await ui.page.waitForFunction(() => document.querySelectorAll('[data-testid=code-row]').length === 10);
  });

  job('put everything back, with the password', { fake: 'filled', accounts: '0' }, async (ui) => {
    await settings(ui);
    await ui.click('backup-restore');
    await ui.click('restore-everything');
    assert.match(await ui.id('restore-loss').innerText(), /1 entry of today would go/);
    await ui.focused('restore-password');
    await ui.fill('restore-password', 'wrong');
    await ui.press('Enter');
    await alert(ui).waitFor();
    await ui.fill('restore-password', PASSWORD);
    await ui.press('Enter');
    await ui.gone('restore-dialog');
    assert.match(await ui.id('notice').innerText(), /The vault is as it was on/);
  });

  job('one with a password of its own asks for it', { fake: 'filled', picked: 'own' }, async (ui) => {
    await settings(ui);
    await ui.click('restore-file');
    await ui.focused('restore-password');
    await ui.type('wrong');
    await ui.press('Enter');
    assert.match(await alert(ui).innerText(), /doesn’t open this backup/);
    await ui.fill('restore-password', 'yesterday horse');
    await ui.press('Enter');
    await ui.see('difference');
    await ui.press('Escape');
    await ui.gone('restore-dialog');
    await ui.focused('restore-file');
  });

  job('no file chosen is no dialog', { fake: 'filled', picked: 'closed' }, async (ui) => {
    await settings(ui);
    await ui.click('restore-file');
    await ui.page.waitForTimeout(150);
    assert.equal(await ui.page.locator('[role=dialog]').count(), 0);
  });

  job('a check says what it found, worst first in its summary', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.click('check-vault');
    await ui.see('finding');
    assert.match(await ui.id('check-dialog').innerText(), /1 problem, 1 warning/);
    assert.match(await ui.said(), /1 problem, 1 warning/);
  });
});

describe('an export', () => {
  job('is sealed with a passphrase typed twice', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.click('export-open');
    assert.match(await ui.id('export-command').innerText(), /^age -d /);
    await ui.fill('export-passphrase', 'kettle lamp orbit 9');
    await ui.fill('export-passphrase-repeat', 'kettle lamp');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('export-submit');
    assert.match(await alert(ui).innerText(), /The two passphrases differ\./);
    await ui.focused('export-passphrase-repeat');
    await ui.fill('export-passphrase-repeat', 'kettle lamp orbit 9');
    await ui.click('export-submit');
    await ui.gone('export-dialog');
    assert.match(await ui.id('notice').innerText(), /Saved deskfob-export\.age/);
  });

  job('stays open when no place was chosen', { fake: 'filled', save: 'closed' }, async (ui) => {
    await settings(ui);
    await ui.click('export-open');
    await ui.fill('export-passphrase', 'kettle lamp orbit 9');
    await ui.fill('export-passphrase-repeat', 'kettle lamp orbit 9');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('export-submit');
    await ui.page.waitForTimeout(150);
    assert.equal(await ui.id('export-passphrase').inputValue(), 'kettle lamp orbit 9');
  });

  job('without protection only after the warning is ticked', { fake: 'filled' }, async (ui) => {
    await settings(ui);
    await ui.click('export-plain-open');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('export-plain-submit');
    assert.match(await alert(ui).innerText(), /Tick the box to go on\./);
    assert.equal(await ui.focus(), 'export-understood');
    await ui.press('Space');
    await ui.id('export-json').check();
    await ui.click('export-plain-submit');
    await ui.gone('export-plain-dialog');
    assert.match(await ui.id('notice').innerText(), /Saved deskfob-export\.json/);
  });
});

describe('a damaged vault', () => {
  job('is repaired from the last change', { fake: 'damaged' }, async (ui) => {
    await ui.see('damaged');
    assert.match(await ui.id('damaged').innerText(), /its checksum is wrong\./);
    await tabTo(ui, 'damaged-repair');
    await ui.press('Enter');
    await ui.focused('confirm-password');
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.see('codes-empty');
    assert.match(await ui.said(), /repaired and open/);
  });

  job('offers no repair where there is none, and is restored from a backup', { fake: 'damaged', repair: 'no' }, async (ui) => {
    await ui.see('damaged');
    assert.equal(await ui.id('damaged-repair').count(), 0);
    await ui.click('damaged-restore');
    await ui.focused('restore-password');
    await ui.type(PASSWORD);
    await ui.press('Enter');
    await ui.see('restore-everything');
    assert.match(await ui.id('restore-dialog').innerText(), /9 entries and 1 platform account/);
    assert.equal(await ui.id('restore-missing').count(), 0);
    await ui.click('restore-everything');
    await ui.click('restore-confirm');
    await ui.see('codes-empty');
  });

  job('that cannot be repaired leads to a backup', { fake: 'damaged', repair: 'refused' }, async (ui) => {
    await ui.click('damaged-repair');
    await ui.fill('confirm-password', PASSWORD);
    await ui.click('confirm-submit');
    await ui.see('error-note');
    assert.match(await ui.id('error-note').innerText(), /does not belong to this database\.\s+Restore a backup\./);
    await ui.press('Escape');
    await ui.gone('repair-dialog');
    await ui.focused('damaged-repair');
  });
});

describe('a new key that fails once the vault was closed', () => {
  job('says why on the lock screen', { fake: 'filled', closes: '1' }, async (ui) => {
    await settings(ui);
    await ui.click('new-key');
    await ui.fill('new-key-password', PASSWORD);
    await ui.click('new-key-submit');
    await ui.see('unlock-password');
    await ui.page.locator('[data-testid=error-note][data-code=new_key_not_opened]').waitFor();
    await ui.unlock();
    await ui.see('slot');
  });
});

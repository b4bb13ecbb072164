// Keeping entries: editing, pinning, order, tags, the trash, what cannot be read, and another program on the same vault.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({ query: { fake: 'filled', accounts: '0' }, begin: (ui, query) => ui.see(query.ready ?? 'code-row') });

const order = (ui) => ui.id('code-row').evaluateAll((rows) => rows.map((row) => row.dataset.entry).join(' '));
const row = (ui) => ui.page.evaluate(() => document.activeElement?.dataset.row ?? null);
const focusedRow = (ui, id) => ui.until((entry) => document.activeElement?.dataset.row === entry, id);
const ordered = (ui, ids) => ui.until((want) => [...document.querySelectorAll('[data-testid=code-row]')].map((each) => each.dataset.entry).join(' ') === want, ids);
const edit = async (ui, ...keys) => {
  await ui.press('ArrowDown', ...keys, 'F2');
  await ui.see('edit-dialog');
  await ui.until(() => !document.querySelector('[data-testid=edit-notes]')?.readOnly);
};
const trash = async (ui) => {
  await ui.click('list-menu-open');
  await ui.click('trash-open');
  await ui.page.getByRole('heading', { name: 'Trash', exact: true }).waitFor();
};

describe('editing', () => {
  job('changes everything by keyboard, and Undo puts all of it back', {}, async (ui) => {
    await edit(ui);
    assert.equal(await ui.focus(), 'edit-issuer');
    await ui.press('Control+a');
    await ui.type('Codeberg');
    await tabTo(ui, 'edit-icon');
    await ui.type('cb');
    assert.equal(await ui.id('edit-icon-preview').innerText(), 'cb', 'the preview is live');
    await tabTo(ui, 'edit-tag-input');
    await ui.type('Forge');
    await ui.press('Enter');
    await ui.type('per');
    assert.equal(await ui.id('tag-known').count(), 1, 'only what fits is suggested');
    await ui.press('ArrowDown', 'Enter');
    await ui.focused('edit-tag-input');
    assert.deepEqual(await ui.page.locator('[data-testid=edit-tags] .text').allInnerTexts(), ['Code', 'Work', 'Forge', 'Personal']);
    await ui.press('Backspace');
    assert.equal(await ui.focus(), 'tag-remove', 'Backspace goes to the last tag first');
    await ui.press('ArrowLeft', 'ArrowLeft', 'Delete');
    await ui.until(() => document.querySelectorAll('[data-testid=tag-remove]').length === 3);
    assert.equal(await ui.focus(), 'tag-remove', 'the next tag has the focus');
    await tabTo(ui, 'edit-notes');
    await ui.press('Control+a');
    await ui.type('moved from GitHub');
    await ui.press('Control+Enter');
    await ui.gone('edit-dialog');
    await focusedRow(ui, 'e1');
    const saved = ui.page.locator('[data-entry=e1]');
    assert.equal(await saved.getAttribute('data-issuer'), 'Codeberg');
    assert.equal(await saved.locator('.icon').innerText(), 'cb');
    assert.match(await ui.id('notice').innerText(), /Codeberg saved/);

    await ui.press('F2');
    await ui.see('edit-dialog');
    await ui.until(() => document.querySelector('[data-testid=edit-notes]')?.value === 'moved from GitHub');
    assert.deepEqual(await ui.page.locator('[data-testid=edit-tags] .text').allInnerTexts(), ['Code', 'Forge', 'Personal']);
    await ui.press('Escape');
    await ui.gone('edit-dialog');
    await focusedRow(ui, 'e1');

    await ui.press('Control+z');
    await ui.page.locator('[data-issuer="GitHub"]').waitFor();
    await focusedRow(ui, 'e1');
    await ui.press('F2');
    await ui.until(() => document.querySelector('[data-testid=edit-notes]')?.value.startsWith('Owner of the analytical-engines'));
    assert.equal(await ui.id('edit-icon').inputValue(), '');
    assert.deepEqual(await ui.page.locator('[data-testid=edit-tags] .text').allInnerTexts(), ['Code', 'Work']);
  });

  job('shows the facts in words, with the counter of a counter-based code', {}, async (ui) => {
    await edit(ui);
    assert.match((await ui.id('edit-facts').innerText()).replace(/\s+/g, ' '), /Time-based: 6 digits, every 30 seconds, SHA-1 Used 212 times Last used 3 hours ago/);
    await ui.press('Escape');
    await ui.gone('edit-dialog');
    await ui.press('End', 'ArrowUp', 'Enter');
    await ui.page.locator('[data-entry=e7] [data-testid=code-digits]').waitFor();
    await ui.press('F2');
    await ui.see('edit-dialog');
    await ui.until(() => /Counter\s+42/.test(document.querySelector('[data-testid=edit-facts]')?.innerText ?? ''));
    await ui.until(() => /Used\s+42 times\s+Last used\s+just now/.test(document.querySelector('[data-testid=edit-facts]')?.innerText ?? ''));
  });

  job('a chosen icon goes back to automatic', {}, async (ui) => {
    await edit(ui, 'ArrowDown', 'ArrowDown');
    assert.equal(await ui.id('edit-icon-preview').innerText(), 'AW');
    await ui.click('edit-icon-automatic');
    assert.equal(await ui.id('edit-icon-preview').innerText(), 'A');
    await ui.click('edit-save');
    await ui.gone('edit-dialog');
    assert.equal(await ui.page.locator('[data-entry=e3] .icon').innerText(), 'A');
  });

  job('says what is too long, and does not save it', {}, async (ui) => {
    await edit(ui);
    const says = (text) => ui.id('edit-dialog').getByText(text).waitFor();
    await ui.fill('edit-icon', 'GIT');
    await says('Use one emoji, or one or two letters.');
    await ui.fill('edit-icon', '👩‍🚀');
    await ui.id('edit-dialog').getByText('Use one emoji').waitFor({ state: 'detached' });
    await ui.fill('edit-account', 'a'.repeat(1025));
    await says('At most 1,024 characters: 1 too many.');
    assert.equal(await ui.id('edit-save').isDisabled(), true);
    await ui.fill('edit-account', 'ada');
    await ui.fill('edit-notes', 'n'.repeat(9_990));
    await says('10 characters left.');
    await ui.fill('edit-notes', 'n'.repeat(10_001));
    await says('At most 10,000 characters: 1 too many.');
    await ui.fill('edit-notes', '');
    await ui.fill('edit-tag-input', Array.from({ length: 18 }, (_, i) => `t${i}`).join(','));
    await ui.press('Enter');
    assert.equal(await ui.id('tag-remove').count(), 20);
    await ui.type('one more');
    await ui.press('Enter');
    await says('At most 20 tags. Remove one first.');
    await ui.click('edit-save');
    assert.equal(await ui.id('edit-dialog').count(), 1, 'what is typed is not dropped silently');
    await ui.fill('edit-tag-input', '');
    await ui.click('edit-save');
    await ui.gone('edit-dialog');
  });

  job('asks before typed changes are dropped', {}, async (ui) => {
    await edit(ui);
    await ui.press('Escape');
    await ui.gone('edit-dialog');
    await focusedRow(ui, 'e1');
    await ui.press('F2');
    await ui.see('edit-dialog');
    await ui.fill('edit-notes', 'long thoughts');
    await ui.press('Escape');
    await ui.see('edit-unsaved');
    await ui.focused('edit-keep');
    await ui.press('Escape');
    await ui.gone('edit-unsaved');
    assert.equal(await ui.id('edit-notes').inputValue(), 'long thoughts');
    await ui.press('Escape');
    await ui.click('edit-discard');
    await ui.gone('edit-dialog');
    await focusedRow(ui, 'e1');
  });

  job('a failed save keeps what was typed, and works the second time', { fail: 'entryEdit:disk_full:1' }, async (ui) => {
    await edit(ui);
    await ui.fill('edit-issuer', 'Codeberg');
    await ui.click('edit-save');
    await ui.see('error-note');
    assert.equal(await ui.id('edit-issuer').inputValue(), 'Codeberg');
    await ui.click('edit-save');
    await ui.gone('edit-dialog');
    await ui.page.locator('[data-issuer="Codeberg"]').waitFor();
  });

  job('notes that cannot be read are not overwritten', { fail: 'entryDetails:io:1' }, async (ui) => {
    await ui.press('ArrowDown', 'F2');
    await ui.see('error-note');
    assert.equal(await ui.id('edit-save').isDisabled(), true);
    await ui.click('edit-retry');
    await ui.until(() => document.querySelector('[data-testid=edit-notes]')?.value.startsWith('Owner'));
    assert.equal(await ui.id('edit-save').isDisabled(), false);
  });

  job('an undo that fails says so', { fail: 'entryEdit:disk_full:0' }, async (ui) => {
    await edit(ui);
    await ui.fill('edit-issuer', 'Codeberg');
    await ui.click('edit-save');
    await ui.see('notice');
    await ui.fault('entryEdit:disk_full');
    await ui.click('notice-action');
    await ui.until(() => /Disk full/.test(document.querySelector('[data-testid=notice]')?.innerText ?? ''));
  });
});

describe('favourites and order', () => {
  job('P pins the row, the focus goes with it, and a divider sets favourites apart', {}, async (ui) => {
    await ui.press('ArrowDown', 'End', 'ArrowUp', 'p');
    await ordered(ui, 'e1 e7 e2 e3 e4 e5 e6 e8');
    assert.equal(await row(ui), 'e7');
    assert.match(await ui.said(), /Old VPN token pinned/);
    assert.equal(await ui.page.locator('.after-favourites').getAttribute('data-entry'), 'e2');
    assert.match(await ui.id('code-main').nth(1).innerText(), /Old VPN token, alovelace, pinned, next code/);
    await ui.press('p');
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
    assert.equal(await row(ui), 'e7');
  });

  job('Alt and arrows move the row as often as pressed, and the order is kept', {}, async (ui) => {
    await ui.press('ArrowDown', 'End', 'Alt+ArrowUp', 'Alt+ArrowUp', 'Alt+ArrowUp');
    await ordered(ui, 'e1 e2 e3 e4 e8 e5 e6 e7');
    assert.equal(await row(ui), 'e8');
    assert.match(await ui.said(), /ada@selfhosted\.example, 5 of 8/);
    await ui.press('Alt+ArrowDown');
    await ordered(ui, 'e1 e2 e3 e4 e5 e8 e6 e7');
    await ui.press('Control+2', 'Control+1');
    await ui.see('code-row');
    await ordered(ui, 'e1 e2 e3 e4 e5 e8 e6 e7');
    await ui.press('ArrowDown', 'Alt+ArrowDown');
    assert.match(await ui.said(), /can’t go further/, 'a favourite stays among favourites');
  });

  job('the menu moves and pins, too', {}, async (ui) => {
    await ui.id('code-more').nth(2).click();
    await ui.click('code-move-down');
    await ordered(ui, 'e1 e2 e4 e3 e5 e6 e7 e8');
    await ui.id('code-more').nth(1).click();
    assert.equal(await ui.id('code-move-up').getAttribute('aria-disabled'), 'true', 'there is nothing above it');
    await ui.click('code-favourite');
    await ordered(ui, 'e1 e2 e4 e3 e5 e6 e7 e8');
    assert.equal(await ui.page.locator('.after-favourites').getAttribute('data-entry'), 'e4');
  });

  job('the grip moves a row by pointer', {}, async (ui) => {
    await ui.page.locator('[data-entry=e4]').hover();
    const from = await ui.page.locator('[data-entry=e4] [data-testid=code-grip]').boundingBox();
    const to = await ui.page.locator('[data-entry=e2]').boundingBox();
    await ui.page.mouse.move(from.x + 6, from.y + 30);
    await ui.page.mouse.down();
    await ui.page.mouse.move(to.x + 20, to.y + 40, { steps: 6 });
    await ui.page.mouse.move(to.x + 20, to.y + 8, { steps: 3 });
    assert.equal(await ui.page.locator('.drop-before').getAttribute('data-entry'), 'e2');
    await ui.page.mouse.up();
    await ordered(ui, 'e1 e4 e2 e3 e5 e6 e7 e8');
    assert.equal(await ui.clipboard(), null, 'dragging copies nothing');
  });

  job('a move that cannot be kept goes back and says so', { fail: 'entryReorder:disk_full:1' }, async (ui) => {
    await ui.press('ArrowDown', 'End', 'Alt+ArrowUp');
    await ui.see('error-note');
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
  });

  job('the chosen sort is remembered, and rows do not jump when a code is used', {}, async (ui) => {
    await ui.click('sort-open');
    await ui.click('sort-issuer');
    await ordered(ui, 'e1 e8 e3 e6 e5 e2 e7 e4');
    await ui.page.reload();
    await ui.see('code-row');
    await ordered(ui, 'e1 e8 e3 e6 e5 e2 e7 e4');
    await ui.click('sort-open');
    await ui.click('sort-recent');
    await ordered(ui, 'e1 e5 e2 e3 e7 e4 e6 e8');
    await ui.page.locator('[data-row=e6]').click();
    await ui.see('code-copied');
    await ui.outside({ do: 'edit', id: 'e8', edit: { account: 'b' } });
    await ui.page.waitForTimeout(100);
    await ordered(ui, 'e1 e5 e2 e3 e7 e4 e6 e8');
    await ui.press('Control+2', 'Control+1');
    await ordered(ui, 'e1 e6 e5 e2 e3 e7 e4 e8');
    await ui.press('ArrowDown', 'Alt+ArrowDown');
    assert.match(await ui.id('notice').innerText(), /Choose “My order” to move codes\./);
    await ui.click('notice-action');
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
  });
});

describe('tags', () => {
  job('narrow the list together with the search, and go by Escape', {}, async (ui) => {
    await ui.page.getByRole('button', { name: /^Work/ }).click();
    await ordered(ui, 'e1 e3 e7');
    await ui.fill('codes-search', 'vpn');
    await ordered(ui, 'e7');
    await ui.press('Escape');
    await ordered(ui, 'e1 e3 e7');
    await ui.press('Escape');
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
    await ui.fill('codes-search', 'personal');
    await ordered(ui, 'e2 e4 e5');
    await ui.fill('codes-search', '');
    await ui.page.getByRole('button', { name: /^Personal/ }).click();
    await ui.page.getByRole('button', { name: /^Money/ }).click();
    await ui.see('codes-no-match');
    assert.match(await ui.id('codes-no-match').innerText(), /Nothing is tagged Money and Personal/);
    await ui.click('clear-all');
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
    assert.equal(await ui.focus(), 'codes-search');
  });

  job('whose last entry loses them go from the filter', {}, async (ui) => {
    await ui.page.getByRole('button', { name: /^Money/ }).click();
    await ordered(ui, 'e6');
    await ui.outside({ do: 'edit', id: 'e6', edit: { tags: [] } });
    await ordered(ui, 'e1 e2 e3 e4 e5 e6 e7 e8');
    assert.equal(await ui.page.getByRole('button', { name: /^Money/ }).count(), 0);
  });

  job('have no place while there are none', { fake: 'empty', picture: 'many', ready: 'codes-empty' }, async (ui) => {
    await ui.click('add-open');
    await ui.click('add-image');
    await ui.click('review-save');
    await ui.see('code-row');
    assert.equal(await ui.id('tag-filter').count(), 0);
  });
});

describe('the trash', () => {
  job('gives back what was removed, by keyboard', { trash: '3' }, async (ui) => {
    await tabTo(ui, 'list-menu-open', 80);
    await ui.press('Enter', 'Enter');
    await ui.see('trash-list');
    assert.equal(await ui.id('trash-row').count(), 3);
    await tabTo(ui, 'trash-restore');
    await ui.press('Enter');
    await ui.until(() => document.querySelectorAll('[data-testid=trash-row]').length === 2);
    await ui.focused('trash-restore');
    await ui.press('Control+z');
    await ui.see('code-row');
    await focusedRow(ui, 't1');
    assert.equal(await ui.id('code-row').count(), 9);
  });

  job('deletes one for good only when asked again', { trash: '3' }, async (ui) => {
    await trash(ui);
    await ui.id('trash-purge').nth(1).click();
    await ui.see('trash-dialog');
    assert.match(await ui.id('trash-dialog').innerText(), /Delete Old employer for good\?[^]*Codes for Old employer \(a\.lovelace@difference-engines\.example\) can’t be made again/);
    await ui.press('Escape');
    await ui.gone('trash-dialog');
    await ui.focused('trash-purge');
    assert.equal(await ui.id('trash-row').count(), 3, 'Escape deletes nothing');
    await ui.press('Enter');
    await tabTo(ui, 'trash-confirm');
    await ui.press('Enter');
    await ui.gone('trash-dialog');
    assert.equal(await ui.id('trash-row').count(), 2);
    await ui.focused('trash-restore');
    assert.match(await ui.id('notice').innerText(), /Old employer deleted for good/);
    assert.equal(await ui.id('notice-action').count(), 0, 'there is no undo');
  });

  job('is emptied with the number said', { trash: '8' }, async (ui) => {
    await trash(ui);
    await ui.click('trash-empty');
    assert.match(await ui.id('trash-dialog').innerText(), /Delete 8 codes for good\?[^]*Twitter[^]*and 5 others can’t be made again/);
    assert.equal(await ui.id('trash-confirm').innerText(), 'Delete 8 for good');
    await ui.click('trash-confirm');
    await ui.see('trash-none');
    assert.match(await ui.id('notice').innerText(), /8 codes deleted for good/);
    await ui.until(() => document.activeElement?.tagName === 'H1');
    await ui.press('Escape');
    await ui.see('code-row');
  });

  job('says what failed and keeps the row', { trash: '3', fail: 'entryPurge:disk_full:1' }, async (ui) => {
    await trash(ui);
    await ui.click('trash-purge');
    await ui.click('trash-confirm');
    await ui.see('error-note');
    await ui.click('trash-confirm');
    await ui.gone('trash-dialog');
    assert.equal(await ui.id('trash-row').count(), 2);
  });

  job('is reached from Settings, says what failed and tries again', { fail: 'trashList:io:1,entryRestore:disk_full:1', trash: '1' }, async (ui) => {
    await ui.click('nav-settings');
    await ui.click('settings-trash');
    await ui.see('error-note');
    await ui.click('trash-retry');
    await ui.click('trash-restore');
    await ui.see('error-note');
    assert.match(await ui.id('error-note').innerText(), /Disk full/);
    assert.equal(await ui.id('trash-row').count(), 1);
    await ui.click('trash-restore');
    await ui.see('trash-none');
  });

  job('follows another program, also in its dialog', { trash: '3' }, async (ui) => {
    await trash(ui);
    await ui.outside({ do: 'remove', id: 'e2' });
    await ui.until(() => document.querySelectorAll('[data-testid=trash-row]').length === 4);
    await ui.id('trash-purge').nth(1).click();
    await ui.see('trash-confirm');
    await ui.outside({ do: 'restore', id: 't1' });
    await ui.see('gone-note');
    assert.equal(await ui.id('trash-confirm').count(), 0);
    await ui.click('trash-dialog-close');
    await ui.gone('trash-dialog');
    await ui.focused('trash-restore');
  });

  job('gets what is removed, and Undo fetches it back', {}, async (ui) => {
    await ui.press('ArrowDown', 'ArrowDown', 'Delete');
    await ui.click('remove-confirm');
    await ui.gone('remove-dialog');
    await focusedRow(ui, 'e3');
    await ui.press('Control+z');
    await focusedRow(ui, 'e2');
    assert.equal(await ui.id('code-row').count(), 8);
  });
});

describe('entries that cannot be read', () => {
  job('are said quietly and listed', { unreadable: '3' }, async (ui) => {
    assert.match(await ui.id('unreadable-banner').innerText(), /3 entries can’t be read by this version[^]*They are kept as they are/);
    await ui.click('unreadable-show');
    const text = await ui.id('unreadable-dialog').innerText();
    assert.match(text, /Next bank\s+ada@example\.com\s+Its codes are made with SHA3-256, which this version does not know\./);
    assert.match(text, /No name can be read\s+Its row in the vault is not complete\./);
    await ui.press('Escape');
    await ui.focused('unreadable-show');
  });

  job('are told of where the trash is, which does not lose them', { trash: '1', lost: '1' }, async (ui) => {
    assert.equal(await ui.id('unreadable-banner').count(), 0, 'they are not in the list');
    await trash(ui);
    assert.match(await ui.id('unreadable-banner').innerText(), /1 entry can’t be read by this version[^]*Emptying the trash leaves it there/);
    await ui.click('unreadable-show');
    assert.match(await ui.id('unreadable-entry').innerText(), /Next bank[^]*In the trash/);
  });

  job('do not keep the codes from being shown when even their list fails', { unreadable: '1', fail: 'entryUnreadable:io' }, async (ui) => {
    assert.equal(await ui.id('code-row').count(), 8);
    assert.equal(await ui.id('unreadable-banner').count(), 0);
    assert.equal(await ui.id('error-note').count(), 0);
  });
});

describe('another program on the same vault', () => {
  job('changes the list without taking the focus or the place', {}, async (ui) => {
    await ui.press('ArrowDown', 'End', 'ArrowUp');
    const top = () => ui.page.locator('[data-entry=e7]').evaluate((each) => Math.round(each.getBoundingClientRect().top));
    await ui.page.evaluate(() => document.querySelector('main').scrollTo(0, 9999));
    const before = await top();
    await ui.outside({ do: 'add', id: 'n1', issuer: 'New', first: true });
    await ordered(ui, 'e1 n1 e2 e3 e4 e5 e6 e7 e8');
    assert.equal(await top(), before, 'what is read stays where it is');
    assert.equal(await row(ui), 'e7');
    await ui.outside({ do: 'edit', id: 'e7', edit: { favourite: true } });
    await ordered(ui, 'e1 e7 n1 e2 e3 e4 e5 e6 e8');
    assert.equal(await row(ui), 'e7', 'a row that moved keeps the focus');
    await ui.outside({ do: 'remove', id: 'e7' });
    await focusedRow(ui, 'n1');
    assert.equal(await ui.page.locator('[data-entry=n1] [data-testid=code-digits]').count(), 1, 'a new row comes with its code');
  }, { height: 480 });

  job('keeps the search, the tags and an open menu', {}, async (ui) => {
    await ui.page.getByRole('button', { name: /^Work/ }).click();
    await ui.fill('codes-search', 'a');
    await ui.id('code-more').first().click();
    await ui.see('code-menu');
    await ui.outside({ do: 'add', id: 'n1', issuer: 'New', first: true });
    await ui.page.waitForTimeout(100);
    assert.equal(await ui.id('code-menu').count(), 1);
    await ui.outside({ do: 'remove', id: 'e1' });
    await ui.gone('code-menu');
    assert.equal(await ui.id('codes-search').inputValue(), 'a');
    await ordered(ui, 'e3 e7');
  });

  job('changes an entry that is being edited: what was not touched follows, what was is kept and said', {}, async (ui) => {
    await edit(ui);
    await ui.fill('edit-issuer', 'Codeberg');
    await ui.outside({ do: 'edit', id: 'e1', edit: { account: 'new@example.com', notes: 'theirs' } });
    await ui.see('edit-merged');
    assert.equal(await ui.id('edit-issuer').inputValue(), 'Codeberg');
    assert.equal(await ui.id('edit-account').inputValue(), 'new@example.com');
    assert.equal(await ui.id('edit-notes').inputValue(), 'theirs');
    await ui.outside({ do: 'edit', id: 'e1', edit: { issuer: 'GitHub Enterprise' } });
    await ui.see('edit-both');
    assert.match(await ui.id('edit-both').innerText(), /changed service meanwhile, and so did you\. Saving keeps yours\./);
    await ui.click('edit-save');
    await ui.gone('edit-dialog');
    await ui.page.locator('[data-issuer="Codeberg"]').waitFor();
  });

  job('removes an entry that is being edited: the dialog says so and keeps the text', {}, async (ui) => {
    await edit(ui);
    await ui.fill('edit-notes', 'not lost yet');
    await ui.outside({ do: 'remove', id: 'e1' });
    await ui.see('gone-note');
    assert.match(await ui.id('gone-note').innerText(), /GitHub is not in the vault any more/);
    assert.equal(await ui.id('edit-save').count(), 0);
    assert.equal(await ui.id('edit-notes').inputValue(), 'not lost yet');
    await ui.outside({ do: 'restore', id: 'e1' });
    await ui.gone('gone-note');
    await ui.click('edit-save');
    await ui.gone('edit-dialog');
    await focusedRow(ui, 'e1');
  });

  job('removes the last entry shown: the dialog stays', {}, async (ui) => {
    await ui.fill('codes-search', 'steam');
    await ui.press('Enter', 'F2');
    await ui.see('edit-dialog');
    await ui.outside({ do: 'remove', id: 'e4' });
    await ui.see('gone-note');
    await ui.click('edit-gone-trash');
    await ui.see('trash-row');
  });

  job('removes what is about to be removed', {}, async (ui) => {
    await ui.press('ArrowDown', 'Delete');
    await ui.see('remove-confirm');
    await ui.outside({ do: 'remove', id: 'e1' });
    await ui.see('gone-note');
    await ui.click('remove-close');
    await ui.gone('remove-dialog');
  });
});

describe('locking', () => {
  const locked = async (ui, ...secrets) => {
    await ui.lock();
    await ui.see('unlock-password');
    const left = await ui.html();
    for (const secret of secrets) assert.ok(!left.includes(secret), `${secret} is still in the page`);
    await ui.unlock();
  };

  job('takes an open dialog with its notes', {}, async (ui) => {
    await edit(ui);
    await ui.fill('edit-notes', 'very private words');
    await ui.fill('edit-tag-input', 'half a tag');
    await locked(ui, 'very private words', 'half a tag', 'analytical-engines', 'GitHub');
    await ui.see('code-row');
    assert.equal(await ui.id('edit-dialog').count(), 0);
  });

  job('takes the undo and the chosen tags', {}, async (ui) => {
    await ui.page.getByRole('button', { name: /^Work/ }).click();
    await ui.press('/');
    await edit(ui);
    await ui.fill('edit-issuer', 'Codeberg');
    await ui.click('edit-save');
    await ui.see('notice');
    await locked(ui, 'Codeberg', 'Work');
    await ui.see('code-row');
    assert.equal(await ui.id('notice').count(), 0);
    assert.equal(await ui.id('code-row').count(), 8);
  });

  job('takes the trash and its dialog, and unlocking comes back to it', { trash: '3' }, async (ui) => {
    await trash(ui);
    await ui.click('trash-purge');
    await locked(ui, 'Twitter', 'Old employer');
    await ui.see('trash-list');
    assert.equal(await ui.id('trash-dialog').count(), 0);
  });
});

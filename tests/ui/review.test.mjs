// What was read, from wherever: shown before it is saved, with what the vault has already.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({ query: { fake: 'filled' } });

const drop = async (ui) => {
  await ui.page.locator('[data-testid=nav-codes], [data-testid=unlock-password]').first().waitFor();
  await ui.page.evaluate(() => dispatchEvent(new DragEvent('drop')));
};
const paste = (ui, testid, text) =>
  ui.id(testid).evaluate((field, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData('text/plain', pasted);
    return field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  }, text);

const GITHUB = 'otpauth://totp/GitHub:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=GitHub';
const NEW = 'otpauth://totp/Forge:ada?secret=JBSWY3DPEHPK3PXP&issuer=Forge&digits=8&period=60&algorithm=SHA256';

describe('arriving', () => {
  job('on any screen, but not over a wizard that holds recovery codes', {}, async (ui) => {
    await ui.click('nav-accounts');
    await ui.see('account-card');
    await drop(ui);
    await ui.see('review-code');
    await ui.click('nav-accounts');
    await ui.click('protect-start');
    await ui.see('enrol-begin');
    await ui.link(NEW);
    await ui.see('notice');
    assert.match(await ui.id('notice').innerText(), /1 account to check/);
    assert.equal(await ui.id('enrol-begin').count(), 1, 'the wizard stays');
    await ui.click('notice-action');
    await ui.see('review-code');
    assert.equal(await ui.id('review-issuer').inputValue(), 'Forge');
  });

  job('during a dialog it waits on the start screen', {}, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+/');
    await ui.page.locator('[role=dialog]').waitFor();
    await ui.link(NEW);
    await ui.see('notice');
    await ui.press('Escape');
    await ui.see('drafts-waiting');
    await ui.click('drafts-open');
    await ui.see('review-code');
  });

  job('during a review it joins the list, and what was typed stays', {}, async (ui) => {
    await ui.link(NEW);
    await ui.see('review-code');
    await ui.fill('review-issuer', 'My forge');
    await ui.link('otpauth://totp/Mail:ada?secret=JBSWY3DPEHPK3PXQ&issuer=Mail');
    await ui.see('review-list');
    assert.equal(await ui.id('review-row').count(), 2);
    assert.match(await ui.id('review-list').innerText(), /My forge/);
  });

  job('a link pasted into the search is no search', {}, async (ui) => {
    await ui.see('code-row');
    assert.equal(await paste(ui, 'codes-search', 'github'), true, 'other text goes into the field');
    assert.equal(await paste(ui, 'codes-search', GITHUB), false);
    await ui.see('review-code');
  });

  job('a link that comes while the vault is locked waits for its opening', { fake: 'locked' }, async (ui) => {
    await ui.see('unlock-password');
    await ui.fill('unlock-password', 'half a pass');
    await ui.link(NEW);
    await ui.see('link-waits');
    assert.equal(await ui.id('unlock-password').inputValue(), 'half a pass', 'typing goes on');
    const page = await ui.html();
    assert.ok(!page.includes('JBSWY3DPEHPK3PXP') && !page.includes('Forge'), 'nothing of it is shown');
    await ui.unlock();
    await ui.see('review-code');
    assert.equal(await ui.id('review-issuer').inputValue(), 'Forge');
  });

  job('what is dropped on a locked vault is refused in words', { fake: 'locked' }, async (ui) => {
    await ui.see('unlock-password');
    await drop(ui);
    await ui.see('drop-locked');
    assert.match(await ui.id('drop-locked').innerText(), /Unlock it, then drop that again\./);
    await ui.unlock();
    await ui.see('code-row');
    assert.equal(await ui.id('drop-locked').count(), 0);
  });
});

describe('one account', () => {
  job('says how its codes are made, and keeps names and tags', { accounts: '0' }, async (ui) => {
    await ui.link(NEW);
    await ui.see('review-code');
    assert.equal(await ui.id('review-settings').innerText(), 'Time-based: 8 digits, every 60 seconds, SHA-256');
    assert.match(await ui.id('review-code').getAttribute('data-code'), /^\d{8}$/);
    await ui.fill('edit-tag-input', 'Work');
    await ui.click('review-save');
    await ui.see('code-list');
    assert.match(await ui.page.locator('[data-issuer=Forge]').innerText(), /Forge/);
    await ui.page.locator('[data-issuer=Forge] [data-testid=code-more]').click();
    await ui.click('code-edit');
    await ui.see('edit-dialog');
    assert.match(await ui.id('edit-tags').innerText(), /Work/);
  });

  job('another key: kept beside the old one unless asked, replaced with the old key in the trash', {}, async (ui) => {
    await ui.link(GITHUB);
    await ui.see('review-duplicate');
    assert.match(await ui.id('review-duplicate').innerText(), /You already have GitHub · ada@example\.com, with another key\./);
    assert.equal(await ui.id('duplicate-keep').isChecked(), true, 'what loses nothing comes first');
    await ui.click('duplicate-replace');
    await ui.click('review-save');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 8);
    assert.match(await ui.id('notice').innerText(), /GitHub · ada@example\.com replaced\. The old key is in the trash/);
    await ui.click('notice-action');
    await ui.page.locator('main').getByText('GitHub').first().waitFor();
  });

  job('the same key: nothing to do, and nothing is done', { accounts: '0' }, async (ui) => {
    await ui.link(NEW);
    await ui.see('review-code');
    await ui.click('review-save');
    await ui.see('code-list');
    await ui.link(NEW);
    await ui.see('review-duplicate');
    assert.match(await ui.id('review-duplicate').innerText(), /Forge · ada is in your vault already\./);
    assert.equal(await ui.id('duplicate-skip').isChecked(), true);
    assert.equal(await ui.id('review-save').innerText(), 'Leave it as it is');
    await ui.click('review-save');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 9);
  });

  job('one that another program added meanwhile is not added twice unasked', { accounts: '0' }, async (ui) => {
    await ui.link('otpauth://totp/x?secret=JBSWY3DPEHPK3PXP&issuer=Late');
    await ui.see('review-code');
    await ui.fill('review-account', '');
    await ui.outside({ do: 'add', id: 'late', issuer: 'Late' });
    await ui.click('review-save');
    await ui.see('error-note');
    await ui.see('review-duplicate');
    assert.equal(await ui.id('review-issuer').inputValue(), 'Late', 'what was typed stays');
    await ui.click('duplicate-keep');
    await ui.click('review-save');
    await ui.see('code-list');
    assert.equal(await ui.page.locator('[data-issuer=Late]').count(), 2);
  });
});

describe('several accounts', () => {
  job('each with its own choice', { picture: 'many' }, async (ui) => {
    await drop(ui);
    await ui.see('review-list');
    const rows = ui.id('review-row');
    assert.match(await rows.first().innerText(), /You have it with another key/);
    assert.equal(await rows.first().locator('[data-testid=review-tick]').isChecked(), false);
    await rows.first().locator('[data-testid=review-tick]').check();
    await ui.see('review-duplicate');
    await ui.click('duplicate-replace');
    await rows.nth(1).locator('[data-testid=review-more]').click();
    await rows.nth(1).locator('[data-testid=review-issuer]').fill('Renamed');
    await rows.nth(3).locator('[data-testid=review-tick]').uncheck();
    assert.equal(await ui.id('review-save').innerText(), 'Save 3 accounts');
    await ui.click('review-save');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 10, 'two added, one replaced, one left out');
    assert.equal(await ui.page.locator('[data-issuer=Renamed]').count(), 1);
    assert.match(await ui.id('notice').innerText(), /3 accounts saved\. 1 old key is in the trash/);
  });

  job('by keyboard alone', { picture: 'many' }, async (ui) => {
    await drop(ui);
    await ui.see('review-list');
    await tabTo(ui, 'review-tick');
    await ui.press('Space');
    await tabTo(ui, 'duplicate-keep');
    await ui.press('ArrowUp');
    assert.equal(await ui.id('duplicate-skip').isChecked(), true);
    await tabTo(ui, 'review-save');
    assert.equal(await ui.id('review-save').innerText(), 'Save 3 accounts', 'left as it is');
    await ui.press('Enter');
    await ui.see('code-list');
    assert.equal(await ui.id('code-row').count(), 11);
  });

  job('the codes of a transfer in any order', { accounts: '0' }, async (ui) => {
    await ui.link('part:3');
    await ui.see('transfer');
    assert.match(await ui.id('transfer').innerText(), /1 of 3 codes scanned, missing numbers 1 and 2\./);
    await ui.click('add-link');
    await ui.fill('link-text', 'part:1');
    await ui.click('link-submit');
    await ui.page.getByText('2 of 3 codes scanned, missing number 2.').first().waitFor();
    await ui.link('part:1');
    await ui.page.getByText('had been scanned before').waitFor();
    await ui.link('part:2');
    await ui.see('review-list');
    assert.equal(await ui.id('review-row').count(), 3);
    assert.equal(await ui.id('transfer').count(), 0);
  });

  job('a transfer that stays incomplete gives what is there, or is forgotten', { accounts: '0' }, async (ui) => {
    await ui.link('part:2');
    await ui.see('transfer');
    await ui.click('transfer-take');
    await ui.see('review-code');
    assert.equal(await ui.id('review-issuer').inputValue(), 'Moved 2');
    await ui.click('review-discard');
    await ui.link('part:2');
    await ui.see('transfer');
    await ui.click('transfer-forget');
    await ui.gone('transfer');
  });
});

describe('a hostile code', () => {
  const uri = (issuer, account) =>
    `otpauth://totp/${encodeURIComponent(account)}?secret=JBSWY3DPEHPK3PXP&issuer=${encodeURIComponent(issuer)}`;
  const cases = {
    'script': uri('<script>globalThis.hacked = 1</script>', '<img src=x onerror="globalThis.hacked = 1">'),
    'markup': uri('</p></form><h1>Vault broken</h1>', '<a href="javascript:globalThis.hacked=1">click</a>'),
    'right-to-left': uri('moc.elgoog\u202e', 'דוגמה\u2067evil'),
    'very long': uri('A'.repeat(10_000), 'w'.repeat(3_000)),
    'braces': uri('{alert(1)}${alert(1)}', '{{constructor}}'),
  };
  for (const [name, link] of Object.entries(cases)) {
    job(`${name}: is text, alone and in a list`, { accounts: '0' }, async (ui) => {
      const elements = () => ui.page.evaluate(() => document.querySelectorAll('main img, main script, main h1, main a').length);
      await ui.link(NEW);
      await ui.see('review-code');
      const usual = await elements();
      await ui.click('review-discard');
      const harmless = async (where) => {
        assert.equal(await elements(), usual, `${where}: nothing became an element`);
        assert.equal(await ui.page.evaluate(() => globalThis.hacked), undefined, `${where}: nothing ran`);
        const bare = await ui.page.evaluate(() => {
          const shown = [...document.querySelectorAll('main .issuer, main .names .muted')];
          return shown.filter((each) => each.textContent && !each.matches('bdi') && !each.querySelector('bdi')).length;
        });
        assert.equal(bare, 0, `${where}: names are isolated from the text around them`);
        for (const width of [360, 1280]) {
          await ui.page.setViewportSize({ width, height: 720 });
          const over = await ui.page.evaluate(() => {
            const main = document.querySelector('main');
            return Math.max(document.documentElement.scrollWidth - innerWidth, main.scrollWidth - main.clientWidth);
          });
          assert.ok(over <= 0, `${where}: ${over} px wider than a window of ${width}`);
        }
      };
      await ui.link(link);
      await ui.see('review-code');
      await harmless('alone');
      assert.ok(await ui.id('review-save').isVisible());
      await ui.link(NEW);
      await ui.see('review-list');
      await harmless('in a list');
      await ui.id('review-more').first().click();
      await ui.see('review-issuer');
      await harmless('unfolded');
    });
  }
});

describe('a link that arrives in the moment in which a review is left', () => {
  job('is reviewed by itself', { accounts: '0' }, async (ui) => {
    await ui.link(NEW);
    await ui.see('review-code');
    await ui.page.evaluate((link) => {
      document.querySelector('[data-testid=review-discard]').click();
      dispatchEvent(new CustomEvent('fake-link', { detail: link }));
    }, 'otpauth://totp/ada?secret=JBSWY3DPEHPK3PXP&issuer=Second');
    await ui.page.waitForFunction(() => document.querySelector('[data-testid=review-issuer]')?.value === 'Second');
    await ui.see('review-code');
    assert.equal(await ui.id('review-list').count(), 0, 'what was discarded is gone');
    await ui.link(NEW);
    await ui.see('review-list');
  });
});

describe('setup links', () => {
  job('open here only when switched on, by keyboard', {}, async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+,');
    await ui.see('open-links');
    await ui.page.waitForFunction(() => !document.querySelector('[data-testid=open-links]').disabled);
    assert.equal(await ui.id('open-links').getAttribute('aria-checked') ?? String(await ui.id('open-links').isChecked()), 'false');
    await tabTo(ui, 'open-links', 80);
    await ui.press('Space');
    await ui.page.waitForFunction(() => {
      const line = document.querySelector('[data-testid=open-links]');
      return line.checked === true || line.getAttribute('aria-checked') === 'true';
    });
  });
});

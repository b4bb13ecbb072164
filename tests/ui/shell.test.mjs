// The window around the screens: what is loaded when, the navigation, and where one is in the settings.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { gzipSync } from 'node:zlib';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({ query: { fake: 'filled' } });
const current = (ui) => ui.page.locator('nav [aria-current]').evaluateAll((all) => all.map((each) => each.dataset.testid));
const heading = (ui, name) => ui.page.getByRole('heading', { name, exact: true, level: 1 });

/** Most bytes of script, compressed, before the codes are shown. */
const FIRST_LOAD = 120_000;

describe('screens', () => {
  let release;
  const begun = new Map();
  // Whatever is asked for once the page has begun waits.
  const held = async (page) => {
    const released = new Promise((done) => (release = done));
    page.on('response', (response) => {
      const name = new URL(response.url()).pathname;
      // The made-up backend is no part of the product.
      if (/\/assets\/(?!fake-).*\.js$/.test(name)) begun.set(name, response);
    });
    const late = /\/assets\/(Accounts|Add|Review|Organisation|Settings|Protect|Connect|Doctor|Camera|Region|Trash|CreateVault|Damaged|\w+Dialog|ShortcutSheet)-[^/]*\.js$/;
    await page.route(late, async (route) => {
      await released;
      await route.continue();
    });
  };

  job('come when they are needed: the codes are there without them, and stay until the next one is', {}, async (ui) => {
    await ui.see('code-row');
    const first = [...begun];
    const sizes = await Promise.all(first.map(async ([, response]) => gzipSync(await response.body()).length));
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    assert.ok(bytes > 50_000 && bytes <= FIRST_LOAD, `${bytes} bytes of script in ${first.map(([name]) => name).join(' ')}`);
    await ui.click('nav-doctor');
    assert.deepEqual(await current(ui), ['nav-doctor'], 'the press is answered at once');
    assert.equal(await ui.page.locator('main').getAttribute('aria-busy'), 'true');
    assert.ok((await ui.id('code-row').count()) > 0, 'nothing flashes');
    release();
    await ui.see('doctor-text');
    assert.equal(await ui.id('code-row').count(), 0);
    assert.equal(await ui.page.locator('main').getAttribute('aria-busy'), 'false');
    await ui.until(() => document.activeElement?.tagName === 'H1');
  }, { prepare: held });

  job('that cannot be loaded say so, and are tried again', {}, async (ui) => {
    await ui.see('code-row');
    await ui.click('nav-doctor');
    await ui.page.locator('[data-testid=error-note][data-code=part_not_loaded]').waitFor();
    await heading(ui, 'Not loaded').waitFor();
    await ui.until(() => document.activeElement?.tagName === 'H1');
    assert.equal(await ui.id('code-row').count(), 0);
    assert.deepEqual(await ui.violations(), []);
    await ui.click('nav-codes');
    await ui.see('code-row');
    await ui.click('nav-doctor');
    await ui.see('not-loaded-retry');
    await ui.page.unroute(/\/assets\/Doctor-/);
    await ui.click('not-loaded-retry');
    await ui.see('doctor-text');
    await ui.until(() => document.activeElement?.tagName === 'H1');
    // What the browser itself says of the request that was cut off.
    ui.problems.splice(0, Infinity, ...ui.problems.filter((problem) => !/Failed to load resource/.test(problem)));
  }, { prepare: (page) => page.route(/\/assets\/Doctor-/, (route) => route.abort()) });
});

describe('the navigation', () => {
  for (const width of [360, 320]) {
    job(`has every place at ${width} pixels, with its word, as large as a finger wants`, {}, async (ui) => {
      await ui.see('code-row');
      for (const place of ['codes', 'accounts', 'organisation', 'doctor', 'settings']) {
        await ui.click(`nav-${place}`);
        await ui.until((id) => document.querySelector(`[data-testid="nav-${id}"]`).getAttribute('aria-current') === 'page', place);
      }
      const items = await ui.page.locator('nav[aria-label=Main] button:visible').evaluateAll((all) =>
        all.map((each) => {
          const box = each.getBoundingClientRect();
          const word = each.querySelector('span').getBoundingClientRect();
          return { id: each.dataset.testid, left: box.left, right: box.right, height: box.height, inside: word.left >= box.left && word.right <= box.right, lines: word.height < 20 };
        }));
      assert.deepEqual(items.map(({ id }) => id), ['nav-codes', 'nav-accounts', 'nav-organisation', 'nav-doctor', 'nav-settings', 'lock-now']);
      for (const { id, left, right, height, inside, lines } of items) {
        assert.ok(left >= 0 && right <= width, `${id} is in the window`);
        assert.ok(right - left >= 32 && height >= 44, `${id} is ${right - left} by ${height}`);
        assert.ok(inside && lines, `${id} shows its word`);
      }
    }, { width, height: 640 });
  }
});

describe('the settings', () => {
  const here = (ui) => ui.page.locator('a[aria-current=location]').evaluateAll((all) => all.map((each) => each.dataset.testid).join(' '));
  const becomes = (ui, id) => ui.until((wanted) => document.querySelector('a[aria-current=location]')?.dataset.testid === wanted, id);
  const settings = async (ui) => {
    await ui.click('nav-settings');
    await ui.see('backup-now');
    await ui.see('history-record');
  };
  const scroll = async (ui, top) => {
    await ui.page.locator('main').evaluate((main, to) => main.scrollTo(0, to), top);
  };

  job('scroll inside the window, which stays where it is whatever is brought into view', {}, async (ui) => {
    await ui.click('nav-settings');
    await ui.see('history-record');
    await ui.id('history').evaluate((section) => section.scrollIntoView());
    const [beyond, scrolled] = await ui.page.evaluate(() => [document.documentElement.scrollHeight - innerHeight, document.documentElement.scrollTop]);
    assert.deepEqual([beyond, scrolled], [0, 0]);
  });

  job('mark the section that is read', {}, async (ui) => {
    await settings(ui);
    assert.equal(await here(ui), 'to-appearance');
    const top = await ui.id('section-locking').evaluate((section) => section.offsetTop);
    await scroll(ui, top);
    await becomes(ui, 'to-locking');
    await scroll(ui, 1_000_000);
    await becomes(ui, 'to-keyboard');
    await scroll(ui, 0);
    await becomes(ui, 'to-appearance');
  });

  job('mark the section that was gone to, by keyboard, even where it cannot come to the top', {}, async (ui) => {
    await settings(ui);
    await tabTo(ui, 'to-history');
    await ui.press('Enter');
    await becomes(ui, 'to-history');
    assert.equal(await ui.page.evaluate(() => document.activeElement.textContent), 'History');
    await ui.page.waitForTimeout(100);
    assert.equal(await here(ui), 'to-history', 'the scrolling that this made changes nothing');
    await ui.click('to-keyboard');
    await becomes(ui, 'to-keyboard');
    await scroll(ui, 0);
    await becomes(ui, 'to-appearance');
    await ui.id('export-open').focus();
    await becomes(ui, 'to-export');
  }, { width: 1280, height: 1400 });

  for (const reducedMotion of ['reduce', 'no-preference']) {
    job(`jump to a section at once (${reducedMotion})`, {}, async (ui) => {
      await settings(ui);
      const [before, after] = await ui.page.evaluate(() => {
        const main = document.querySelector('main');
        const first = main.scrollTop;
        document.querySelector('[data-testid=to-backups]').click();
        return [first, main.scrollTop];
      });
      assert.ok(before === 0 && after > 100, `${before} to ${after}: nothing glides`);
    }, { reducedMotion });
  }
});

// What the files of tests begin with: one browser a file, and a fresh page for each test.
import assert from 'node:assert/strict';
import { after, before, it } from 'node:test';
import { openBrowser, openPage, serve } from './harness.mjs';

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

/** A page of the file's browser, with the helpers of the harness. */
export const open = (query, options) => openPage(browser, server.url, query, options);

/**
 * Tests that begin on a fresh page and fail on anything a person would not see. `query` goes before each test's own,
 * `begin` is done first.
 */
export function jobs({ query: common = {}, begin = () => {}, timeout = 60_000 } = {}) {
  return (name, query, steps, options) =>
    it(name, { timeout }, async () => {
      const ui = await open({ ...common, ...query }, options);
      try {
        await begin(ui, query);
        await steps(ui);
        assert.deepEqual(ui.problems, []);
      } finally {
        await ui.close();
      }
    });
}

// Codes on the screen: all of it, and a region marked with the mouse or with keys.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({
  query: { fake: 'filled' },
  begin: async (ui) => {
    await ui.click('add-open');
    await ui.see('add-screen');
  },
});

const region = async (ui) => (await ui.id('region-stage').getAttribute('data-region')).split(',').map(Number);

/** Drags over the picture, from and to the given pixels of it. */
async function drag(ui, from, to) {
  const box = await ui.id('region-stage').boundingBox();
  const scale = Math.min(box.width / 1600, box.height / 900);
  const at = ([x, y]) => [box.x + (box.width - 1600 * scale) / 2 + x * scale, box.y + (box.height - 900 * scale) / 2 + y * scale];
  await ui.page.mouse.move(...at(from));
  await ui.page.mouse.down();
  await ui.page.mouse.move(...at(to), { steps: 4 });
  await ui.page.mouse.up();
}

describe('the screen', () => {
  job('is scanned on one click, and what is found is reviewed', {}, async (ui) => {
    await ui.click('add-screen');
    await ui.see('review-code');
  });

  job('without a code leads to marking a region', { screen: 'none' }, async (ui) => {
    await ui.click('add-screen');
    await ui.see('error-note');
    assert.equal(await ui.id('error-note').getAttribute('data-code'), 'no_code_found');
    await ui.click('add-region');
    await ui.see('region-stage');
  });

  job('that may not be seen says so among the other ways', { fail: 'screenShow:screen_denied' }, async (ui) => {
    await ui.click('add-region');
    await ui.see('error-note');
    await ui.see('add-image');
  });
});

describe('a region', () => {
  job('is marked by dragging; one without the code says so and another can be drawn', {}, async (ui) => {
    await ui.click('add-region');
    await ui.see('region-stage');
    await drag(ui, [100, 100], [500, 400]);
    await ui.see('region-failure');
    assert.deepEqual((await region(ui)).map((value) => Math.round(value / 10)), [10, 10, 40, 30]);
    // From the lower right to the upper left.
    await drag(ui, [1190, 540], [960, 310]);
    await ui.see('review-code');
  });

  job('follows a click', {}, async (ui) => {
    await ui.click('add-region');
    await ui.see('region-stage');
    const [, , width, height] = await region(ui);
    await drag(ui, [1070, 420], [1070, 420]);
    const [x, y, sameWidth, sameHeight] = await region(ui);
    assert.deepEqual([sameWidth, sameHeight], [width, height]);
    assert.ok(Math.abs(x + width / 2 - 1070) < 4 && Math.abs(y + height / 2 - 420) < 4, `${x} ${y}`);
    await ui.click('region-scan');
    await ui.see('review-code');
  });

  job('is marked with keys alone', {}, async (ui) => {
    await tabTo(ui, 'add-region');
    await ui.press('Enter');
    await ui.see('region-stage');
    await ui.focused('region-stage');
    const [startX, , startWidth] = await region(ui);
    for (let step = 0; step < 13; step++) await ui.press('ArrowRight');
    await ui.press('Shift+ArrowRight', 'Control+ArrowDown');
    const [x, , width] = await region(ui);
    assert.ok(x > startX && width > startWidth, 'it went to the right and grew');
    assert.match(await ui.said(), /from the left/);
    await ui.press('Enter');
    await ui.see('review-code');
  });

  job('is given up with Escape', {}, async (ui) => {
    await ui.click('add-region');
    await ui.see('region-stage');
    await ui.press('Escape');
    await ui.see('add-region');
    await ui.gone('region-stage');
  });

  job('picture goes when the vault locks', {}, async (ui) => {
    await ui.click('add-region');
    await ui.see('region-stage');
    await ui.lock();
    await ui.see('unlock-password');
    await ui.gone('region-stage');
  });
});

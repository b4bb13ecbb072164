// The camera's screen: what it shows, says and asks for, and that it lets the camera go.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({
  query: { fake: 'filled' },
  begin: async (ui) => {
    await ui.see('code-row');
    await ui.press('Control+n');
    await ui.click('add-camera');
  },
});

const live = (ui) => ui.page.locator('[data-testid=camera-preview][data-live=true]').waitFor();
const word = (ui, text) => ui.page.locator('[data-testid=camera-word]', { hasText: text }).waitFor();
const trouble = (ui, code) => ui.page.locator(`[data-testid=camera-trouble][data-code=${code}]`).waitFor();
/** Whether the made-up camera is being read. */
const reading = (ui) => ui.page.evaluate(() => document.documentElement.dataset.fakeCamera ?? null);
const released = (ui) => ui.page.waitForFunction(() => document.documentElement.dataset.fakeCamera === undefined);

describe('the camera', () => {
  job('shows a mirrored picture, outlines the code and goes on to the review', { camera: 'found', after: '800' }, async (ui) => {
    await live(ui);
    await word(ui, 'Code found');
    const outlined = await ui.id('camera-preview').evaluate((canvas) => {
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let coloured = 0;
      for (let at = 0; at < data.length; at += 4) coloured += data[at] !== data[at + 1] ? 1 : 0;
      return coloured;
    });
    assert.ok(outlined > 2000, `${outlined} pixels of the outline`);
    const mirrored = await ui.id('camera-preview').evaluate((canvas) => getComputedStyle(canvas).transform);
    assert.match(mirrored, /^matrix\(-1,/);
    await ui.see('review-code');
    assert.equal(await reading(ui), null, 'the camera is released');
  });

  for (const [hint, text] of [['more_light', 'More light'], ['closer', 'closer'], ['hold_still', 'still']]) {
    job(`says ${hint} aloud`, { camera: hint }, async (ui) => {
      await word(ui, text);
      assert.match(await ui.said(), new RegExp(text));
    });
  }

  job('says what another code is', { camera: 'unusable' }, async (ui) => {
    await word(ui, 'not for an authenticator');
    assert.match(await ui.said(), /Show the QR code that the service has/);
  });

  job('says which codes of a transfer are missing', { camera: 'part' }, async (ui) => {
    await word(ui, '2 of 3 codes scanned, missing number 2. Show the next code.');
    assert.match(await ui.said(), /missing number 2/);
  });

  job('is left by Escape, and released', { camera: 'blank' }, async (ui) => {
    await live(ui);
    assert.equal(await reading(ui), '/dev/video0');
    await ui.press('Escape');
    await ui.see('add-image');
    await released(ui);
  });

  job('is released while nobody sees the page, and goes on afterwards', { camera: 'blank', cameras: '2' }, async (ui) => {
    await live(ui);
    await ui.id('camera-choose').selectOption('/dev/video2');
    await ui.page.waitForFunction(() => document.documentElement.dataset.fakeCamera === '/dev/video2');
    await live(ui);
    const turn = (state) => ui.page.evaluate((state) => {
      Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state });
      document.dispatchEvent(new Event('visibilitychange'));
    }, state);
    await turn('hidden');
    await released(ui);
    assert.equal(await ui.id('camera-preview').getAttribute('data-live'), 'false', 'no old picture stays');
    await turn('visible');
    await live(ui);
    assert.equal(await reading(ui), '/dev/video2', 'the same camera');
  });

  job('is released by a lock', { camera: 'blank' }, async (ui) => {
    await live(ui);
    await ui.lock();
    await ui.see('unlock-password');
    await released(ui);
  });

  job('is chosen among several, by keyboard', { camera: 'blank', cameras: '2' }, async (ui) => {
    await live(ui);
    await tabTo(ui, 'camera-choose');
    await ui.press('ArrowDown');
    await ui.page.waitForFunction(() => document.documentElement.dataset.fakeCamera === '/dev/video2');
    await live(ui);
  });

  for (const code of ['busy', 'denied', 'stalled', 'format']) {
    job(`that is ${code} is told as such, with the other ways`, { camera: code }, async (ui) => {
      await trouble(ui, `camera_${code}`);
      await tabTo(ui, 'camera-retry');
      await ui.click('camera-other-image');
      await ui.see('review-code');
    });
  }

  job('starts when one is plugged in', { camera: 'none' }, async (ui) => {
    await trouble(ui, 'camera_none');
    await ui.page.evaluate(() => dispatchEvent(new CustomEvent('fake-plug')));
    await live(ui);
  });

  job('that is unplugged says so, and goes on when it is back', { camera: 'unplugged' }, async (ui) => {
    await live(ui);
    await trouble(ui, 'camera_unplugged');
    await ui.page.evaluate(() => dispatchEvent(new CustomEvent('fake-plug')));
    await live(ui);
  });

  job('leads to the other ways in one click each', { camera: 'blank' }, async (ui) => {
    await ui.click('camera-other-form');
    await ui.see('form-key');
    await released(ui);
  });
});

// Every screen in light, dark and forced colours, narrow and wide: nothing for axe to complain about, no script error,
// nothing that the content security policy refuses, nothing wider than the window. Leaves a picture of each.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { jobs } from './jobs.mjs';
import { reach, SCREENS } from './screens.mjs';

const WIDE = 1280;
const SIZES = [{ width: 360, height: 640 }, { width: WIDE, height: 820 }];
/** Rules whose answer depends on the colours. All others look at what is the same in each. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];
const COLOURS = [
  { name: 'light', colorScheme: 'light', forcedColors: 'none' },
  { name: 'dark', colorScheme: 'dark', forcedColors: 'none' },
  { name: 'forced', colorScheme: 'dark', forcedColors: 'active' },
];

/** A picture of each screen is left in these; `ALL_PICTURES=1` takes the others as well. */
const PICTURES = ['light 1280', 'dark 360'];

const look = jobs({ timeout: 120_000 });

describe('screens', { concurrency: 2 }, () => {
  for (const screen of SCREENS) {
    look(screen.name, screen.query, async (ui) => {
      await reach(ui, screen);
      const found = [];
      for (const size of SIZES) {
        await ui.page.setViewportSize(size);
        for (const { name, colorScheme, forcedColors } of COLOURS) {
          await ui.page.emulateMedia({ colorScheme, forcedColors });
          await ui.drawn();
          const where = `${name} ${size.width}`;
          if (process.env.ALL_PICTURES || PICTURES.includes(where)) await ui.picture(`${screen.name}-${name}-${size.width}`);
          // The colours are the same at any width, and all else in any colour.
          const rules = name !== 'light' ? { only: COLOUR_RULES } : size.width === WIDE ? {} : { without: COLOUR_RULES };
          if (name === 'light' || size.width === WIDE) {
            for (const violation of await ui.violations(rules)) found.push(`${where}: ${violation}`);
          }
          const overflow = await ui.page.evaluate(() => {
            const main = document.querySelector('main');
            return Math.max(document.documentElement.scrollWidth - innerWidth, main ? main.scrollWidth - main.clientWidth : 0);
          });
          if (overflow > 0) found.push(`${where}: ${overflow} px wider than the window`);
        }
      }
      assert.deepEqual(found, []);
    });
  }
});

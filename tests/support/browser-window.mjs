// A person's browser in a window on the display at hand. Each line of standard input is what to do, as JSON; each is
// answered by a line: `{"value": …}` or `{"error": …}`.
import { createInterface } from 'node:readline';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../ui/package.json', import.meta.url)));
const { chromium } = require('playwright-core');

const browser = await chromium.launch({
  headless: false,
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
    '--disable-component-update', '--disable-sync', '--window-position=0,0', '--window-size=1280,900',
  ],
});
const page = await (await browser.newContext({ viewport: null })).newPage();
page.setDefaultTimeout(15_000);

const DOINGS = {
  open: ({ url }) => page.goto(url).then(() => null),
  fill: ({ selector, text }) => page.fill(selector, text).then(() => null),
  click: ({ selector }) => page.click(selector).then(() => null),
  text: ({ selector }) => page.innerText(selector),
};

for await (const line of createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  const answer = await DOINGS[order.do](order).then((value) => ({ value }), (error) => ({ error: error.message.split('\n')[0] }));
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
await browser.close();

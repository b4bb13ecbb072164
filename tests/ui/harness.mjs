// Serves the page built on made-up data with the product's own content security policy, and opens it in Chromium.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { extname, join, normalize } from 'node:path';
import { mkdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const require = createRequire(join(root, 'ui/package.json'));
const { chromium } = require('playwright-core');
const axeSource = await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');

export const SCREENSHOTS = join(root, 'screenshots/ui');
export const PASSWORD = 'correct horse battery';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css', '.woff2': 'font/woff2', '.svg': 'image/svg+xml' };

/** The policy of tauri.conf.json, so that what passes here passes in the window. */
async function contentSecurityPolicy() {
  const { app } = JSON.parse(await readFile(join(root, 'tauri.conf.json'), 'utf8'));
  return Object.entries(app.security.csp).map(([directive, sources]) => `${directive} ${sources}`).join('; ');
}

export async function serve() {
  const policy = await contentSecurityPolicy();
  const folder = join(root, 'ui/dist-fake');
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, 'http://localhost').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    try {
      const body = await readFile(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
      response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => new Promise((done) => server.close(done)) };
}

export async function openBrowser() {
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', '--disable-sync',
    ],
  });
  return browser;
}

const by = (id) => `[data-testid="${id}"]`;

/** One page with helpers; `problems` collects what a person would not see: script errors and policy violations. `prepare` is done before it loads. */
export async function openPage(browser, url, query, { width = 1280, height = 820, theme = 'light', forcedColors = 'none', reducedMotion = 'reduce', prepare = async () => {} } = {}) {
  const context = await browser.newContext({ viewport: { width, height }, colorScheme: theme, forcedColors, reducedMotion });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const problems = [];
  page.on('pageerror', (error) => problems.push(`script error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`);
  });
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await prepare(page);
  await page.goto(`${url}?${new URLSearchParams(query)}`);
  const order = (what, detail) => page.evaluate(([name, given]) => dispatchEvent(new CustomEvent(name, { detail: given })), [`fake-${what}`, detail]);
  const ui = {
    page,
    problems,
    id: (testid) => page.locator(by(testid)),
    click: (testid) => page.locator(by(testid)).first().click(),
    fill: (testid, text) => page.locator(by(testid)).fill(text),
    see: (testid) => page.locator(by(testid)).first().waitFor(),
    gone: (testid) => page.locator(by(testid)).first().waitFor({ state: 'detached' }),
    press: (...keys) => keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve()),
    type: (text) => page.keyboard.type(text),
    /** The testid of what has the focus, or its tag. */
    focus: () => page.evaluate(() => document.activeElement?.dataset.testid ?? document.activeElement?.tagName.toLowerCase() ?? ''),
    /** Waits until this has the focus. */
    focused: (testid) => page.waitForFunction((id) => document.activeElement?.dataset.testid === id, testid, { polling: 20 }),
    /** Waits until it is so. */
    until: (what, argument) => page.waitForFunction(what, argument, { polling: 20 }),
    /** Waits until what was changed is drawn. */
    drawn: () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))),
    /** All that the page holds: what it shows, and what stands in its fields. */
    html: () => page.evaluate(() => document.documentElement.outerHTML + [...document.querySelectorAll('input, textarea')].map((each) => each.value).join('\n')),
    /** Locks as the shell does by itself. */
    lock: (reason) => order('lock', reason),
    unlock: async () => {
      await page.locator(by('unlock-password')).fill(PASSWORD);
      await page.locator(by('unlock-submit')).first().click();
    },
    /** Orders a fault of the backend. */
    fault: (fault) => order('fault', fault),
    /** The backend tells something unasked. */
    event: (event) => order('event', event),
    /** Another program on the same vault does something. */
    outside: (detail) => order('outside', detail),
    /** A link is opened somewhere. The page hears of it when it has begun. */
    link: async (link) => {
      await page.locator(`${by('nav-codes')}, ${by('unlock-password')}`).first().waitFor();
      await order('link', link);
    },
    /** The codes of a fresh page at this time, in ms since 1970. From then on time passes only by `page.clock.runFor`. */
    codesAt: async (time) => {
      await page.clock.install({ time: time - 60_000 });
      await page.reload();
      await page.locator(by('code-row')).first().waitFor();
      await page.clock.pauseAt(time);
    },
    said: () => page.locator(by('live-region')).innerText(),
    clipboard: () => page.evaluate(() => document.documentElement.dataset.fakeClipboard ?? null),
    /** What axe complains about: by these of its rules only, or by all that count but those `without`. */
    violations: async ({ only, without = [] } = {}) => {
      // Evaluated, not added to the page: the policy has no place for it. For the same reason it loads nothing itself.
      if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axeSource);
      const { violations } = await page.evaluate(([some, not]) =>
        globalThis.axe.run(document, {
          preload: false,
          resultTypes: ['violations'],
          runOnly: some ?? ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
          rules: Object.fromEntries(not.map((rule) => [rule, { enabled: false }])),
        }), [only, without]);
      return violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => `${node.target.join(' ')} (${node.any[0]?.message ?? node.failureSummary})`).slice(0, 3).join(' | ')}`);
    },
    picture: async (name) => {
      await mkdir(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`) });
    },
    close: () => context.close(),
  };
  return ui;
}

/** Tab until this has the focus; proves that the keyboard gets there. */
export async function tabTo(ui, testid, limit = 40) {
  for (let i = 0; i < limit; i++) {
    if ((await ui.focus()) === testid) return;
    await ui.page.keyboard.press('Tab');
  }
  throw new Error(`the keyboard does not reach ${testid}; it is at ${await ui.focus()}`);
}

// Connecting a platform that is none of the known ones: its fields, what is wrong with them, and what goes to the backend.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { tabTo } from './harness.mjs';
import { jobs } from './jobs.mjs';

const job = jobs({
  query: { fake: 'empty' },
  begin: async (ui) => {
    await ui.click('nav-accounts');
    await ui.click('connect-custom');
    await ui.see('custom-name');
  },
});
/** What is said to be wrong with a field. */
const wrong = (ui, testid) =>
  ui.id(testid).evaluate((field) => {
    const ids = field.getAttribute('aria-invalid') === 'true' ? (field.getAttribute('aria-describedby') ?? '').split(' ') : [];
    return ids.map((id) => document.getElementById(id)).find((each) => each?.matches('[role=alert]'))?.textContent ?? null;
  });
const good = async (ui) => {
  await ui.fill('custom-name', 'Staging');
  await ui.fill('custom-api', 'https://api.staging.example');
  await ui.fill('custom-auth', 'https://auth.staging.example');
};

describe('another platform', () => {
  job('needs a name and two addresses; without a client ID Deskfob registers itself', {}, async (ui) => {
    assert.equal(await ui.id('custom-more').evaluate((details) => details.open), false, 'the rest is for who needs it');
    await ui.page.getByText('Empty: Deskfob registers itself there.').waitFor();
    await good(ui);
    await tabTo(ui, 'custom-submit');
    await ui.press('Enter');
    await ui.see('account-card');
    assert.match(await ui.id('account-card').innerText(), /Staging/);
  });

  job('says at each field what is wrong with it, and begins with the first', {}, async (ui) => {
    await ui.fill('custom-api', 'api.staging.example');
    await ui.fill('custom-auth', 'http://auth.staging.example');
    await ui.click('custom-submit');
    await ui.focused('custom-name');
    assert.equal(await wrong(ui, 'custom-name'), 'The platform has no name. Give it one, to tell it from others.');
    assert.equal(await wrong(ui, 'custom-api'), 'The API address is not a web address. Write it like https://api.example.com.');
    assert.match(await wrong(ui, 'custom-auth'), /^auth\.staging\.example would be asked without encryption\. Use an https address/);
    assert.equal(await wrong(ui, 'custom-client'), null);
    assert.equal(await ui.id('custom-more').evaluate((details) => details.open), false, 'nothing is wrong in there');
    assert.deepEqual(await ui.violations(), []);
    await good(ui);
    await ui.click('custom-submit');
    await ui.see('account-card');
  });

  job('opens what is shown on demand where something is wrong in it', {}, async (ui) => {
    await good(ui);
    await ui.click('custom-more-summary');
    await ui.fill('custom-hosts', '*.staging.example  *.com');
    await ui.id('custom-ports').selectOption('range');
    await ui.fill('custom-first-port', '5010');
    await ui.fill('custom-last-port', '5000');
    await ui.click('custom-more-summary');
    await ui.click('custom-submit');
    await ui.focused('custom-hosts');
    assert.match(await wrong(ui, 'custom-hosts'), /"\*\.com" is no pattern of host names/);
    assert.match(await wrong(ui, 'custom-first-port'), /Ports 5010 to 5000 are not a range/);
    await ui.fill('custom-hosts', '*.staging.example, git.staging.example');
    await ui.fill('custom-last-port', '5020');
    await ui.fill('custom-certifier', 'http://ssh.staging.example');
    await ui.click('custom-submit');
    await ui.focused('custom-certifier');
    await ui.fill('custom-certifier', '');
    await ui.click('custom-submit');
    await ui.see('account-card');
  });

  job('asks how to name itself only where a client ID is given', {}, async (ui) => {
    await ui.click('custom-more-summary');
    assert.equal(await ui.id('custom-naming').count(), 0);
    await ui.fill('custom-client', 'platform-cli');
    await ui.id('custom-naming').selectOption('empty');
    await good(ui);
    await ui.click('custom-submit');
    await ui.see('account-card');
  });

  job('a check that fails is told, and nothing is opened', { fail: 'accountCheckDeployment:500:1' }, async (ui) => {
    await good(ui);
    await ui.click('custom-submit');
    await ui.see('error-note');
    assert.equal(await ui.id('sign-in-waiting').count(), 0);
    await ui.click('custom-submit');
    await ui.see('account-card');
  });
});

describe('what goes wrong', () => {
  const ways = jobs({ query: { fake: 'empty' }, begin: (ui) => ui.click('nav-accounts') });
  /** The error is seen, and lies before this in the same part. */
  const saidAbove = async (ui, testid) => {
    await ui.see('error-note');
    const [note, button, list] = await Promise.all(
      ['[data-testid=error-note]', `[data-testid=${testid}]`, 'main'].map((selector) => ui.page.locator(selector).first().boundingBox()),
    );
    assert.ok(note.y >= list.y && note.y + note.height <= list.y + list.height + 1, `the error is out of sight: ${JSON.stringify([note, list])}`);
    assert.ok(note.y + note.height <= button.y, 'it is above the button');
    assert.ok(button.y - note.y - note.height < 40, 'and right above it');
  };
  const small = { width: 360, height: 480 };

  ways('with an API token is said at its form', { fail: 'accountConnectToken:401' }, async (ui) => {
    await ui.click('connect-token');
    await ui.fill('token-text', 'a-token-of-mine');
    await ui.click('token-submit');
    await saidAbove(ui, 'token-submit');
    await ui.picture('accounts-token-refused');
  }, small);

  ways('with another platform is said at its form', { fail: 'accountConnect:500' }, async (ui) => {
    await ui.click('connect-custom');
    await good(ui);
    await ui.click('custom-submit');
    await saidAbove(ui, 'custom-submit');
    await ui.picture('accounts-custom-refused');
  }, small);

  ways('with a known platform is said below it', { fail: 'accountConnect:offline' }, async (ui) => {
    await ui.click('connect-platformsh');
    await saidAbove(ui, 'connect-custom');
  }, small);

  ways('with the sandbox is said in its card', { fail: 'accountConnect:500' }, async (ui) => {
    await ui.click('connect-sandbox');
    await saidAbove(ui, 'connect-sandbox');
  }, small);
});

// What happens to an account's MFA after it was turned on.
import { PASSWORD } from './harness.mjs';

const on = { fake: 'filled', mfa: 'on' };
export const card = async (ui) => {
  await ui.click('nav-accounts');
  await ui.see('account-card');
};
/** Opens the account's menu and takes an item of it. */
export const take = async (ui, item) => {
  await card(ui);
  await ui.click('account-more');
  await ui.click(item);
};
export const otherApp = async (ui) => {
  await ui.click('nav-accounts');
  await ui.click('protect-start');
  await ui.click('enrol-begin');
  await ui.click('other-open');
  await ui.fill('other-password', PASSWORD);
  await ui.click('other-reveal');
  await ui.see('other-qr');
};

export const FACTOR_SCREENS = [
  { name: 'factor-card', query: on, to: card },
  { name: 'factor-menu', query: on, to: async (ui) => { await card(ui); await ui.click('account-more'); await ui.see('factor-withdraw'); } },
  { name: 'factor-unproven', query: { ...on, factor: 'unproven', session: 'old' }, to: card },
  { name: 'factor-elsewhere', query: { ...on, factor: 'elsewhere', codes: 'doubtful' }, to: card },
  { name: 'factor-clock', query: { ...on, clock: '95' }, to: async (ui) => { await card(ui); await ui.see('clock-notice'); } },
  { name: 'factor-clock-corrected', query: { ...on, correction: '95' }, to: async (ui) => { await card(ui); await ui.see('clock-corrected'); } },
  { name: 'factor-moving-off', query: { fake: 'filled', underway: 'moving_off' }, to: async (ui) => { await card(ui); await ui.see('factor-go-on'); } },
  { name: 'factor-withdrawing', query: { ...on, underway: 'withdrawing' }, to: async (ui) => { await card(ui); await ui.see('factor-ask'); } },
  { name: 'factor-withdraw', query: on, to: async (ui) => { await take(ui, 'factor-withdraw'); await ui.see('withdraw-dialog'); } },
  { name: 'factor-withdraw-lost', query: { ...on, withdraw: 'lost' }, to: async (ui) => { await take(ui, 'factor-withdraw'); await ui.click('withdraw-confirm'); await ui.see('error-note'); } },
  { name: 'factor-move', query: on, to: async (ui) => { await take(ui, 'factor-move'); await ui.see('move-dialog'); } },
  { name: 'factor-moved', query: on, to: async (ui) => { await take(ui, 'factor-move'); await ui.fill('move-password', PASSWORD); await ui.click('move-confirm'); await ui.see('recovery-list'); } },
  { name: 'factor-check', query: { ...on, factor: 'unproven' }, to: async (ui) => { await take(ui, 'factor-check'); await ui.see('check-known'); } },
  { name: 'factor-check-question', query: { ...on, factor: 'unproven', signin: '50' }, to: async (ui) => { await take(ui, 'factor-check'); await ui.click('check-sign-in'); await ui.see('check-ours'); } },
  { name: 'factor-new-codes', query: on, to: async (ui) => { await take(ui, 'recovery-new'); await ui.see('new-codes-password'); } },
  { name: 'factor-step-up', query: { ...on, stepup: '1' }, to: async (ui) => { await take(ui, 'factor-withdraw'); await ui.click('withdraw-confirm'); await ui.see('step-up-go'); } },
  { name: 'factor-signed-out', query: { ...on, revoke: 'no', token: '1' }, to: async (ui) => { await take(ui, 'account-sign-out'); await ui.click('sign-out-confirm'); await ui.see('sign-out-done'); } },
  { name: 'factor-other-app', query: { fake: 'filled' }, to: otherApp },
  { name: 'factor-other-only', query: { fake: 'filled' }, to: async (ui) => { await otherApp(ui); await ui.click('other-keep'); await ui.click('enrol-add'); await ui.see('enrol-passcode'); } },
];

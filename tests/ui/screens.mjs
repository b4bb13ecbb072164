// Every screen and state that is worth looking at, with how to get there.
import { PASSWORD } from './harness.mjs';
import { FACTOR_SCREENS } from './screens-factor.mjs';
import { VAULT_SCREENS } from './screens-vault.mjs';

const members = { fake: 'filled', mfa: 'on', members: '58' };
const go = (place) => async (ui) => {
  await ui.click(`nav-${place}`);
};
const organisation = async (ui) => {
  await ui.click('nav-organisation');
  await ui.see('member-table');
};
const start = async (ui) => {
  await ui.click('nav-accounts');
  await ui.click('protect-start');
  await ui.see('enrol-begin');
};
const begin = async (ui) => {
  await start(ui);
  await ui.click('enrol-begin');
  await ui.see('enrol-add');
};
const check = async (ui) => {
  await begin(ui);
  await ui.click('enrol-add');
  await ui.see('enrol-code');
};
const codes = async (ui) => {
  await check(ui);
  await ui.click('enrol-use-current');
  await ui.see('recovery-list');
};
const done = async (ui) => {
  await codes(ui);
  await ui.click('enrol-finish');
  await ui.see('protect-done');
};

const DENIED = (amr) =>
  `remote: Error: Access denied\nService: abcdefg123456-main-bvxea6i--app\nUser: ada (497f6eca-6276-4993-bfeb-53cbbbba6f08)\nParameters: {"amr":${JSON.stringify(amr)}}\n`;
/** Pastes a text into the doctor and waits for what it says. */
export const doctor = (text, seen) => async (ui) => {
  await ui.click('nav-doctor');
  await ui.fill('doctor-text', text);
  await ui.click('doctor-read');
  await ui.see(seen);
};
export const NEEDS_MFA = DENIED(['mfa']);
export const NEEDS_SSO = DENIED(['sso:acme']);
const checked = async (ui) => ui.page.locator('[data-testid=doctor-fact]').nth(3).waitFor();

const edit = async (ui) => {
  await ui.see('code-row');
  await ui.press('ArrowDown', 'F2');
  await ui.see('edit-dialog');
};
const trash = async (ui) => {
  await ui.click('list-menu-open');
  await ui.click('trash-open');
  await ui.page.getByRole('heading', { name: 'Trash', exact: true }).waitFor();
};

const FORGE = 'otpauth://totp/Forge:ada?secret=JBSWY3DPEHPK3PXP&issuer=Forge';

export const SCREENS = [
  { name: 'create', query: { fake: 'absent' }, ready: 'create-password' },
  { name: 'create-typed', query: { fake: 'absent' }, to: async (ui) => { await ui.fill('create-password', 'orange kettle 9'); await ui.fill('create-repeat', 'orange kettle'); await ui.click('create-submit'); } },
  { name: 'lock', query: { fake: 'locked', keyring: '1' }, ready: 'unlock-password' },
  { name: 'lock-wait', query: { fake: 'locked', wait: '60000' }, ready: 'unlock-wait' },
  { name: 'damaged', query: { fake: 'damaged' }, ready: 'damaged' },
  { name: 'unreadable', query: { fake: 'locked', fail: 'vaultStatus:unreadable' }, ready: 'error-note' },
  { name: 'create-without-keyring', query: { fake: 'absent', nokeyring: '1' }, to: async (ui) => { await ui.fill('create-password', PASSWORD); await ui.fill('create-repeat', PASSWORD); await ui.click('create-keyring'); await ui.click('create-submit'); await ui.see('keyring-failed'); } },
  { name: 'codes', query: { fake: 'filled', accounts: '0' }, ready: 'code-row' },
  { name: 'codes-expiring', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.page.clock.setFixedTime(1_800_000_024_400); await ui.page.reload(); await ui.see('code-row'); await ui.press('ArrowDown', 'ArrowDown'); } },
  { name: 'ssh-none', query: { fake: 'filled', mfa: 'on' }, to: async (ui) => { await go('accounts')(ui); await ui.see('ssh-status'); } },
  { name: 'ssh-lacks-mfa', query: { fake: 'filled', mfa: 'on', ssh: 'lacks_mfa', sshconfig: '1' }, to: async (ui) => { await go('accounts')(ui); await ui.see('ssh-status'); } },
  { name: 'ssh-no-hosts', query: { fake: 'filled', mfa: 'on', ssh: 'valid', sshhosts: '0' }, to: async (ui) => { await go('accounts')(ui); await ui.see('ssh-status'); } },
  { name: 'ssh-config', query: { fake: 'filled', mfa: 'on', ssh: 'valid' }, to: async (ui) => { await go('accounts')(ui); await ui.click('ssh-configure'); await ui.see('ssh-config-dialog'); } },
  { name: 'command-line', query: { fake: 'filled', mfa: 'on', platform: 'Upsun', cli: 'upsun', clissh: 'expired', signin: '60000' }, to: async (ui) => { await go('accounts')(ui); await ui.click('command-line-open'); await ui.click('command-line-sign-in'); await ui.see('command-line-said'); } },
  { name: 'command-line-done', query: { fake: 'filled', mfa: 'on', platform: 'Upsun', cli: 'upsun', signin: '50' }, to: async (ui) => { await go('accounts')(ui); await ui.click('command-line-open'); await ui.click('command-line-sign-in'); await ui.see('command-line-done'); } },
  { name: 'command-line-failed', query: { fake: 'filled', mfa: 'on', platform: 'Upsun', cli: 'upsun', clilogin: 'fails', signin: '50' }, to: async (ui) => { await go('accounts')(ui); await ui.click('command-line-open'); await ui.click('command-line-sign-in'); await ui.see('error-note'); } },
  { name: 'command-line-none', query: { fake: 'filled', mfa: 'on', platform: 'Upsun', ssh: 'valid' }, to: async (ui) => { await go('accounts')(ui); await ui.see('command-line-open'); } },
  { name: 'command-line-missing', query: { fake: 'filled', mfa: 'on', platform: 'Upsun' }, to: async (ui) => { await go('accounts')(ui); await ui.click('command-line-open'); await ui.see('command-line'); } },
  { name: 'accounts-menu', query: { fake: 'filled' }, to: async (ui) => { await go('accounts')(ui); await ui.click('account-more'); await ui.see('account-sandbox-outbox'); } },
  { name: 'codes-empty', query: { fake: 'empty' }, ready: 'codes-empty' },
  { name: 'codes-search', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.fill('codes-search', 'ada'); } },
  { name: 'codes-no-match', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.fill('codes-search', 'githbu'); await ui.see('codes-no-match'); } },
  { name: 'codes-focused', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.press('ArrowDown', 'ArrowDown', 'Enter'); await ui.see('code-copied'); } },
  { name: 'codes-menu', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.id('code-more').nth(1).click(); await ui.see('code-menu'); } },
  { name: 'codes-remove', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.press('ArrowDown', 'Delete'); await ui.see('remove-dialog'); } },
  { name: 'codes-tags', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.page.getByRole('button', { name: 'Work' }).click(); await ui.page.getByRole('button', { name: 'Code', exact: false }).nth(1).click(); } },
  { name: 'codes-tags-no-match', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); for (const i of [1, 2]) await ui.id('tag-chip').nth(i).click(); await ui.fill('codes-search', 'steam'); await ui.see('codes-no-match'); } },
  { name: 'codes-sort', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.click('sort-open'); await ui.see('sort-menu'); } },
  { name: 'codes-more', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.click('list-menu-open'); await ui.see('list-menu'); } },
  { name: 'codes-unreadable', query: { fake: 'filled', accounts: '0', unreadable: '1' }, ready: 'unreadable-banner' },
  { name: 'codes-unreadable-list', query: { fake: 'filled', accounts: '0', unreadable: '3' }, to: async (ui) => { await ui.click('unreadable-show'); await ui.see('unreadable-dialog'); } },
  { name: 'codes-reorder-failed', query: { fake: 'filled', accounts: '0', fail: 'entryReorder:disk_full' }, to: async (ui) => { await ui.see('code-row'); await ui.press('ArrowDown', 'End', 'Alt+ArrowUp'); await ui.see('error-note'); } },
  { name: 'edit', query: { fake: 'filled', accounts: '0' }, to: edit },
  { name: 'edit-hotp', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.press('ArrowDown', 'End', 'ArrowUp', 'F2'); await ui.see('edit-facts'); await ui.id('edit-facts').scrollIntoViewIfNeeded(); } },
  { name: 'edit-limits', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.fill('edit-icon', 'GIT'); await ui.fill('edit-issuer', 'G'.repeat(1030)); await ui.fill('edit-tag-input', 'x'.repeat(51)); await ui.press('Enter'); } },
  { name: 'edit-notes-limit', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.fill('edit-notes', 'n'.repeat(10_020)); await ui.id('edit-notes').scrollIntoViewIfNeeded(); } },
  { name: 'edit-unsaved', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.fill('edit-issuer', 'Codeberg'); await ui.press('Escape'); await ui.see('edit-unsaved'); } },
  { name: 'edit-gone', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.outside({ do: 'remove', id: 'e1' }); await ui.see('gone-note'); } },
  { name: 'edit-both', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.fill('edit-issuer', 'Codeberg'); await ui.outside({ do: 'edit', id: 'e1', edit: { issuer: 'GitHub Enterprise' } }); await ui.see('edit-both'); await ui.id('edit-both').scrollIntoViewIfNeeded(); } },
  { name: 'edit-failed', query: { fake: 'filled', accounts: '0', fail: 'entryEdit:disk_full' }, to: async (ui) => { await edit(ui); await ui.fill('edit-issuer', 'Codeberg'); await ui.click('edit-save'); await ui.see('error-note'); await ui.id('error-note').scrollIntoViewIfNeeded(); } },
  { name: 'edit-unread', query: { fake: 'filled', accounts: '0', fail: 'entryDetails:io' }, to: async (ui) => { await edit(ui); await ui.see('error-note'); await ui.id('error-note').scrollIntoViewIfNeeded(); } },
  { name: 'edit-saved', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await edit(ui); await ui.fill('edit-issuer', 'Codeberg'); await ui.click('edit-save'); await ui.see('notice'); } },
  { name: 'trash', query: { fake: 'filled', trash: '4' }, to: trash },
  { name: 'trash-none', query: { fake: 'filled' }, to: async (ui) => { await trash(ui); await ui.see('trash-none'); } },
  { name: 'trash-purge', query: { fake: 'filled', trash: '4' }, to: async (ui) => { await trash(ui); await ui.click('trash-purge'); await ui.see('trash-dialog'); } },
  { name: 'trash-empty', query: { fake: 'filled', trash: '8' }, to: async (ui) => { await trash(ui); await ui.click('trash-empty'); await ui.see('trash-dialog'); } },
  { name: 'trash-gone', query: { fake: 'filled', trash: '4' }, to: async (ui) => { await trash(ui); await ui.click('trash-purge'); await ui.outside({ do: 'purge', id: 't1' }); await ui.see('gone-note'); } },
  { name: 'trash-failed', query: { fake: 'filled', trash: '4', fail: 'entryRestore:disk_full' }, to: async (ui) => { await trash(ui); await ui.click('trash-restore'); await ui.see('error-note'); } },
  { name: 'trash-restored', query: { fake: 'filled', trash: '4' }, to: async (ui) => { await trash(ui); await ui.click('trash-restore'); await ui.see('notice'); } },
  { name: 'codes-removed', query: { fake: 'filled', accounts: '0' }, to: async (ui) => { await ui.see('code-row'); await ui.press('ArrowDown', 'Delete'); await ui.click('remove-confirm'); await ui.see('notice'); } },
  { name: 'codes-unfinished', query: { fake: 'filled', enrol: 'proposed' }, ready: 'enrolment-unfinished' },
  { name: 'codes-confirming', query: { fake: 'filled', enrol: 'confirming' }, ready: 'enrolment-confirming' },
  { name: 'codes-unconfirmed', query: { fake: 'filled', mfa: 'on', ack: '0' }, ready: 'recovery-unconfirmed' },
  { name: 'add', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.see('add-image'); } },
  { name: 'add-no-code', query: { fake: 'filled', screen: 'none' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-screen'); await ui.see('error-note'); } },
  { name: 'region', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-region'); await ui.see('region-stage'); } },
  { name: 'region-no-code', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-region'); await ui.see('region-stage'); await ui.click('region-scan'); await ui.see('region-failure'); } },
  { name: 'add-link', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-link'); await ui.fill('link-text', 'not a key!'); await ui.click('link-submit'); await ui.see('error-note'); } },
  { name: 'add-form', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-form'); await ui.page.locator('summary').click(); } },
  ...['blank', 'found', 'unusable'].map((camera) => (
    { name: `camera-${camera}`, query: { fake: 'filled', camera, cameras: '2', after: '60000' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-camera'); await ui.page.locator('[data-testid=camera-preview][data-live=true]').waitFor(); await ui.page.waitForTimeout(400); } })),
  ...['none', 'denied'].map((camera) => (
    { name: `camera-${camera}`, query: { fake: 'filled', camera }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-camera'); await ui.see('camera-trouble'); } })),
  { name: 'review', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-image'); await ui.see('review-code'); } },
  { name: 'review-duplicate', query: { fake: 'filled' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-link'); await ui.fill('link-text', 'otpauth://totp/GitHub:ada@example.com?secret=JBSWY3DPEHPK3PXP&issuer=GitHub'); await ui.click('link-submit'); await ui.see('review-duplicate'); await ui.click('duplicate-replace'); } },
  { name: 'review-many', query: { fake: 'filled', picture: 'many' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-image'); await ui.see('review-list'); } },
  { name: 'review-same', query: { fake: 'filled' }, to: async (ui) => { await ui.link(FORGE); await ui.see('review-code'); await ui.click('review-save'); await ui.see('code-list'); await ui.link(FORGE); await ui.see('review-duplicate'); } },
  { name: 'review-many-choice', query: { fake: 'filled', picture: 'many' }, to: async (ui) => { await ui.click('add-open'); await ui.click('add-image'); await ui.see('review-list'); await ui.id('review-tick').first().check(); await ui.click('duplicate-replace'); } },
  { name: 'review-hostile', query: { fake: 'filled' }, to: async (ui) => { await ui.link(`otpauth://totp/${'w'.repeat(250)}?secret=JBSWY3DPEHPK3PXP&issuer=${encodeURIComponent('<b>דוגמה</b> '.repeat(16))}`); await ui.see('review-code'); } },
  { name: 'transfer', query: { fake: 'filled' }, to: async (ui) => { await ui.link('part:3'); await ui.see('transfer'); await ui.link('part:1'); } },
  { name: 'drafts-waiting', query: { fake: 'filled' }, to: async (ui) => { await ui.see('code-row'); await ui.press('Control+/'); await ui.page.locator('[role=dialog]').waitFor(); await ui.link(FORGE); await ui.see('notice'); await ui.press('Escape'); await ui.see('drafts-waiting'); } },
  { name: 'lock-link', query: { fake: 'locked' }, to: async (ui) => { await ui.see('unlock-password'); await ui.link(FORGE); await ui.see('link-waits'); } },
  { name: 'settings-links', query: { fake: 'filled' }, to: async (ui) => { await go('settings')(ui); await ui.id('open-links').scrollIntoViewIfNeeded(); } },
  { name: 'drop', query: { fake: 'filled' }, to: async (ui) => { await ui.see('code-row'); await ui.page.evaluate(() => dispatchEvent(new DragEvent('dragenter'))); await ui.see('drop-overlay'); } },
  { name: 'accounts-connect', query: { fake: 'empty' }, to: async (ui) => { await go('accounts')(ui); await ui.see('connect-sandbox'); } },
  { name: 'accounts-token', query: { fake: 'empty' }, to: async (ui) => { await go('accounts')(ui); await ui.click('connect-token'); } },
  { name: 'accounts-custom', query: { fake: 'empty' }, to: async (ui) => { await go('accounts')(ui); await ui.click('connect-custom'); await ui.click('custom-submit'); } },
  { name: 'accounts-custom-more', query: { fake: 'empty' }, to: async (ui) => { await go('accounts')(ui); await ui.click('connect-custom'); await ui.click('custom-more-summary'); await ui.fill('custom-client', 'platform-cli'); await ui.id('custom-ports').selectOption('range'); await ui.fill('custom-first-port', '5020'); await ui.fill('custom-hosts', '*.com'); await ui.click('custom-submit'); await ui.focused('custom-name'); await ui.id('custom-submit').scrollIntoViewIfNeeded(); } },
  { name: 'accounts-waiting', query: { fake: 'empty', signin: '60000' }, to: async (ui) => { await go('accounts')(ui); await ui.click('connect-sandbox'); await ui.see('sign-in-url'); } },
  { name: 'accounts-off', query: { fake: 'filled' }, to: async (ui) => { await go('accounts')(ui); await ui.see('protect-start'); } },
  { name: 'accounts-on', query: { fake: 'filled', mfa: 'on', session: 'old' }, to: async (ui) => { await go('accounts')(ui); await ui.see('account-renew'); } },
  { name: 'accounts-recovery', query: { fake: 'filled', mfa: 'on' }, to: async (ui) => { await go('accounts')(ui); await ui.click('recovery-show'); await ui.fill('recovery-password', PASSWORD); await ui.click('recovery-reveal'); await ui.see('recovery-list'); } },
  { name: 'protect-1', query: { fake: 'filled' }, to: start },
  { name: 'protect-2', query: { fake: 'filled' }, to: begin },
  { name: 'protect-3', query: { fake: 'filled' }, to: check },
  { name: 'protect-3-wrong', query: { fake: 'filled' }, to: async (ui) => { await check(ui); await ui.fill('enrol-passcode', '000000'); await ui.page.locator('[role=alert]').waitFor(); } },
  { name: 'protect-3-clock', query: { fake: 'filled', skew: '95' }, to: async (ui) => { await check(ui); await ui.click('enrol-use-current'); await ui.see('clock-notice'); await ui.id('clock-notice').scrollIntoViewIfNeeded(); } },
  { name: 'protect-3-unanswered', query: { fake: 'filled', enrol: 'confirming' }, to: async (ui) => { await ui.click('enrolment-ask'); await ui.see('enrol-unanswered'); } },
  { name: 'protect-3-renewed', query: { fake: 'filled', enrol: 'proposed', age: '55' }, to: async (ui) => { await ui.click('enrolment-finish'); await ui.see('enrol-notice'); } },
  { name: 'protect-done-bare', query: { fake: 'filled', enrol: 'confirming', resolve: 'bare' }, to: async (ui) => { await ui.click('enrolment-ask'); await ui.click('enrol-ask'); await ui.see('without-codes'); } },
  { name: 'protect-4', query: { fake: 'filled' }, to: codes },
  { name: 'protect-done', query: { fake: 'filled' }, to: done },
  { name: 'protect-renew', query: { fake: 'filled', signin: '60000' }, to: async (ui) => { await done(ui); await ui.click('session-renew'); await ui.see('sign-in-url'); } },
  { name: 'organisation', query: members, to: organisation },
  { name: 'organisation-all', query: { ...members, members: '240' }, to: async (ui) => { await organisation(ui); await ui.click('chip-all'); await ui.click('select-page'); await ui.see('bulk-bar'); } },
  { name: 'organisation-selected', query: members, to: async (ui) => { await organisation(ui); for (let i = 0; i < 6; i++) await ui.id('member-tick').nth(i).click(); await ui.see('bulk-bar'); } },
  { name: 'organisation-remind', query: members, to: async (ui) => { await organisation(ui); await ui.click('select-page'); await ui.click('remind-selected'); await ui.see('remind-confirm'); } },
  { name: 'organisation-result', query: members, to: async (ui) => { await organisation(ui); await ui.click('select-page'); await ui.click('remind-selected'); await ui.click('remind-confirm'); await ui.see('remind-results'); } },
  { name: 'organisation-enforce', query: members, to: async (ui) => { await organisation(ui); await ui.click('enforce-toggle'); await ui.see('enforce-dialog'); } },
  { name: 'organisation-blocked', query: { fake: 'filled', members: '58' }, to: async (ui) => { await organisation(ui); await ui.click('enforce-toggle'); await ui.see('enforce-blocked'); } },
  { name: 'organisation-covered', query: { ...members, covered: '1' }, to: async (ui) => { await go('organisation')(ui); await ui.see('everyone-covered'); } },
  { name: 'organisation-loading', query: { ...members, page: '60000' }, to: async (ui) => { await go('organisation')(ui); await ui.see('members-progress'); } },
  { name: 'organisation-mfa', query: { ...members, fail: 'orgMembers:mfa' }, to: async (ui) => { await go('organisation')(ui); await ui.see('org-mfa-required'); } },
  { name: 'organisation-forbidden', query: { ...members, fail: 'orgMembers:403' }, to: async (ui) => { await go('organisation')(ui); await ui.see('org-no-rights'); } },
  { name: 'organisation-offline', query: { ...members, fail: 'orgMembers:offline' }, to: async (ui) => { await go('organisation')(ui); await ui.see('error-note'); } },
  { name: 'doctor', query: { fake: 'filled' }, to: async (ui) => { await go('doctor')(ui); await ui.see('doctor-text'); } },
  { name: 'doctor-found', query: { fake: 'filled' }, to: async (ui) => { await doctor(NEEDS_MFA, 'doctor-finding')(ui); await checked(ui); } },
  { name: 'doctor-checking', query: { fake: 'filled', check: '60000' }, to: doctor(NEEDS_MFA, 'doctor-checks') },
  { name: 'doctor-sso', query: { fake: 'filled', mfa: 'on' }, to: async (ui) => { await doctor(NEEDS_SSO, 'doctor-no-codes')(ui); await checked(ui); } },
  { name: 'doctor-offline', query: { fake: 'filled', offline: '1' }, to: async (ui) => { await doctor(NEEDS_MFA, 'doctor-finding')(ui); await checked(ui); } },
  { name: 'doctor-leak', query: { fake: 'filled' }, to: doctor(`Authorization: Bearer eyJ0\n${NEEDS_MFA}`, 'doctor-leak') },
  { name: 'doctor-unknown', query: { fake: 'filled' }, to: doctor('Everything up-to-date', 'doctor-unknown') },
  { name: 'doctor-nobody', query: { fake: 'filled', accounts: '0' }, to: doctor(NEEDS_MFA, 'doctor-finding') },
  { name: 'settings', query: { fake: 'filled' }, to: go('settings') },
  { name: 'settings-section', query: { fake: 'filled' }, to: async (ui) => { await go('settings')(ui); await ui.see('history-record'); await ui.id('to-backups').evaluate((link) => link.click()); } },
  { name: 'settings-keyring', query: { fake: 'filled' }, to: async (ui) => { await go('settings')(ui); await ui.click('keyring-toggle'); await ui.see('keyring-dialog'); } },
  { name: 'shortcuts', query: { fake: 'filled' }, to: async (ui) => { await ui.see('code-row'); await ui.press('Control+/'); await ui.see('shortcut-sheet'); } },
  ...FACTOR_SCREENS,
  ...VAULT_SCREENS,
];

export async function reach(ui, screen) {
  if (screen.ready) await ui.see(screen.ready);
  if (screen.to) await screen.to(ui);
  // Fonts and the first codes are in place before anybody looks.
  await ui.page.evaluate(() => document.fonts.ready);
  await ui.page.waitForTimeout(120);
}

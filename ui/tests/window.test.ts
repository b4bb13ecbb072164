import { describe, expect, it, vi } from 'vitest';
import { CustomPlatform } from '../src/lib/accounts/customPlatform.svelte';
import { errorText } from '../src/lib/errors';
import { Later } from '../src/lib/later.svelte';
import { sectionRead } from '../src/lib/settings/reading.svelte';
import { certificateFacts, certificateWords } from '../src/lib/ssh';

const View = () => ({});

describe('what is fetched later', () => {
  it('is fetched once, however often it is asked for', async () => {
    const fetched = vi.fn(async () => ({ default: View }));
    const later = new Later({ one: fetched });
    expect(later.view('one')).toBeUndefined();
    await Promise.all([later.load('one'), later.load('one')]);
    await later.load('one');
    expect(later.view('one')).toBe(View);
    expect(fetched).toHaveBeenCalledOnce();
  });

  it('says when it did not come, and is fetched again when it is asked for again', async () => {
    const fetched = vi.fn<() => Promise<{ default: typeof View }>>();
    fetched.mockRejectedValueOnce(new TypeError('Failed to fetch')).mockResolvedValueOnce({ default: View });
    const later = new Later({ one: fetched, other: async () => ({ default: View }) });
    await later.load('one');
    expect([later.failed('one'), later.failed('other'), later.view('one')]).toEqual([true, false, undefined]);
    await later.load('one');
    expect([later.failed('one'), later.view('one')]).toEqual([false, View]);
  });

  it('comes by itself while nothing else is to be done, and one that fails holds up no other', async () => {
    vi.stubGlobal('requestIdleCallback', (done: () => void) => setTimeout(done));
    const later = new Later({ one: async () => Promise.reject(new Error('gone')), other: async () => ({ default: View }) });
    later.loadIdly();
    await vi.waitFor(() => expect(later.view('other')).toBe(View));
    expect(later.failed('one')).toBe(true);
    const over = new Later({ one: async () => ({ default: View }) });
    over.loadIdly()();
    await new Promise((done) => setTimeout(done, 20));
    expect(over.view('one'), 'it was ended').toBeUndefined();
    vi.unstubAllGlobals();
  });
});

describe('the section that is read', () => {
  const at = (...tops: number[]) => tops.map((top, index) => ({ id: `s${index}`, top }));

  it.each([
    ['the top', at(40, 400, 900), false, 's0'],
    ['below the first heading', at(-300, 60, 500), false, 's1'],
    ['between two', at(-700, -340, 160), false, 's1'],
    ['the end, where the last cannot come to the top', at(-900, -400, 300), true, 's2'],
    ['nothing', [], false, null],
  ])('at %s', (_, sections, atEnd, expected) => {
    expect(sectionRead(sections, atEnd)).toBe(expected);
  });
});

describe('another platform', () => {
  const wrong = { code: 'ssh_host_pattern', message: '"*.com" is no pattern of host names of a platform', hint: 'write it like *.platform.example', retryAfterMs: null };

  it('is given as it was typed, without what does not count', () => {
    const form = new CustomPlatform();
    Object.assign(form, { name: ' Staging ', api: 'https://api.example', auth: 'https://auth.example ', naming: 'empty' });
    expect(form.deployment).toEqual({
      name: 'Staging', api: 'https://api.example', auth: 'https://auth.example', clientId: '', certifier: '', sshHosts: '', ports: null, emptySecret: false,
    });
    Object.assign(form, { clientId: ' c ', ports: 'range', firstPort: ' 6000', lastPort: '6010' });
    expect(form.deployment).toMatchObject({ clientId: 'c', emptySecret: true, ports: { first: '6000', last: '6010' } });
  });

  it('shows what is wrong at the field, and the fields on demand when it is there', () => {
    const form = new CustomPlatform();
    expect(form.show([{ field: 'api', error: { ...wrong, hint: null } }])).toBe('api');
    expect(form.more).toBe(false);
    expect(form.show([{ field: 'sshHosts', error: wrong }])).toBe('sshHosts');
    expect(form.more).toBe(true);
    expect([form.wrong('sshHosts'), form.wrong('api')]).toEqual([errorText(wrong), null]);
    expect(form.show([])).toBeNull();
    expect(form.wrong('sshHosts')).toBeNull();
  });
});

describe('the words of a certificate', () => {
  const validUntil = new Date(2026, 10, 27, 14, 30).getTime();

  it.each([
    ['valid', true, 'with MFA'],
    ['due', false, 'without MFA'],
  ] as const)('%s', (state, mfa, expected) => {
    expect(certificateFacts({ state, mfa, validUntil })).toContain(expected);
  });

  it('say nothing twice, and no end of one that is over or cannot be read', () => {
    expect(certificateFacts({ state: 'lacks_mfa', mfa: false, validUntil })).not.toContain('MFA');
    expect(certificateFacts({ state: 'expired', mfa: true, validUntil })).toBeNull();
    expect(certificateWords({ state: 'unreadable', mfa: false, validUntil: null })).toBe('Damaged');
    expect(certificateWords({ state: 'none', mfa: false, validUntil: null })).toBe('None');
  });
});

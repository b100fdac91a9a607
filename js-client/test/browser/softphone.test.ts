// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Lab, openLab } from '../support/lab';
import { measureTone } from '../support/measureTone';
import { toneFile } from '../support/toneFile';
import { header, reply } from '../support/labSip';
import { type User, exchangeCandidates, launch, logIn, openPage } from './user';

const dist = fileURLToPath(new URL('../../dist/', import.meta.url));
const output = fileURLToPath(new URL('./output/', import.meta.url));
let browser: Browser;
let lab: Lab;
const users: User[] = [];

beforeAll(async () => {
  mkdirSync(output, { recursive: true });
  writeFileSync(`${output}tone.wav`, toneFile(1000, 3));
  browser = await launch(`${output}tone.wav`);
});
afterAll(() => browser.close());
beforeEach(async () => {
  lab = await openLab(dist);
});
afterEach(async () => {
  await Promise.all(users.splice(0).map(({ context }) => context.close()));
  lab.close();
});

async function user(options: object = {}): Promise<User> {
  const opened = await openPage(browser, lab.origin, options);
  users.push(opened);
  return opened;
}

async function shot({ page }: User, name: string): Promise<void> {
  await page.screenshot({ path: `${output}${name}.png` });
}

async function twoInACall(): Promise<[User, User]> {
  const alice = await user();
  const bob = await user({ colorScheme: 'dark' });
  await logIn(alice, 'alice');
  await logIn(bob, 'bob');
  for (const { page } of [alice, bob]) {
    await page.evaluate(() => {
      const phone = window.softphone;
      if (phone) phone.microphone = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
    });
  }
  await alice.page.getByTestId('dial-input').fill('bob');
  await alice.page.getByTestId('dial-call').click();
  await bob.page.getByTestId('call-answer').waitFor();
  await shot(bob, 'incoming-dark');
  await bob.page.getByTestId('call-answer').click();
  for (const { page } of [alice, bob]) await page.locator('[data-testid=call-card][data-state=active]').waitFor();
  await exchangeCandidates(alice.page, bob.page);
  await alice.page.waitForFunction(() => window.softphone?.calls[0]?.connection?.iceConnectionState.match(/connected|completed/));
  return [alice, bob];
}

test('logs in, registers with the token, and comes back without a prompt after a reload', async () => {
  const alice = await user();
  await alice.page.getByTestId('login-button').waitFor();
  await shot(alice, 'signed-out-light');
  await logIn(alice, 'alice');
  expect(await alice.page.getByTestId('identity').textContent()).toContain('sip:alice@ims.example');
  const [first] = lab.sip.requests('REGISTER');
  expect(header(first ?? '', 'Authorization')).toMatch(/^Bearer ey/);
  await shot(alice, 'registered-light');
  await alice.page.reload();
  await alice.page.locator('[data-testid=registration-state][data-state=registered]').waitFor();
  const instances = lab.sip.requests('REGISTER').map((text) => /\+sip\.instance="([^"]+)"/.exec(text)?.[1]);
  expect(new Set(instances).size).toBe(1);
  const stored = await alice.page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]));
  expect(stored).not.toMatch(/ey[A-Z]|verifier/i);
  expect(alice.errors).toEqual([]);
});

test('MED05 the INVITE leaves at once, without candidates and without BUNDLE', async () => {
  const alice = await user();
  await logIn(alice, 'alice');
  lab.sip.answer = (text, method) => (method === 'INVITE' ? reply(text, '486 Busy Here') : undefined);
  const elapsed: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    elapsed.push(
      await alice.page.evaluate(async () => {
        const call = await window.softphone?.call('bob');
        await new Promise((resolve) => call?.once('ended', resolve));
        return (call?.times.inviteSent ?? Infinity) - (call?.times.created ?? 0);
      }),
    );
  }
  const [invite = ''] = lab.sip.requests('INVITE');
  expect(Math.min(...elapsed)).toBeLessThan(60);
  expect(invite).not.toContain('a=candidate');
  expect(invite).not.toContain('BUNDLE');
  expect(invite).toContain('a=rtcp-mux');
  expect(await alice.page.locator('[data-testid=history-item][data-error=busy]').count()).toBe(3);
  await shot(alice, 'busy-light');
});

test('two users talk, hold, mute, dial tones, and write', async () => {
  const [alice, bob] = await twoInACall();
  for (const { page } of [alice, bob]) {
    for (const id of ['meter-local', 'meter-remote']) {
      await page.waitForFunction((meter) => Number(document.querySelector(`[data-testid=${meter}]`)?.getAttribute('data-level')) > -50, id);
    }
  }
  for (const { page } of [alice, bob]) {
    const tone = await page.evaluate(measureTone, 1500);
    expect(tone.frequency).toBeGreaterThan(980);
    expect(tone.frequency).toBeLessThan(1020);
    expect(tone.level).toBeGreaterThan(-40);
  }
  await alice.page.getByTestId('message-to').fill('bob');
  await alice.page.getByTestId('message-text').fill('Shall we look at the figures? <b>');
  await alice.page.getByTestId('message-send').click();
  await bob.page.locator('[data-testid=message-item][data-direction=incoming]').waitFor();
  expect(await bob.page.getByTestId('message-body').textContent()).toContain('<b>');
  await bob.page.getByTestId('message-text').fill('Gladly. I have them open.');
  await bob.page.getByTestId('message-send').click();
  await alice.page.locator('[data-testid=message-item][data-direction=incoming]').waitFor();
  await shot(alice, 'in-call-light');
  await shot(bob, 'in-call-dark');

  await alice.page.getByTestId('call-hold').click();
  await bob.page.locator('[data-testid=call-card][data-hold=remote]').waitFor();
  await alice.page.getByTestId('call-hold').click();
  await bob.page.locator('[data-testid=call-card][data-hold=none]').waitFor();
  await alice.page.getByTestId('call-mute').click();
  await bob.page.waitForFunction(() => Number(document.querySelector('[data-testid=meter-remote]')?.getAttribute('data-level')) < -70);
  await alice.page.getByTestId('call-keypad').click();
  await alice.page.getByTestId('tone-five').click();
  expect(await alice.page.getByTestId('tones-sent').textContent()).toBe('5');
  await shot(alice, 'tones-light');
  await bob.page.getByTestId('call-hangup').click();
  await alice.page.locator('[data-testid=call-card][data-state=ended]').waitFor();
  expect([...alice.errors, ...bob.errors]).toEqual([]);
});

test('the call outlives the loss of the WebSocket; ICE restarts on the new one', async () => {
  const [alice, bob] = await twoInACall();
  const reinvites = lab.sip.requests('INVITE').length;
  const registers = lab.sip.requests('REGISTER').length;
  lab.cut();
  await expect.poll(() => lab.sip.requests('REGISTER').length, { timeout: 10_000 }).toBe(registers + 2);
  for (const { page } of [alice, bob]) {
    await page.locator('[data-testid=registration-state][data-state=registered]').waitFor();
  }
  await expect.poll(() => lab.sip.requests('INVITE').length, { timeout: 10_000 }).toBeGreaterThan(reinvites);
  const invites = lab.sip.requests('INVITE');
  const ufrag = (text = ''): string | undefined => /a=ice-ufrag:(\S+)/.exec(text)?.[1];
  expect(ufrag(invites.at(-1))).not.toBe(ufrag(invites[0]));
  expect(await alice.page.locator('[data-testid=call-card]').getAttribute('data-state')).toBe('active');
});

test('B15 attack 92: a foreign authz_server is refused, and no token follows it', async () => {
  lab.sip.answer = (text, method) =>
    method === 'REGISTER'
      ? reply(text, '401 Unauthorized', ['WWW-Authenticate: Bearer realm="ims.example", scope="sip.register", authz_server="https://evil.example", error="invalid_token"'])
      : undefined;
  const alice = await user();
  const foreign: string[] = [];
  alice.page.on('request', (request) => !request.url().startsWith(lab.origin) && foreign.push(request.url()));
  await alice.page.getByTestId('login-button').click();
  await alice.page.locator('#alice').click();
  await alice.page.locator('[data-testid=problem][data-code=untrusted-authorization-server]').waitFor();
  expect(lab.sip.requests('REGISTER').length).toBe(1);
  expect(foreign).toEqual([]);
  await shot(alice, 'problem-light');
});

test('TOK08 a refused token is renewed once, then the user is told', async () => {
  lab.sip.answer = (text, method) =>
    method === 'REGISTER'
      ? reply(text, '401 Unauthorized', [`WWW-Authenticate: Bearer realm="ims.example", authz_server="${lab.origin}", error="invalid_token"`])
      : undefined;
  const alice = await user();
  await alice.page.getByTestId('login-button').click();
  await alice.page.locator('#alice').click();
  await alice.page.locator('[data-testid=problem][data-code=token-refused]').waitFor();
  const tokens = lab.sip.requests('REGISTER').map((text) => header(text, 'Authorization'));
  expect(tokens.length).toBe(2);
  expect(new Set(tokens).size).toBe(2);
});

test('a microphone that is refused is explained, and no INVITE leaves', async () => {
  const alice = await user();
  await logIn(alice, 'alice');
  await alice.page.evaluate(() => {
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('', 'NotAllowedError'));
  });
  await alice.page.getByTestId('dial-input').fill('bob');
  await alice.page.getByTestId('dial-input').press('Enter');
  await alice.page.locator('[data-testid=problem][data-code=microphone-refused]').waitFor();
  expect(lab.sip.requests('INVITE')).toEqual([]);
  expect(await alice.page.getByTestId('dial-input').inputValue()).toBe('bob');
});

test('the caller gives up before the answer: the callee sees a missed call', async () => {
  const alice = await user();
  const bob = await user();
  await logIn(alice, 'alice');
  await logIn(bob, 'bob');
  await alice.page.keyboard.type('12');
  expect(await alice.page.getByTestId('dial-input').inputValue()).toBe('12');
  await alice.page.getByTestId('dial-input').fill('bob');
  await alice.page.getByTestId('dial-call').click();
  await bob.page.getByTestId('call-answer').waitFor();
  await alice.page.locator('[data-testid=call-card][data-state=ringing]').waitFor();
  await alice.page.getByTestId('call-hangup').click();
  await bob.page.locator('[data-testid=history-item][data-missed=true]').waitFor();
});

test('fits a phone', async () => {
  const mobile = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
  const bob = await user({ ...mobile, colorScheme: 'dark' });
  await logIn(bob, 'bob');
  await shot(bob, 'registered-mobile-dark');
  expect(await bob.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  const alice = await user();
  await logIn(alice, 'alice');
  await alice.page.evaluate(() => window.softphone?.call('bob').then(() => undefined));
  await bob.page.getByTestId('call-answer').waitFor();
  await shot(bob, 'incoming-mobile-dark');
  await bob.page.getByTestId('call-answer').click();
  await bob.page.locator('[data-testid=call-card][data-state=active]').waitFor();
  await shot(bob, 'in-call-mobile-dark');
});

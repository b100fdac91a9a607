// SPDX-License-Identifier: Apache-2.0
// A confidential phone (RFC 8898): the reference phone finds the WAF in the gateway's challenge, signs in by name and password or
// by the device grant, and calls both ways with a browser.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sleep, waitFor } from '../core/processes.mjs';
import { assertCoreUntouched } from './support/core-watch.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav, sine, writeWav } from './support/wav.mjs';

// Tokens of a minute, so that the phone has to renew them within the test.
const edit = ({ name, text }) => (name === 'waf.toml' ? text.replace('id = "desk-phone"', 'id = "desk-phone"\naccess_token = "66s"') : text);
const { ready, own, system, browser } = scene({ name: 'phone_token', slot: 1, edit });
const log = (name) => readFileSync(system.processes.logFile(name), 'utf8');
const program = fileURLToPath(new URL('../phones/reference/main.mjs', import.meta.url));
const [aliceTone, daveTone] = [440, 880];
let chromium;
let alice;
let tone;

ready(async () => {
  chromium = await browser(aliceTone);
  alice = await SoftphonePage.registered(chromium, 'alice');
  tone = join(system.runDir, 'dave.wav');
  writeWav(tone, sine({ rate: 8000, frequency: daveTone, seconds: 10 }));
});

/** The phone as its user starts it; `text()` is what it has shown, `type()` what its user types. */
function start(extra, { trust = system.origin } = {}) {
  const child = spawn(process.execPath, [
    program, '--uri', 'sip:dave@ims.example', '--gateway', `localhost:${system.ports.sips}`, '--ca', system.caFile, '--trust', trust,
    '--client-id', 'desk-phone', '--client-key', join(system.runDir, 'desk-phone.key'), '--play', tone, ...extra,
  ], { env: { ...process.env, NODE_EXTRA_CA_CERTS: system.caFile } });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => { text += bytes; });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const phone = {
    ended,
    text: () => text,
    type: (line) => child.stdin.write(`${line}\n`),
    shows: (pattern, timeout = 15000) => waitFor(`the phone to show ${pattern}`, () => pattern.exec(text), { timeout }).catch((error) => {
      throw new Error(`${error.message}, it shows:\n${text}`);
    }),
    stop: () => { child.kill('SIGTERM'); return ended; },
  };
  return own(phone);
}

const atGateway = async () => (await system.admin('/registrations')).includes('dave@ims.example');

async function typeIn(phone, password = 'dave-demo') {
  await phone.shows(/username: /);
  phone.type('dave');
  await phone.shows(/password: /);
  phone.type(password);
}

test('C15 name and password typed into the phone: registered, called by the browser, sound both ways, signed out', async () => {
  const recording = join(system.runDir, 'heard-1.wav');
  const phone = start(['--sign-in', 'challenge', '--record', recording, '--seconds', '7']);
  await typeIn(phone);
  await phone.shows(/registered as sip:dave@ims\.example/);
  assert.ok(await atGateway());
  await alice.call('dave');
  await alice.waitCall('active');
  assertTone(await alice.listen(4.5), daveTone, { seconds: 3.5, who: 'alice' });
  await phone.shows(/heard /);
  assertTone(ending(readWav(recording), 4), aliceTone, { seconds: 3, who: 'dave' });
  await phone.stop();
  await waitFor('the end of the registration', async () => !(await atGateway()));
});

test('C14 the device grant, approved in a browser: the phone calls, sound both ways', async () => {
  const recording = join(system.runDir, 'heard-2.wav');
  const phone = start(['--sign-in', 'device', '--record', recording, '--seconds', '7', '--call', 'sip:alice@ims.example']);
  const [, url, code] = await phone.shows(/Open (\S+) and enter (\S+)/);
  const page = await chromium.page();
  await page.goto(url);
  await page.locator('input[name=username]').fill('dave');
  await page.locator('input[name=password]').fill('dave-demo');
  await page.locator('button[type=submit]:not(.second)').click();
  await page.getByLabel('Code').fill(code);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Connect' }).click();
  await phone.shows(/registered as/, 20000);
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  assertTone(await alice.listen(4.5), daveTone, { seconds: 3.5, who: 'alice' });
  await phone.shows(/heard /);
  assertTone(ending(readWav(recording), 4), aliceTone, { seconds: 3, who: 'dave' });
  await phone.ended;
});

test('C14 authorization code and PKCE in a browser of the phone\'s own machine (RFC 8252)', async () => {
  const phone = start(['--sign-in', 'browser']);
  const [, url] = await phone.shows(/Open (\S+)/);
  const page = await chromium.page();
  await page.goto(url);
  await page.locator('input[name=username]').fill('dave');
  await page.locator('input[name=password]').fill('dave-demo');
  await page.locator('button[type=submit]:not(.second)').click();
  await phone.shows(/registered as sip:dave@ims\.example/);
  assert.ok(await atGateway());
  await page.context().close();
  await phone.stop();
  await waitFor('the end of the registration', async () => !(await atGateway()));
});

test('J15 the phone renews its token by itself, and what is revoked at the WAF ends its registration at once', async () => {
  const phone = start(['--sign-in', 'challenge']);
  await typeIn(phone);
  await phone.shows(/registered as sip:dave@ims\.example/);
  // The gateway takes no token that ends within a minute: the next REGISTER needs a new one.
  await waitFor('a registration with a new token', () => /registration refreshed .*dave@ims/.test(log('wic-gateway')), { timeout: 60000 });
  assert.equal(phone.text().match(/username: /g).length, 1, 'its user is not asked again');
  execFileSync(join(process.env.GATEWAY_BUILD_DIR ?? 'build/release', 'waf/waf'), ['revoke', 'user', 'dave', '--config', join(system.runDir, 'waf.toml')], { cwd: system.runDir });
  await waitFor('the end of the registration', async () => !(await atGateway()), { timeout: 3000 });
  await phone.shows(/username: [^]*username: /, 30000);
  await phone.stop();
});

test('Attack92 a phone asks no authorization server that it was not told to trust', async () => {
  await sleep(500);
  await assertCoreUntouched(system.core, async () => {
    const phone = start(['--sign-in', 'challenge'], { trust: 'https://waf.example' });
    await phone.shows(/not a trusted authorization server/);
    assert.equal(await phone.ended, 1);
    assert.doesNotMatch(phone.text(), /username/);
  });
});

test('a wrong password registers nobody', async () => {
  await assertCoreUntouched(system.core, async () => {
    const phone = start(['--sign-in', 'challenge']);
    await typeIn(phone, 'wrong-demo');
    await waitFor('the phone to ask again or give up', () => /otp|reference-phone:|username: [^]*username: /.test(phone.text()));
    assert.ok(!(await atGateway()));
  });
});

// SPDX-License-Identifier: Apache-2.0
// Phones of today with an access code for a password: baresip over TLS, from the code on the page to the end of its session.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, system, browser, phone } = scene({ name: 'phone_code', slot: 3 });
const [aliceTone, daveTone] = [440, 880];
let alice;
let dave;
let codes;
let code;

ready(async () => {
  const chromium = await browser(aliceTone);
  alice = await SoftphonePage.registered(chromium, 'alice');
  codes = await AccessCodePage.open(chromium, 'dave');
});

const atGateway = async () => (await system.admin('/registrations')).includes('dave@ims.example');

async function assertBothWays() {
  assertTone(await alice.listen(4.5), daveTone, { seconds: 3.5, who: 'alice' });
  assertTone(ending(readWav(dave.recordings().at(-1)), 4), aliceTone, { seconds: 3, who: 'dave' });
}

test('C01 C05 a code of the page, typed into baresip as its password, registers the phone in the core', async () => {
  code = await codes.code();
  dave = await phone('dave', {
    play: { tone: daveTone }, codecs: ['g711'], expires: 10,
    gateway: { address: `127.0.0.1:${system.ports.sipsPlain}`, transport: 'tls', caFile: system.caFile, password: code, mediaEncryption: 'srtp' },
  });
  assert.ok(await atGateway());
  assert.match(await system.core.snapshot(), /sip:dave@ims\.example/);
  await codes.shows('signed in from 127.0.0.1');
});

test('the browser calls the phone, both hear each other', async () => {
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('active');
  await assertBothWays();
  await alice.hangUp();
  await dave.event('CALL_CLOSED', { since });
});

test('the phone calls the browser, both hear each other', async () => {
  await dave.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  await assertBothWays();
  await dave.hangup();
  assert.equal(await alice.callError(), '');
});

test('the phone registers again without a new code', async () => {
  const before = await system.metric('wic_gateway_code_exchanges_total');
  await waitFor('another exchange', async () => (await system.metric('wic_gateway_code_exchanges_total')) > before, { timeout: 20000 });
  assert.ok(await dave.isRegistered());
});

test('Attack75 a restart of the gateway needs no new code', async () => {
  await system.processes.stop('wic-gateway');
  await system.startGateway();
  await waitFor('the registration at the new gateway', atGateway, { timeout: 30000 });
  await alice.waitRegistered(30000);
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('active');
  await assertBothWays();
  await alice.hangUp();
  await dave.event('CALL_CLOSED', { since });
});

test('C12 a sign-out on the page ends the call and the registration at once', async () => {
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('active');
  await codes.signOut();
  await dave.event('CALL_CLOSED', { since, timeout: 5000 });
  await alice.waitCall('ended');
  await waitFor('the end of the registration', async () => !(await atGateway()), { timeout: 5000 });
  // The S-CSCF drops ended contacts on a timer of 5 s.
  const atCore = async () => /aor +: 'sip:dave@ims\.example'/.test(await system.core.snapshot());
  await waitFor('dave to leave the core', async () => !(await atCore()), { timeout: 20000 });
  assert.ok(!(await atGateway()), 'the code of a phone that was signed out is worth nothing');
});

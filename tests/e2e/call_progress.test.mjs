// SPDX-License-Identifier: Apache-2.0
// What comes before a call, or instead of it: early media, cancelled, busy, refused, nobody there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone } from './support/tone.mjs';

const { ready, browser, phone } = scene({ name: 'call_progress', slot: 5 });
let alice;
let bob;
let dave;

ready(async () => {
  bob = await phone('bob', { play: { tone: 660 }, answer: 'manual' });
  // Sends 183 with SDP and sound, and picks up only when told to.
  dave = await phone('dave', { play: { tone: 880 }, answer: 'early' });
  alice = await SoftphonePage.registered(await browser(440), 'alice');
});

test('early media: alice hears dave\'s network before dave picks up', async () => {
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('early');
  assertTone(await alice.listen(3.5), 880, { seconds: 2.5, who: 'alice' });
  await dave.answer();
  await alice.waitCall('active');
  assertTone(await alice.listen(2.5), 880, { seconds: 1.5, who: 'alice' });
  await alice.hangUp();
  await dave.event('CALL_CLOSED', { since });
});

test('CANCEL: alice gives up while bob rings', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('ringing');
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
  await alice.waitCall('ended');
});

test('CANCEL during early media', async () => {
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('early');
  await alice.hangUp();
  await dave.event('CALL_CLOSED', { since });
  await alice.waitCall('ended');
});

test('CANCEL: bob gives up while alice rings', async () => {
  await bob.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await bob.hangup();
  await alice.waitCall('ended');
});

test('486: bob is busy', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('ringing');
  await bob.hangup();
  assert.equal(await alice.callError(), 'busy');
  await bob.event('CALL_CLOSED', { since });
});

test('alice declines bob\'s call', async () => {
  const since = bob.events.length;
  await bob.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.hangUp();
  const { param } = await bob.event('CALL_CLOSED', { since });
  assert.match(param, /486|603|480/);
});

test('404: nobody has that name', async () => {
  await alice.call('nobody');
  assert.notEqual(await alice.callError(), '');
});

test('480: carol is not registered', async () => {
  await alice.call('carol');
  assert.notEqual(await alice.callError(), '');
});

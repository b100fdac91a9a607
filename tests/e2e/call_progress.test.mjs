// SPDX-License-Identifier: Apache-2.0
// What comes before a call, or instead of it: early media, cancelled, busy, refused, nobody there.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { scene } from './support/scene.mjs';
import { ScriptedPhone } from './support/scripted-phone.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone } from './support/tone.mjs';

const { own, ready, system, browser, phone } = scene({ name: 'call_progress', slot: 5 });
let alice;
let bob;
let dave;

ready(async () => {
  bob = await phone('bob', { play: { tone: 660 }, answer: 'manual' });
  dave = await own(new ScriptedPhone({ user: 'dave', pcscf: system.core.pcscf, tone: 880 })).start();
  alice = await SoftphonePage.registered(await browser(440), 'alice');
});

test('early media: alice hears dave\'s network before dave picks up', async () => {
  await alice.call('dave');
  await waitFor('the INVITE at dave\'s phone', () => dave.invite);
  await dave.progress();
  await alice.waitCall('early');
  assertTone(await alice.listen(3.5), 880, { seconds: 2.5, who: 'alice' });
  await dave.take();
  await alice.waitCall('active');
  assertTone(await alice.listen(2.5), 880, { seconds: 1.5, who: 'alice' });
  await alice.hangUp();
  await waitFor('BYE', () => dave.methods.includes('BYE'));
  assert.deepEqual(dave.methods, ['INVITE', 'ACK', 'BYE']);
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
  dave.reset();
  await alice.page.waitForTimeout(4000);
  await alice.call('dave');
  await waitFor('the INVITE at dave\'s phone', () => dave.invite);
  await dave.progress();
  await alice.waitCall('early');
  await alice.hangUp();
  await alice.waitCall('ended');
  await waitFor('CANCEL', () => dave.methods.includes('ACK'));
  assert.deepEqual(dave.methods, ['INVITE', 'CANCEL', 'ACK']);
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

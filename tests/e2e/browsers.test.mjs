// SPDX-License-Identifier: Apache-2.0
// Two browsers call each other through the core; several calls of several users at once.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, system, browser, phone } = scene({ name: 'browsers', slot: 0 });
let alice;
let carol;

ready(async () => {
  alice = await SoftphonePage.registered(await browser(440), 'alice');
  carol = await SoftphonePage.registered(await browser(550), 'carol');
});

test('alice calls carol: browser to browser through the core', async () => {
  await alice.call('carol');
  await carol.waitIncoming();
  await carol.answer();
  await Promise.all([alice.waitCall('active'), carol.waitCall('active')]);
  const [heardByAlice, heardByCarol] = await Promise.all([alice.listen(4.5), carol.listen(4.5)]);
  assertTone(heardByAlice, 550, { seconds: 3.5, who: 'alice' });
  assertTone(heardByCarol, 440, { seconds: 3.5, who: 'carol' });
  await carol.hangUp();
  await alice.waitCall('ended');
  await carol.waitCall('ended');
});

test('calls of four users at once, each with its own sound', async () => {
  const bob = await phone('bob', { play: { tone: 660 } });
  const dave = await phone('dave', { play: { tone: 880 } });
  await Promise.all([alice.call('bob'), carol.call('dave')]);
  await Promise.all([alice.waitCall('active'), carol.waitCall('active')]);
  assert.equal((await system.admin('/calls')).match(/"call_id"/g).length, 2);
  const [heardByAlice, heardByCarol] = await Promise.all([alice.listen(4.5), carol.listen(4.5)]);
  assertTone(heardByAlice, 660, { seconds: 3.5, who: 'alice' });
  assertTone(heardByCarol, 880, { seconds: 3.5, who: 'carol' });
  assertTone(ending(readWav(bob.recordings().at(-1)), 3), 440, { seconds: 2, who: 'bob' });
  assertTone(ending(readWav(dave.recordings().at(-1)), 3), 550, { seconds: 2, who: 'dave' });
  await Promise.all([alice.hangUp(), carol.hangUp()]);
  await Promise.all([alice.waitCall('ended'), carol.waitCall('ended')]);
});

test('one user in two calls: the first is held while the second is talked in', async () => {
  await alice.page.waitForTimeout(7500);
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.toggleHold();
  await alice.waitHold('local');
  await alice.call('dave');
  await alice.waitCall('active');
  assertTone(await alice.listen(3), 880, { seconds: 2, who: 'alice' });
  assert.equal((await system.admin('/calls')).match(/"call_id"/g).length, 2);
  await alice.hangUp();
  await alice.waitCall('ended');
});

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

test('three calls of four users at once, each with its own sound', async () => {
  const bob = await phone('bob', { play: { tone: 660 } });
  const dave = await phone('dave', { play: { tone: 880 } });
  await alice.page.waitForTimeout(4000);
  await alice.call('bob');
  await carol.call('dave');
  await Promise.all([alice.waitCall('active'), carol.waitCall('active')]);
  await bob.dial('sip:dave@ims.example');
  await bob.event('CALL_ESTABLISHED', { accept: ({ direction }) => direction === 'outgoing' });
  const [heardByAlice, heardByCarol] = await Promise.all([alice.listen(4.5), carol.listen(4.5)]);
  assertTone(heardByCarol, 880, { seconds: 3.5, who: 'carol' });
  assert.equal(heardByAlice.samples.length > 0, true);
  await bob.hangup();
  await alice.page.waitForTimeout(500);
  assertTone(ending(readWav(dave.recordings()[0]), 3), 550, { seconds: 2, who: 'dave' });
  await alice.hangUp();
  await carol.hangUp();
  await Promise.all([alice.waitCall('ended'), carol.waitCall('ended')]);
  assert.doesNotMatch(await system.admin('/calls'), /sip:/);
});

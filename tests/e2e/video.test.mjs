// SPDX-License-Identifier: Apache-2.0
// Video calls: between two browsers, and between a browser and a SIP phone, with pictures counted on both sides.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone } from './support/tone.mjs';

const { ready, browser, phone } = scene({ name: 'video', slot: 7 });
let alice;
let carol;
let bob;

ready(async () => {
  alice = await SoftphonePage.registered(await browser(440), 'alice');
  carol = await SoftphonePage.registered(await browser(550), 'carol');
  bob = await phone('bob', { play: { tone: 660 }, video: true });
});

/** Fails unless new pictures of some size are decoded for `seconds`; what the receiver asked for besides. */
async function assertPictures(user, who, seconds = 2) {
  await waitFor(`${who}'s first picture`, async () => (await user.pictures()).decoded > 0, { timeout: 8000 });
  const before = await user.pictures();
  await user.page.waitForTimeout(seconds * 1000);
  const after = await user.pictures();
  assert.ok(after.width > 0, `${who}: pictures ${after.width} wide`);
  assert.ok(after.decoded >= before.decoded + 5 * seconds, `${who}: ${after.decoded - before.decoded} new pictures in ${seconds} s`);
}

async function videoCall() {
  await alice.call('carol', { video: true });
  await carol.waitIncoming();
}

test('MED32 two browsers see and hear each other', async () => {
  await videoCall();
  await carol.answer({ video: true });
  await Promise.all([alice.waitCall('active'), carol.waitCall('active')]);
  await Promise.all([assertPictures(alice, 'alice'), assertPictures(carol, 'carol')]);
  const [heardByAlice, heardByCarol] = await Promise.all([alice.listen(4), carol.listen(4)]);
  assertTone(heardByAlice, 550, { seconds: 3, who: 'alice' });
  assertTone(heardByCarol, 440, { seconds: 3, who: 'carol' });
});

test('a camera that is switched off shows black, and comes back', async () => {
  const bright = () => carol.brightness();
  assert.ok(await bright() > 20, 'alice\'s picture is not black');
  await alice.toggleCamera();
  await waitFor('black', async () => await bright() < 8, { timeout: 5000 });
  await alice.toggleCamera();
  await waitFor('a picture again', async () => await bright() > 20, { timeout: 5000 });
  await alice.hangUp();
  await carol.waitCall('ended');
});

test('who answers without video talks, and no picture is carried', async () => {
  await videoCall();
  await carol.answer();
  await Promise.all([alice.waitCall('active'), carol.waitCall('active')]);
  assertTone(await carol.listen(3), 440, { seconds: 2, who: 'carol' });
  assert.equal((await alice.pictures()).decoded, 0);
  assert.equal((await carol.pictures()).decoded, 0);
  await carol.hangUp();
  await alice.waitCall('ended');
});

test('MED32 a browser and a SIP phone see each other', async () => {
  await alice.call('bob', { video: true });
  await alice.waitCall('active');
  await assertPictures(alice, 'alice');
  assertTone(await alice.listen(4), 660, { seconds: 3, who: 'alice' });
  await alice.hangUp();
});

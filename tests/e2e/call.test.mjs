// SPDX-License-Identifier: Apache-2.0
// Calls between a browser and phones behind the core: each side's tone must be in what the other side has recorded.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, system, browser, phone } = scene({ name: 'call', slot: 4 });
const [aliceTone, bobTone, daveTone] = [440, 660, 880];
let alice;
let bob;
let dave;

ready(async () => {
  bob = await phone('bob', { play: { tone: bobTone } });
  // The second phone speaks nothing but G.711.
  dave = await phone('dave', { play: { tone: daveTone }, codecs: ['g711'] });
  alice = await SoftphonePage.registered(await browser(aliceTone), 'alice');
});

/** Four seconds of both directions of the call that is up now. */
async function assertBothWays(theirs, theirTone) {
  assertTone(await alice.listen(4.5), theirTone, { seconds: 3.5, who: 'alice' });
  assertTone(ending(readWav(theirs.recordings().at(-1)), 4), aliceTone, { seconds: 3, who: theirs.name });
}

async function assertNothingLeft() {
  const empty = async () => !/"call_id"|sip:/.test(await system.admin('/calls'));
  for (let tries = 0; tries < 50 && !(await empty()); tries += 1) await alice.page.waitForTimeout(100);
  assert.ok(await empty(), `the gateway still has calls: ${await system.admin('/calls')}`);
}

test('alice calls bob, both hear each other, alice hangs up', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await assertBothWays(bob, bobTone);
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
  assert.equal(await alice.callError(), '');
  await assertNothingLeft();
});

test('bob calls alice, both hear each other, bob hangs up', async () => {
  await bob.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  await assertBothWays(bob, bobTone);
  await bob.hangup();
  assert.equal(await alice.callError(), '');
  await assertNothingLeft();
});

test('alice hangs up a call that bob has made', async () => {
  const since = bob.events.length;
  await bob.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
  await assertNothingLeft();
});

test('bob hangs up a call that alice has made', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await bob.hangup();
  assert.equal(await alice.callError(), '');
  await assertNothingLeft();
});

test('C118 a phone with G.711 only is heard and hears, with no transcoding in between', async () => {
  const since = dave.events.length;
  await alice.call('dave');
  await alice.waitCall('active');
  await assertBothWays(dave, daveTone);
  await alice.hangUp();
  await dave.event('CALL_CLOSED', { since });
});

test('a telephone number reaches the same phone', async () => {
  const since = bob.events.length;
  await alice.call('+1555010002');
  await alice.waitCall('active');
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
  await assertNothingLeft();
});

// SPDX-License-Identifier: Apache-2.0
// Calls between a browser and phones that share no codec with it: AMR-WB and AMR behind the core, both directions of call.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, system, browser, phone } = scene({ name: 'transcoding', slot: 5 });
const [aliceTone, bobTone, daveTone] = [440, 660, 880];
let alice;
let wide;
let narrow;

ready(async () => {
  wide = await phone('bob', { play: { tone: bobTone }, codecs: ['amr'], audioCodecs: 'AMR-WB/16000/1' });
  narrow = await phone('dave', { play: { tone: daveTone }, codecs: ['amr'], audioCodecs: 'AMR/8000/1' });
  alice = await SoftphonePage.registered(await browser(aliceTone), 'alice');
});

async function assertBothWays(theirs, theirTone) {
  assertTone(await alice.listen(4.5), theirTone, { seconds: 3.5, who: 'alice' });
  assertTone(ending(readWav(theirs.recordings().at(-1)), 4), aliceTone, { seconds: 3, who: theirs.name });
}

test('C119 C120 alice calls a phone with AMR-WB only, and both hear each other', async () => {
  const before = await system.metric('media_transcoded_packets_total');
  await alice.call('bob');
  await alice.waitCall('active');
  assert.equal(await system.metric('media_transcoders'), 2);
  await assertBothWays(wide, bobTone);
  assert.ok(await system.metric('media_transcoded_packets_total') > before + 300, 'packets were made');
  assert.equal(await system.metric('media_transcode_malformed_total'), 0);
  await alice.hangUp();
});

test('C119 C120 a phone with AMR-WB only calls alice, and both hear each other', async () => {
  await wide.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  await assertBothWays(wide, bobTone);
  await wide.hangup();
  assert.equal(await alice.callError(), '');
});

test('C120 alice calls a phone with AMR only, and both hear each other', async () => {
  await alice.call('dave');
  await alice.waitCall('active');
  await assertBothWays(narrow, daveTone);
  await alice.hangUp();
});

test('MED35 digits reach a phone while the sound is transcoded', async () => {
  const since = wide.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.page.waitForTimeout(500);
  await alice.press('159#');
  const digits = () => wide.events.slice(since).filter((event) => event.type === 'CALL_DTMF_START').map((event) => event.param).join('');
  for (let tries = 0; tries < 50 && digits().length < 4; tries += 1) await alice.page.waitForTimeout(100);
  assert.equal(digits(), '159#');
  await assertBothWays(wide, bobTone);
  await alice.hangUp();
});

test('hold and resume of a transcoded call', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.toggleHold();
  await alice.waitHold('local');
  await alice.page.waitForTimeout(1000);
  await alice.toggleHold();
  await alice.waitHold('none');
  assertTone(await alice.listen(4.5), bobTone, { seconds: 3, who: 'alice' });
  await alice.hangUp();
  for (let tries = 0; tries < 50 && await system.metric('media_transcoders'); tries += 1) await alice.page.waitForTimeout(100);
  assert.equal(await system.metric('media_transcoders'), 0, 'nothing is left of it');
});

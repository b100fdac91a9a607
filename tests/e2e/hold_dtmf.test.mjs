// SPDX-License-Identifier: Apache-2.0
// Hold and resume from either side, measured as silence and sound; digits that the phone receives.
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending, secondsOfTone } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, browser, phone } = scene({ name: 'hold_dtmf', slot: 6 });
const [aliceTone, bobTone] = [440, 660];
let alice;
let bob;

ready(async () => {
  bob = await phone('bob', { play: { tone: bobTone } });
  alice = await SoftphonePage.registered(await browser(aliceTone), 'alice');
});

beforeEach(async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.page.waitForTimeout(1000);
});

afterEach(async () => {
  const since = bob.events.findLastIndex?.((event) => event.type === 'CALL_ESTABLISHED') ?? 0;
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
  await alice.waitCall('ended');
  await alice.page.waitForTimeout(500);
});

const bobHears = (seconds) => ending(readWav(bob.recordings().at(-1)), seconds);

test('alice holds and resumes', async () => {
  await alice.toggleHold();
  await alice.waitHold('local');
  await alice.page.waitForTimeout(500);
  const heard = await alice.listen(2);
  assert.equal(secondsOfTone(heard, bobTone), 0, 'alice hears bob although she holds');
  await alice.toggleHold();
  await alice.waitHold('none');
  await alice.page.waitForTimeout(500);
  assertTone(await alice.listen(3), bobTone, { seconds: 2.5, who: 'alice after resume' });
  assertTone(bobHears(2), aliceTone, { seconds: 1.5, who: 'bob after resume' });
});

test('while alice holds, bob does not hear her', async () => {
  const before = secondsOfTone(readWav(bob.recordings().at(-1)), aliceTone);
  await alice.toggleHold();
  await alice.waitHold('local');
  await alice.page.waitForTimeout(3000);
  const after = secondsOfTone(readWav(bob.recordings().at(-1)), aliceTone);
  assert.ok(after - before < 1.5, `bob heard ${after - before} s of alice during 3 s of hold`);
});

test('bob holds and resumes', async () => {
  await bob.hold();
  await alice.waitHold('remote');
  await alice.page.waitForTimeout(500);
  assert.equal(secondsOfTone(await alice.listen(2), bobTone), 0, 'alice hears bob although he holds');
  await bob.resume();
  await alice.waitHold('none');
  await alice.page.waitForTimeout(500);
  assertTone(await alice.listen(3), bobTone, { seconds: 2.5, who: 'alice after resume' });
  assertTone(bobHears(2), aliceTone, { seconds: 1.5, who: 'bob after resume' });
});

test('C121 digits that alice presses arrive at bob\'s phone, each once and in order', async () => {
  const since = bob.events.length;
  await alice.press('1590*#');
  const digits = () => bob.events.slice(since).filter((event) => event.type === 'CALL_DTMF_START').map((event) => event.param).join('');
  await waitFor('six digits', () => digits().length >= 6, { timeout: 8000 }).catch(() => {});
  assert.equal(digits(), '1590*#');
});

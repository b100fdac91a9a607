// SPDX-License-Identifier: Apache-2.0
// Hold and resume from either side, measured as silence and sound on both; digits that the phone receives.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { scene } from './support/scene.mjs';
import { ScriptedPhone } from './support/scripted-phone.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, level, secondsOfTone } from './support/tone.mjs';

const { own, ready, system, browser, phone } = scene({ name: 'hold_dtmf', slot: 6 });
const [aliceTone, bobTone, daveTone] = [440, 660, 880];
let alice;
let bob;
let dave;

ready(async () => {
  bob = await phone('bob', { play: { tone: bobTone } });
  // A real phone records nothing more after a re-INVITE, so what is heard then is measured at this one.
  dave = await own(new ScriptedPhone({ user: 'dave', pcscf: system.core.pcscf, tone: daveTone })).start();
  alice = await SoftphonePage.registered(await browser(aliceTone), 'alice');
});

async function callDave() {
  dave.reset();
  await alice.call('dave');
  await waitFor('the INVITE at dave\'s phone', () => dave.invite);
  await dave.take();
  await alice.waitCall('active');
}

/** What both hear during `seconds`, after a moment for what is still on its way. */
async function listen(seconds) {
  await alice.page.waitForTimeout(600);
  dave.stream.forget();
  const heardByAlice = await alice.listen(seconds);
  return { heardByAlice, heardByDave: dave.stream.recording() };
}

async function assertSound() {
  const { heardByAlice, heardByDave } = await listen(3);
  assertTone(heardByAlice, daveTone, { seconds: 2.5, who: 'alice' });
  assertTone(heardByDave, aliceTone, { seconds: 2.5, who: 'dave' });
}

async function assertSilence() {
  const { heardByAlice, heardByDave } = await listen(2);
  assert.equal(secondsOfTone(heardByAlice, daveTone), 0, 'alice hears dave');
  assert.equal(secondsOfTone(heardByDave, aliceTone), 0, 'dave hears alice');
}

test('alice holds and resumes, twice', async () => {
  await callDave();
  await assertSound();
  for (let round = 0; round < 2; round += 1) {
    await alice.toggleHold();
    await alice.waitHold('local');
    await assertSilence();
    await alice.toggleHold();
    await alice.waitHold('none');
    await assertSound();
  }
  await alice.hangUp();
  await waitFor('BYE', () => dave.methods.includes('BYE'));
  await alice.waitCall('ended');
});

test('dave holds and resumes, then hangs up', async () => {
  await callDave();
  assert.match(await dave.reinvite('sendonly'), /recvonly|inactive/);
  dave.stream.mute();
  await alice.waitHold('remote');
  await assertSilence();
  assert.equal(await dave.reinvite('sendrecv'), 'sendrecv');
  await alice.waitHold('none');
  await assertSound();
  assert.equal((await dave.hangUp()).status, 200);
  assert.equal(await alice.callError(), '');
});

test('a real phone is held, resumed and holds as well', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.toggleHold();
  await alice.waitHold('local');
  await alice.page.waitForTimeout(600);
  assert.equal(secondsOfTone(await alice.listen(2), bobTone), 0, 'alice hears bob although she holds');
  await alice.toggleHold();
  await alice.waitHold('none');
  await alice.page.waitForTimeout(600);
  assertTone(await alice.listen(3), bobTone, { seconds: 2.5, who: 'alice after her hold' });
  await bob.hold();
  await alice.waitHold('remote');
  await alice.page.waitForTimeout(600);
  assert.equal(secondsOfTone(await alice.listen(2), bobTone), 0, 'alice hears bob although he holds');
  await bob.resume();
  await alice.waitHold('none');
  await alice.page.waitForTimeout(600);
  assertTone(await alice.listen(3), bobTone, { seconds: 2.5, who: 'alice after his hold' });
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
});

test('C121 digits that alice presses arrive at bob\'s phone, each once and in order', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.press('1590*#');
  const digits = () => bob.events.slice(since).filter((event) => event.type === 'CALL_DTMF_START').map((event) => event.param).join('');
  await waitFor('six digits', () => digits().length >= 6, { timeout: 8000 }).catch(() => {});
  assert.equal(digits(), '1590*#');
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
});

test('MED35 digits that a phone sends by INFO are heard by alice', async () => {
  dave.events = true;
  await callDave();
  const listening = alice.listen(4);
  await alice.page.waitForTimeout(500);
  for (let pressed = 0; pressed < 3; pressed += 1) {
    const answer = await dave.info('application/dtmf-relay', 'Signal=5\r\nDuration=400\r\n');
    assert.equal(answer.status, 200);
  }
  const { samples, rate } = await listening;
  // The browser plays what RTP events name: 770 and 1336 Hz together.
  const size = rate / 10;
  const blocks = Array.from({ length: Math.floor(samples.length / size) }, (_, index) => samples.subarray(index * size, (index + 1) * size));
  const heard = blocks.filter((block) => level(block, rate, 770) > -30 && level(block, rate, 1336) > -30 && level(block, rate, daveTone) < -30);
  assert.ok(heard.length >= 8, `the digit is heard for ${heard.length / 10} s, wanted 0.8 s of 1.2 s`);
  await alice.hangUp();
});

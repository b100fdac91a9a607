// SPDX-License-Identifier: Apache-2.0
// A phone whose keypad reaches no password field: it is provisioned with a device identity, and dialling a star code makes it its user's.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { assertCoreUntouched } from './support/core-watch.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending, loudness } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const { ready, system, browser, phone } = scene({ name: 'phone_star', slot: 0 });
const [aliceTone, deskTone] = [440, 880];
let alice;
let codes;
let desk;
const dialled = [];

ready(async () => {
  const chromium = await browser(aliceTone);
  alice = await SoftphonePage.registered(chromium, 'alice');
  codes = await AccessCodePage.open(chromium, 'dave');
});

const registered = async () => (await system.admin('/registrations')).includes('dave@ims.example');

/** Dials, waits for the end of the announcement, and returns what was heard. */
async function announced(number) {
  const since = desk.events.length;
  await desk.dial(`sip:${number}@ims.example`);
  await desk.event('CALL_CLOSED', { since, timeout: 15000 });
  return readWav(desk.recordings().at(-1));
}

test('C13 a device identity registers at the gateway, and the core hears nothing of it', async () => {
  await assertCoreUntouched(system.core, async () => {
    desk = await phone('phone-17', {
      play: { tone: deskTone }, codecs: ['g711'],
      gateway: { address: `127.0.0.1:${system.ports.sips}`, transport: 'tls', caFile: system.caFile, password: 'none', mediaEncryption: 'srtp' },
    });
  });
  assert.ok(!(await registered()));
});

test('C13 Attack61 a wrong star code is answered with a sound and binds nothing', async () => {
  await assertCoreUntouched(system.core, async () => {
    const heard = await announced('*55*1555010004*000000000000');
    assert.ok(loudness(heard.samples) > -50, 'nothing was heard');
  });
  assert.ok(!(await registered()));
});

test('C13 a code dialled behind the star is heard to be taken, and the phone is its user\'s', async () => {
  await codes.visit();
  dialled.push(await codes.code());
  const heard = await announced(`*55*1555010004*${dialled[0]}`);
  assert.ok(loudness(heard.samples) > -50, 'nothing was heard');
  await waitFor('dave to be registered', registered);
  assert.match(await system.core.snapshot(), /sip:dave@ims\.example/);
  await codes.shows('signed in from 127.0.0.1');
});

test('C13 it calls as that user and is called, sound both ways', async () => {
  await desk.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  assert.match(await alice.page.locator('[data-testid=call-card]').innerText(), /dave|Dave|1555010004/);
  await alice.answer();
  await alice.waitCall('active');
  assertTone(await alice.listen(4.5), deskTone, { seconds: 3.5, who: 'alice' });
  assertTone(ending(readWav(desk.recordings().at(-1)), 4), aliceTone, { seconds: 3, who: 'the desk phone' });
  await desk.hangup();
  await alice.waitCall('ended');
  const since = desk.events.length;
  await alice.call('dave');
  await alice.waitCall('active');
  assertTone(await alice.listen(4.5), deskTone, { seconds: 3.5, who: 'alice' });
  await alice.hangUp();
  await desk.event('CALL_CLOSED', { since });
});

test('C12 signed out on the page, it is a device without a user again', async () => {
  await codes.signOut();
  await waitFor('the end of the registration', async () => !(await registered()), { timeout: 5000 });
});

test('Attack72 no dialled code is in any log', () => {
  for (const name of ['wic-gateway', 'waf']) {
    const text = readFileSync(system.processes.logFile(name), 'utf8');
    for (const code of dialled) assert.ok(!text.includes(code), `${name}.log holds a code`);
  }
  assert.match(readFileSync(system.processes.logFile('wic-gateway'), 'utf8'), /\*55\*x+/, 'it says that something was dialled');
});

// SPDX-License-Identifier: Apache-2.0
// A browser that reaches the gateway over IPv6 only, a core on IPv4.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

const edit = ({ name, text }) => (name === 'wic-gateway.toml' ? text.replace(/webrtc = \["127\.0\.0\.1:(\d+)".*/, 'webrtc = ["[::1]:$1"]') : text);
const { ready, system, browser, phone } = scene({ name: 'ipv6', slot: 3, edit });
let alice;
let bob;

ready(async () => {
  bob = await phone('bob', { play: { tone: 660 } });
  alice = await SoftphonePage.registered(await browser(440), 'alice');
});

test('alice and bob hear each other', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  assertTone(await alice.listen(4), 660, { seconds: 3, who: 'alice' });
  assertTone(ending(readWav(bob.recordings().at(-1)), 3.5), 440, { seconds: 2.5, who: 'bob' });
  const { client, core } = JSON.parse(await system.admin('/calls'))[0].media;
  assert.match(client, /^\[.*:.*\]:/);
  assert.match(core, /^127\.0\.0\.1:/);
  await alice.hangUp();
  await alice.waitCall('ended');
});

// SPDX-License-Identifier: Apache-2.0
// The core by itself: what every other test takes for granted. Phones register and call, trust is kept where it belongs.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { Core } from '../core/core.mjs';
import { Phone } from '../core/phone.mjs';
import * as ports from '../core/ports.mjs';
import { sleep } from '../core/processes.mjs';
import { header, listOf, token } from './support/sip.mjs';
import { assertTone } from './support/tone.mjs';
import { UdpPeer } from './support/udp-peer.mjs';
import { readWav } from './support/wav.mjs';

const runDir = mkdtempSync(join(tmpdir(), 'e2e-core-'));
const set = ports.slot(0);
const core = new Core({ runDir: join(runDir, 'core'), ports: set.core });

before(() => core.start());
after(async () => {
  await core.stop();
  rmSync(runDir, { recursive: true, force: true });
});

/** A REGISTER as an eP-CSCF sends it: the user is authenticated already (TNA). */
function trustedRegister(peer, { user, impi = `${user}@ims.example`, expires = 600 }) {
  return {
    method: 'REGISTER',
    uri: 'sip:ims.example',
    headers: [
      ['Max-Forwards', '70'],
      ['From', `<sip:${user}@ims.example>;tag=${token(4)}`],
      ['To', `<sip:${user}@ims.example>`],
      ['Call-ID', token()],
      ['CSeq', '1 REGISTER'],
      ['Contact', `<sip:client@page.invalid;transport=ws>;expires=${expires}`],
      ['Path', `<sip:flow-of-${user}@${peer.address}:${peer.port};lr;ob>`],
      ['Require', 'path'],
      ['Supported', 'path, outbound, gruu'],
      ['P-Visited-Network-ID', '"ims.example"'],
      ['Authorization', `Digest username="${impi}", realm="ims.example", uri="sip:ims.example", nonce="", response="", integrity-protected="auth-done"`],
    ],
  };
}

test('a trusted node registers a user without a challenge, and the location shows its Path', async () => {
  const edge = await new UdpPeer().open();
  const answer = await edge.request(trustedRegister(edge, { user: 'alice' }), core.icscf);
  assert.equal(answer.status, 200);
  assert.deepEqual(listOf(answer, 'P-Associated-URI').slice(0, 2), ['<sip:alice@ims.example>', '<tel:+1555010001>']);
  assert.match(header(answer, 'Service-Route'), /^<sip:orig@/);
  assert.match(await core.snapshot(), new RegExp(`Path +: '<sip:flow-of-alice@127\\.0\\.0\\.1:${edge.port};lr;ob>'`));
  edge.close();
});

test('REG17 the same claim from an untrusted node is challenged, not believed', async () => {
  const stranger = await new UdpPeer({ address: '127.0.0.9' }).open();
  const answer = await stranger.request(trustedRegister(stranger, { user: 'carol' }), core.icscf);
  assert.equal(answer.status, 401);
  assert.ok(!(await core.snapshot()).includes('flow-of-carol'));
  stranger.close();
});

test('a trusted node cannot register an identity of somebody else', async () => {
  const edge = await new UdpPeer().open();
  const answer = await edge.request(trustedRegister(edge, { user: 'carol', impi: 'alice@ims.example' }), core.icscf);
  assert.equal(answer.status, 403);
  edge.close();
});

test('the HSS ends a registration', async () => {
  const edge = await new UdpPeer().open();
  assert.equal((await edge.request(trustedRegister(edge, { user: 'carol' }), core.icscf)).status, 200);
  assert.deepEqual(await core.terminate('carol@ims.example'), { result: 2001 });
  assert.ok(!(await core.hss('/subscribers')).find(({ impi }) => impi === 'carol@ims.example').server);
  edge.close();
});

test('two phones register by digest and hear each other', async () => {
  const phone = (user, number, settings) =>
    new Phone({ runDir: join(runDir, user), user, pcscf: core.pcscf, ...set.phoneNumber(number), ...settings });
  const bob = phone('bob', 0, { play: { tone: 660 } });
  const dave = phone('dave', 1, { play: { tone: 880 } });
  try {
    await Promise.all([bob.start(), dave.start()]);
    await dave.dial('sip:bob@ims.example');
    await dave.event('CALL_ESTABLISHED');
    await sleep(4000);
    await dave.hangup();
    await bob.event('CALL_CLOSED');
    assertTone(readWav(bob.recordings().at(-1)), 880, { who: 'bob' });
    assertTone(readWav(dave.recordings().at(-1)), 660, { who: 'dave' });
  } finally {
    await Promise.all([bob.stop(), dave.stop()]);
  }
});

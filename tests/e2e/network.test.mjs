// SPDX-License-Identifier: Apache-2.0
// Networks as people have them: gateway behind a static NAT, a firewall without UDP, lost packets, a laptop that leaves its Wi-Fi.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import * as ports from '../core/ports.mjs';
import { waitFor } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { Computer, assertOwnNetwork, drop, lose, publicAddress } from './support/own-network.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending, secondsOfTone } from './support/tone.mjs';
import { readWav } from './support/wav.mjs';

assertOwnNetwork();

function edit({ name, text }) {
  const trusting = text.replace(/((?:code|cleartext)_networks) = .*/g, '$1 = ["127.0.0.0/8", "10.99.0.0/16"]');
  if (name !== 'wic-gateway.toml') return trusting;
  return trusting
    .replace(/^webrtc = .*$/m, `$&\nadvertised = ["${publicAddress}"]`)
    .replace(/^\[media\.phones\]$/m, `$&\nadvertised = ["${publicAddress}"]`)
    .replace(/(transport = "udp"\naddress = "127.0.0.1:(\d+)")/, `$1\nadvertise = "${publicAddress}:$2"`);
}

const turn = { port: ports.slot(4).spare, user: 'alice', password: 'relay' };
const pageConfig = () => ({
  iceServers: [{ urls: `turn:${publicAddress}:${turn.port}?transport=tcp`, username: turn.user, credential: turn.password }],
});
const { own, ready, system, browser, phone } = scene({ name: 'network', slot: 4, edit, pageConfig });
const tones = { alice: 440, 'phone-bob': 660, 'phone-dave': 880 };
let computer;
let alice;
let bob;

ready(async () => {
  computer = own(await Computer.start({ links: 2 }));
  startTurnServer();
  bob = await phone('bob', { play: { tone: tones['phone-bob'] } });
  alice = await SoftphonePage.registered(await browser(tones.alice, { host: computer.browserOptions(system.runDir) }), 'alice');
});

/** A relay of the operator's that takes TCP alone, for computers whose network lets nothing else out. */
function startTurnServer() {
  system.processes.start('turnserver', 'turnserver', [
    '-n', '--no-cli', '--no-udp', '--no-tls', '--no-dtls', '--listening-ip', '127.0.0.1', '--listening-port', String(turn.port),
    '--relay-ip', '127.0.0.1', '--min-port', '49200', '--max-port', '49300', '--allow-loopback-peers',
    '--lt-cred-mech', '--realm', 'ims.example', '--user', `${turn.user}:${turn.password}`,
    '--log-file', 'stdout', '--pidfile', join(system.runDir, 'turnserver.pid'), '--db', join(system.runDir, 'turn.db'),
  ]);
}

/** The pair that alice's newest connection uses: {local, remote}. */
const selectedPair = () => alice.page.evaluate(async () => {
  const stats = await window.heard.connections.at(-1).getStats();
  const transport = [...stats.values()].find((one) => one.type === 'transport');
  const pair = stats.get(transport.selectedCandidatePairId);
  const end = ({ protocol, address, port }) => ({ protocol, address, port });
  const local = stats.get(pair?.localCandidateId);
  return pair && { local: end(local), relayed: local.relayProtocol, remote: end(stats.get(pair.remoteCandidateId)) };
});

/** Four seconds of both directions of alice's call. */
async function assertBothWays(theirs, { seconds = 3 } = {}) {
  assertTone(await alice.listen(4.5), tones[theirs.name], { seconds, who: 'alice' });
  assertTone(ending(readWav(theirs.recordings().at(-1)), 4), tones.alice, { seconds, who: theirs.name });
}

async function hangUp() {
  await alice.hangUp();
  await alice.waitCall('ended');
}

test('RTP01 a gateway behind a static NAT is reached at the address that it advertises', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await assertBothWays(bob);
  assert.deepEqual((await selectedPair()).remote, { protocol: 'udp', address: publicAddress, port: system.ports.media });
  await hangUp();
});

test('RTP01 where no UDP passes, the sound goes over TCP (RFC 6544)', async () => {
  const allow = [drop('-p', 'udp'), drop('-p', 'tcp', '--dport', String(turn.port))];
  try {
    await alice.call('bob');
    await alice.waitCall('active');
    await assertBothWays(bob);
    assert.deepEqual((await selectedPair()).remote, { protocol: 'tcp', address: publicAddress, port: system.ports.media });
    assert.ok(await system.metric('media_ice_tcp_connections') >= 1);
    await hangUp();
    await waitFor('the end of its connections', async () => await system.metric('media_ice_tcp_connections') === 0, { timeout: 20000 });
  } finally {
    for (const again of allow) again();
  }
});

test('RTP01 where nothing passes but TCP to a relay, the sound goes over it (TURN)', async () => {
  const allow = [drop('-p', 'udp'), drop('-p', 'tcp', '--dport', String(system.ports.media))];
  try {
    await alice.call('bob');
    await alice.waitCall('active');
    await assertBothWays(bob);
    const { relayed, remote } = await selectedPair();
    assert.equal(relayed, 'tcp');
    assert.equal(remote.port, system.ports.media);
    await hangUp();
  } finally {
    for (const again of allow) again();
  }
});

test('MED a twentieth of all packets is lost: both are understood, and the loss is measured on both ways', async () => {
  const stopLosing = lose(0.05);
  try {
    await alice.call('bob');
    await alice.waitCall('active');
    await alice.page.waitForTimeout(8000);
    await assertBothWays(bob, { seconds: 2.5 });
    const [{ media: { client_quality: quality } }] = JSON.parse(await system.admin('/calls'));
    for (const way of ['from', 'to']) {
      const { loss, mos } = quality[way];
      assert.ok(loss > 0.015 && loss < 0.12, `${way} the browser: ${loss} of the packets lost`);
      assert.ok(mos > 2.5 && mos < 4.35, `${way} the browser: MOS ${mos}`);
    }
    await hangUp();
  } finally {
    stopLosing();
  }
});

test('C05 a phone with private addresses behind a NAT: registered, called, heard (hosted NAT, symmetric RTP)', async () => {
  const { outside, end } = computer.hideBehindNat();
  own({ stop: end });
  const codes = await AccessCodePage.open(await browser(500), 'dave');
  const dave = await phone('dave', {
    play: { tone: tones['phone-dave'] }, codecs: ['g711'], place: { host: '10.99.0.2', command: computer.command },
    gateway: { address: `${publicAddress}:${system.ports.sip}`, transport: 'udp', password: await codes.code() },
  });
  const registrations = JSON.parse(await system.admin('/registrations'));
  const { address, contact } = registrations.find(({ aor }) => aor === 'sip:dave@ims.example');
  assert.ok(address.startsWith(`${outside}:`), `seen at ${address}`);
  assert.ok(contact.includes('10.99.0.2'), `says that it is at ${contact}`);
  await alice.call('dave');
  await alice.waitCall('active');
  await assertBothWays(dave);
  await hangUp();
  await dave.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.answer();
  await alice.waitCall('active');
  await assertBothWays(dave);
  await hangUp();
  end();
});

test('RTP03 REG47 a laptop leaves its Wi-Fi during a call: line and sound come back over the other link', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await assertBothWays(bob);
  assert.equal((await selectedPair()).local.address, '10.99.0.2');
  computer.change(0, 1);
  await waitFor('a path by the other link', async () => (await selectedPair())?.local.address === '10.99.1.2', { timeout: 20000 });
  const isBack = async () => JSON.parse(await system.admin('/registrations')).some(({ aor, address }) => aor === 'sip:alice@ims.example' && address.startsWith('10.99.1.2:'));
  await waitFor('the line by the other link', isBack, { timeout: 20000 });
  await alice.waitRegistered();
  const hearsBob = async () => secondsOfTone(await alice.listen(0.5), tones[bob.name]) > 0.2;
  await waitFor('the sound by the other link', hearsBob, { timeout: 10000 });
  await assertBothWays(bob);
  await hangUp();
});

// SPDX-License-Identifier: Apache-2.0
// The WebSocket is lost and comes back: the line registers again by itself, a running call keeps its sound and its buttons.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as ports from '../core/ports.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { TcpProxy } from './support/tcp-proxy.mjs';
import { assertTone } from './support/tone.mjs';

// The page reaches the gateway through a relay that the test can cut.
const pageConfig = () => ({ gateway: `wss://localhost:${relayPort}/` });
const relayPort = ports.slot(1).spare;
const edit = ({ text }) => text.replace(/gateways = .*/, `gateways = ["wss://localhost:${relayPort}"]`);
const { own, ready, system, browser, phone } = scene({ name: 'reconnect', slot: 1, edit, pageConfig });
const relay = new TcpProxy({ port: relayPort, target: system.ports.wss });
let alice;
let bob;

ready(async () => {
  await own(relay).start();
  bob = await phone('bob', { play: { tone: 660 } });
  alice = await SoftphonePage.registered(await browser(440), 'alice');
});

async function loseConnection() {
  relay.mode = 'refuse';
  relay.cut();
  await alice.waitLine('waiting');
}

async function regainConnection() {
  relay.mode = 'pass';
  await alice.waitRegistered(30000);
}

test('REG47 a cut connection is registered again and calls arrive', async () => {
  await loseConnection();
  await regainConnection();
  await bob.dial('sip:alice@ims.example');
  await alice.waitIncoming();
  await alice.hangUp();
  await alice.waitCall('ended');
});

test('a call survives the cut: the sound goes on, and it can be ended afterwards', async () => {
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.page.waitForTimeout(1500);
  await loseConnection();
  assertTone(await alice.listen(3), 660, { seconds: 2.5, who: 'alice without signalling' });
  await regainConnection();
  assertTone(await alice.listen(3), 660, { seconds: 2.5, who: 'alice after the resume' });
  await alice.hangUp();
  await bob.event('CALL_CLOSED', { since });
});

test('bob ends a call after alice has come back on a new connection', async () => {
  await alice.page.waitForTimeout(4000);
  await alice.call('bob');
  await alice.waitCall('active');
  await loseConnection();
  await regainConnection();
  await bob.hangup();
  await alice.waitCall('ended', 15000);
});

test('bob hangs up while alice is away: her call ends when she is back', async () => {
  await alice.page.waitForTimeout(4000);
  const since = bob.events.length;
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.page.waitForTimeout(1000);
  await loseConnection();
  await bob.hangup();
  await bob.event('CALL_CLOSED', { since });
  await regainConnection();
  await alice.waitCall('ended', 40000);
  assert.doesNotMatch(await system.admin('/calls'), /"call_id"/);
});

test('a gateway that restarts is found again', async () => {
  await system.processes.stop('wic-gateway');
  await alice.waitLine('waiting');
  await system.startGateway();
  await alice.waitRegistered(40000);
  assert.match(await system.admin('/registrations'), /alice@ims\.example/);
});

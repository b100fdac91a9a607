// SPDX-License-Identifier: Apache-2.0
// Registration in the real core with a token, as the protocol shows it: the client is scripted, all behind it is real.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { login, tokenRequest } from './support/login.mjs';
import { scene } from './support/scene.mjs';
import { all, header, listOf, token } from './support/sip.mjs';
import { altered, decode, wafKey } from './support/tokens.mjs';
import { UdpPeer } from './support/udp-peer.mjs';
import { registerRequest, WssPeer } from './support/wss-peer.mjs';

// A short grace time, so that its end can be waited for.
const edit = ({ name, text }) => (name === 'wic-gateway.toml' ? `${text}\n[registration]\ngrace = "3s"\n` : text);
const { ready, system } = scene({ name: 'registration', slot: 2, edit });
let alice;
let carol;

ready(async () => {
  alice = await login(system, 'alice');
  carol = await login(system, 'carol');
});

const instance = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const grantedExpires = (answer) => Number(/expires="?(\d+)/.exec(header(answer, 'Contact'))[1]);
const gatewayPath = () => new RegExp(`Path +: '<sip:([^@']+)@127\\.0\\.0\\.1:${system.ports.gatewayCore}[^>]*>'`);

async function registered(user, tokens, options = {}) {
  const peer = await WssPeer.connect(system);
  const answer = await peer.request(registerRequest(peer, { user, accessToken: tokens.access_token, ...options }));
  assert.equal(answer.status, 200, `${answer.status} ${answer.reason}`);
  return { peer, answer };
}

/** The S-CSCF drops ended contacts on a timer of 5 s. */
const assertGone = (number) =>
  waitFor(`instance ${number} to leave the location`, async () => !(await system.core.snapshot()).includes(instance(number)), { timeout: 20000, every: 100 });

/** One message of another method on a registered connection. */
const request = (peer, method, uri, user, headers = []) => peer.request({
  method, uri,
  headers: [
    ['Max-Forwards', '70'], ['From', `<sip:${user}@ims.example>;tag=${token(4)}`], ['To', `<${uri}>`], ['Call-ID', token()],
    ['CSeq', `1 ${method}`], ...headers,
  ],
});

test('REG12 REG31 REG32 a token registers its user; the location has our Path, the answer what the client needs', async () => {
  const { peer, answer } = await registered('alice', alice, { instance: instance(1) });
  assert.deepEqual(listOf(answer, 'P-Associated-URI').slice(0, 2), ['<sip:alice@ims.example>', '<tel:+1555010001>']);
  assert.match(header(answer, 'Service-Route'), /^<sip:orig@/);
  assert.deepEqual([...all(answer, 'P-Charging-Vector'), ...all(answer, 'P-Charging-Function-Addresses')], []);
  const location = await system.core.snapshot();
  assert.match(location, gatewayPath());
  assert.match(location, /Path +: '<sip:[^>]*;ob[;>]/);
  assert.match(location, new RegExp(instance(1)));
  assert.match(location, /IMPI for subscription: \[alice@ims\.example\]/);
  await peer.close();
});

test('REG04 C021 the form access_token="…" of 24.371 is accepted as well', async () => {
  const { peer } = await registered('alice', alice, { form: 'parameter', instance: instance(2) });
  await peer.close();
});

test('REG10 REG11 C032 the core sees auth-done and the IMPI, never the token', async () => {
  const before = (await system.core.hss('/status')).counters;
  const { peer } = await registered('carol', carol, { instance: instance(3) });
  const after = (await system.core.hss('/status')).counters;
  assert.equal(after.MAR, before.MAR, 'the S-CSCF must not have asked for an authentication vector');
  assert.equal(after.SAR, before.SAR + 1);
  await peer.close();
});

test('REG20 C039 the registration ends with the token at the latest', async () => {
  const key = wafKey(system, decode(alice.access_token)[0].kid);
  const now = Math.floor(Date.now() / 1000);
  const short = altered(alice.access_token, key, (claims) => ({ ...claims, exp: now + 100, jti: `${claims.jti}-short` }));
  const { peer, answer } = await registered('alice', { access_token: short }, { expires: 3600, instance: instance(4) });
  assert.ok(grantedExpires(answer) <= 100, header(answer, 'Contact'));
  await peer.close();
});

test('REG40 C050 a re-registration on the same connection takes a new token of the same user', async () => {
  const { peer } = await registered('alice', alice, { instance: instance(5) });
  const { status, body } = await tokenRequest(system, { grant_type: 'refresh_token', refresh_token: alice.refresh_token });
  assert.equal(status, 200);
  alice = body;
  const again = await peer.request(registerRequest(peer, { accessToken: body.access_token, instance: instance(5) }));
  assert.equal(again.status, 200);
  await peer.close();
});

test('REG42 C051 a token of another user on a bound connection is refused', async () => {
  const { peer } = await registered('alice', alice, { instance: instance(6) });
  const answer = await peer.request(registerRequest(peer, { user: 'carol', accessToken: carol.access_token, instance: instance(6) }));
  assert.equal(answer.status, 403);
  peer.cut();
});

test('REG43 C052 expires=0 takes the contact out of the location', async () => {
  const { peer } = await registered('carol', carol, { instance: instance(7) });
  assert.match(await system.core.snapshot(), new RegExp(instance(7)));
  const answer = await peer.request(registerRequest(peer, { user: 'carol', accessToken: carol.access_token, instance: instance(7), expires: 0 }));
  assert.equal(answer.status, 200);
  await assertGone(7);
  await peer.close();
});

test('REG48 C057 a new connection of the same instance replaces the old one', async () => {
  const old = await registered('alice', alice, { instance: instance(8) });
  const { peer } = await registered('alice', alice, { instance: instance(8) });
  const closed = await Promise.race([old.peer.closed, new Promise((resolve) => setTimeout(resolve, 3000, null))]);
  assert.equal(closed?.code, 1000);
  await peer.close();
});

test('C071 C073 SES04 the asserted identity is the token\'s, whatever the client claims', async () => {
  const receiver = await registered('carol', carol, { instance: instance(9) });
  receiver.peer.onRequest = (message) => {
    const copied = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].flatMap((name) => all(message, name).map((value) => [name, value]));
    receiver.peer.send({ status: 200, reason: 'OK', headers: copied });
  };
  const { peer } = await registered('alice', alice, { instance: instance(10) });
  const answer = await request(peer, 'MESSAGE', 'sip:carol@ims.example', 'alice', [
    ['P-Asserted-Identity', '<sip:boss@ims.example>'], ['P-Preferred-Identity', '<sip:boss@ims.example>'],
  ]);
  assert.equal(answer.status, 200, `${answer.status} ${answer.reason}`);
  const received = receiver.peer.received.find((message) => message.method === 'MESSAGE');
  const asserted = all(received, 'P-Asserted-Identity').join();
  assert.match(asserted, /sip:alice@ims\.example/);
  assert.doesNotMatch(asserted, /boss/);
  await peer.close();
  await receiver.peer.close();
});

test('C088 a request from the core with a made-up flow token is refused', async () => {
  const node = await new UdpPeer().open();
  const answer = await node.request({
    method: 'MESSAGE', uri: 'sip:client@page.invalid;transport=ws',
    headers: [
      ['Max-Forwards', '70'], ['From', '<sip:bob@ims.example>;tag=1'], ['To', '<sip:alice@ims.example>'], ['Call-ID', token()],
      ['CSeq', '1 MESSAGE'], ['Route', `<sip:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA@127.0.0.1:${system.ports.gatewayCore};lr>`],
    ],
  }, { host: '127.0.0.1', port: system.ports.gatewayCore });
  assert.ok(answer.status >= 400, `${answer.status} ${answer.reason}`);
  node.close();
});

test('what is not a trusted core node is not answered', async () => {
  const stranger = await new UdpPeer({ address: '127.0.0.9' }).open();
  await assert.rejects(stranger.request({
    method: 'OPTIONS', uri: `sip:127.0.0.1:${system.ports.gatewayCore}`,
    headers: [['Max-Forwards', '70'], ['From', '<sip:x@y.example>;tag=1'], ['To', '<sip:z@y.example>'], ['Call-ID', token()], ['CSeq', '1 OPTIONS']],
  }, { host: '127.0.0.1', port: system.ports.gatewayCore }, { timeout: 1500 }), /no answer/);
  stranger.close();
});

test('REG47 C056 a lost connection is cleared away after the grace time', async () => {
  const { peer } = await registered('carol', carol, { instance: instance(11) });
  peer.cut();
  await assertGone(11);
});

test('C054 REG44 the network ends a registration: the connection is closed and the user is gone', async () => {
  const { peer } = await registered('carol', carol, { instance: instance(12) });
  await system.core.terminate('carol@ims.example');
  const closed = await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 5000, null))]);
  assert.ok(closed, 'the connection is still open');
  assert.doesNotMatch(await system.admin('/registrations'), /carol@ims\.example/);
});

test('TOK01 while the WAF is down, tokens that it has issued go on working', async () => {
  await system.processes.stop('waf');
  const { peer } = await registered('alice', alice, { instance: instance(13) });
  await peer.close();
  await system.startWaf();
});

test('a gateway that is stopped takes its users out of the location', async () => {
  await registered('alice', alice, { instance: instance(14) });
  assert.match(await system.core.snapshot(), new RegExp(instance(14)));
  await system.processes.stop('wic-gateway');
  await assertGone(14);
});

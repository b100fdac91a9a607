// SPDX-License-Identifier: Apache-2.0
// What the gateway refuses, how, and that the core never hears of it.
import assert from 'node:assert/strict';
import { connect as tlsConnect } from 'node:tls';
import { test } from 'node:test';
import { assertCoreUntouched } from './support/core-watch.mjs';
import { login } from './support/login.mjs';
import { scene } from './support/scene.mjs';
import { header } from './support/sip.mjs';
import { altered, decode, foreignKey, signed, wafKey } from './support/tokens.mjs';
import { registerRequest, WssPeer } from './support/wss-peer.mjs';

const { ready, system } = scene({ name: 'refusal', slot: 1 });
let good;
let key;

ready(async () => {
  good = (await login(system, 'alice')).access_token;
  key = wafKey(system, decode(good)[0].kid);
});

/** Sends one REGISTER with `accessToken`; resolves with the answer and how the connection ended within two seconds. */
async function register(accessToken, options = {}) {
  const peer = await WssPeer.connect(system);
  const answer = await peer.request(registerRequest(peer, { accessToken, ...options }));
  const closed = await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 2000, null))]);
  peer.cut();
  return { answer, closed };
}

async function assertInvalidToken(accessToken) {
  const { answer, closed } = await assertCoreUntouched(system.core, () => register(accessToken));
  assert.equal(answer.status, 401);
  const challenge = header(answer, 'WWW-Authenticate');
  assert.match(challenge, /^Bearer /);
  assert.match(challenge, /error="invalid_token"/);
  assert.ok(closed, 'the connection must be closed');
  assert.equal(closed.code, 1008);
}

const now = () => Math.floor(Date.now() / 1000);

test('TOK07 C025 an expired token is refused and the connection closed', () =>
  assertInvalidToken(altered(good, key, (claims) => ({ ...claims, iat: now() - 1200, exp: now() - 600 }))));

test('TOK07 a token for another audience is refused', () =>
  assertInvalidToken(altered(good, key, (claims) => ({ ...claims, aud: 'sip:other.ims.example' }))));

test('C027 a token of another issuer is refused', () =>
  assertInvalidToken(altered(good, key, (claims) => ({ ...claims, iss: 'https://waf.elsewhere.example' }))));

test('TOK07 a token signed with a foreign key under our key id is refused', () =>
  assertInvalidToken(altered(good, foreignKey(), (claims) => claims)));

test('TOK09 a token with an unknown key id is refused', () => {
  const [head, claims] = decode(good);
  return assertInvalidToken(signed({ ...head, kid: 'unknown' }, claims, key));
});

test('TOK09 a token with alg none is refused', () => {
  const [head, claims] = decode(good);
  const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return assertInvalidToken(`${encode({ ...head, alg: 'none' })}.${encode(claims)}.`);
});

test('TOK07 a token whose claims were changed after signing is refused', () => {
  const [head, body, signature] = good.split('.');
  const claims = JSON.parse(Buffer.from(body, 'base64url'));
  claims['ims'] = { ...claims['ims'], impi: 'carol@ims.example', impus: ['sip:carol@ims.example'] };
  return assertInvalidToken([head, Buffer.from(JSON.stringify(claims)).toString('base64url'), signature].join('.'));
});

test('C026 B07 Attack24 a token without the scope for the IMS is refused by name', async () => {
  const { answer } = await assertCoreUntouched(system.core, () =>
    register(altered(good, key, (claims) => ({ ...claims, scope: 'openid sip.call' }))));
  assert.equal(answer.status, 401);
  assert.match(header(answer, 'WWW-Authenticate'), /error="invalid_scope"/);
  assert.match(header(answer, 'WWW-Authenticate'), /scope="[^"]*webrtc-ims-client-access-to-ims/);
});

test('TOK05 C028 an identity that is not in the token is refused', async () => {
  const { answer, closed } = await assertCoreUntouched(system.core, () => register(good, { user: 'carol' }));
  assert.equal(answer.status, 403);
  assert.ok(closed, 'the connection must be closed');
});

test('TOK08 C023 a REGISTER without a token is challenged on a connection that stays', async () => {
  const { answer, closed } = await assertCoreUntouched(system.core, () => register(null));
  assert.equal(answer.status, 401);
  assert.match(header(answer, 'WWW-Authenticate'), /^Bearer realm="ims\.example"/);
  assert.match(header(answer, 'WWW-Authenticate'), new RegExp(`authz_server="${system.origin}`));
  assert.doesNotMatch(header(answer, 'WWW-Authenticate'), /error=/);
  assert.equal(closed, null);
});

test('C003 Attack81 a foreign Origin, and none, get HTTP 403 at the handshake', async () => {
  await assertCoreUntouched(system.core, async () => {
    for (const origin of ['https://evil.example', 'http://localhost', 'null', null]) {
      await assert.rejects(WssPeer.connect(system, { origin }), { status: 403 }, `origin ${origin}`);
    }
  });
});

test('C002 a handshake without the subprotocol sip is refused', async () => {
  for (const protocols of [[], ['chat']]) {
    await assert.rejects(WssPeer.connect(system, { protocols }), (error) => error.status === undefined || error.status >= 400);
  }
});

test('C004 plain WS on the secure port gets nowhere', async () => {
  await assert.rejects(fetch(system.wssUrl.replace('wss:', 'http:')));
});

test('C005 TLS 1.2 and 1.3 work, TLS 1.1 does not', async () => {
  const attempt = (version) =>
    new Promise((resolve) => {
      const socket = tlsConnect({
        host: '127.0.0.1', port: system.ports.wss, servername: 'localhost', rejectUnauthorized: false,
        minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0',
      });
      socket.once('secureConnect', () => resolve(socket.getProtocol()));
      socket.once('error', () => resolve(null));
      socket.once('close', () => resolve(null));
    }).finally(() => {});
  assert.equal(await attempt('TLSv1.3'), 'TLSv1.3');
  assert.equal(await attempt('TLSv1.2'), 'TLSv1.2');
  assert.equal(await attempt('TLSv1.1'), null);
});

test('C070 requests other than REGISTER from an unregistered connection are refused', async () => {
  await assertCoreUntouched(system.core, async () => {
    for (const method of ['INVITE', 'MESSAGE', 'SUBSCRIBE', 'OPTIONS']) {
      const peer = await WssPeer.connect(system);
      const request = registerRequest(peer, { accessToken: good });
      request.method = method;
      request.uri = 'sip:bob@ims.example';
      request.headers = request.headers.map(([name, value]) => [name, name === 'CSeq' ? `1 ${method}` : value]);
      const answer = await peer.request(request);
      assert.ok(answer.status >= 400, `${method} answered ${answer.status}`);
      peer.cut();
    }
  });
});

test('C016 garbage, oversized and fragmented nonsense end the connection, not the gateway', async () => {
  await assertCoreUntouched(system.core, async () => {
    for (const junk of ['\0\0\0', 'INVITE', 'REGISTER sip:ims.example SIP/2.0\r\n\r\n', `REGISTER sip:ims.example SIP/2.0\r\nX: ${'a'.repeat(100000)}\r\n\r\n`]) {
      const peer = await WssPeer.connect(system);
      peer.send(junk);
      await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 300))]);
      peer.cut();
    }
  });
  assert.match(await system.admin('/health'), /./);
});

test('SEC15 C142 no token and no password is in any log', async () => {
  const { readFileSync } = await import('node:fs');
  for (const name of ['waf', 'wic-gateway']) {
    const log = readFileSync(system.processes.logFile(name), 'utf8');
    assert.ok(!log.includes(good.split('.')[2]), `${name} logs a token`);
    assert.ok(!log.includes('alice-demo'), `${name} logs a password`);
  }
});

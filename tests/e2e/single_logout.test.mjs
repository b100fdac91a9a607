// SPDX-License-Identifier: Apache-2.0
// One logout for everything: whatever ends a session at the WAF ends the registrations and calls that stand on it, at once.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { sleep, waitFor } from '../core/processes.mjs';
import { authorize, login, tokenRequest } from './support/login.mjs';
import { scene } from './support/scene.mjs';
import { header } from './support/sip.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { signed } from './support/tokens.mjs';
import { registerRequest, WssPeer } from './support/wss-peer.mjs';

const opaqueClient = `
[[clients]]
id = "opaque"
name = "Opaque tokens"
redirect_uris = ["https://localhost:8443/app/callback"]
scopes = ["openid", "offline_access", "webrtc-ims-client-access-to-ims", "sip.register", "sip.call", "sip.message"]
token_format = "opaque"
`;
const edit = ({ name, text }) => (name === 'waf.toml' ? text + opaqueClient.replaceAll('8443', String(system.ports.waf)) : text);
const { ready, system, browser, phone } = scene({ name: 'single_logout', slot: 6, edit });
let chromium;

ready(async () => {
  chromium = await browser(440);
  await phone('bob');
  await waitFor('the gateway to follow the revocations', async () => (await system.metric('wic_gateway_revocation_feed_stale')) === 0);
});

const instance = (number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
const waf = (...args) => execFileSync(
  join(process.env.GATEWAY_BUILD_DIR ?? 'build/release', 'waf/waf'), [...args, '--config', join(system.runDir, 'waf.toml')], { encoding: 'utf8', cwd: system.runDir },
);
const registrationsOf = async (user) => (await system.admin('/registrations')).includes(`${user}@ims.example`);
const atCore = async (user) => new RegExp(`aor +: 'sip:${user}@ims\\.example'`).test(await system.core.snapshot());
/** The S-CSCF drops ended contacts on a timer of 5 s. */
const assertGoneAtCore = (user) => waitFor(`${user} to leave the location`, async () => !(await atCore(user)), { timeout: 20000, every: 100 });

async function registered(user, tokens, number, headers = []) {
  const peer = await WssPeer.connect(system);
  const answer = await peer.request(registerRequest(peer, { user, accessToken: tokens.access_token, instance: instance(number), headers }));
  assert.equal(answer.status, 200, `${answer.status} ${answer.reason}`);
  return peer;
}

/** How the connection was closed, and how long after `action` that was. */
async function closedBy(peer, action) {
  const begun = Date.now();
  await action();
  const closed = await Promise.race([peer.closed, new Promise((resolve) => setTimeout(resolve, 5000, null))]);
  assert.ok(closed, 'the connection is still open');
  return { ...closed, after: Date.now() - begun };
}

const problem = (page) => page.locator('[data-testid=problem]:visible').getAttribute('data-code');

test('E08 J15 a logout in another tab ends call and registration, and the softphone says why', async () => {
  const alice = await SoftphonePage.registered(chromium, 'alice');
  await alice.call('bob');
  await alice.page.locator('[data-testid=call-card][data-state=active]').waitFor();
  assert.equal(JSON.parse(await system.admin('/calls')).length ?? 1, 1);
  const tab = await alice.page.context().newPage();
  await tab.goto(`${system.origin}/logout`);
  const begun = Date.now();
  await tab.locator('form button[type=submit]:not(.second)').first().click();
  await alice.part('login-button').waitFor();
  assert.ok(Date.now() - begun < 3000, `${Date.now() - begun} ms`);
  assert.equal(await problem(alice.page), 'signed-out-elsewhere');
  assert.match(await alice.part('problem').innerText(), /You were signed out/);
  assert.equal(await registrationsOf('alice'), false);
  await assertGoneAtCore('alice');
  await waitFor('the call to be released', async () => (await system.metric('wic_gateway_calls')) === 0);
  await alice.page.context().close();
});

test('J15 Attack42 a refresh token used twice ends the registration that stands on its family', async () => {
  const tokens = await login(system, 'carol');
  const peer = await registered('carol', tokens, 1);
  const refresh = () => tokenRequest(system, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal((await refresh()).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 6500));
  const closed = await closedBy(peer, refresh);
  assert.equal(closed.code, 1008);
  assert.match(closed.reason, /revoked/);
  assert.ok(closed.after < 2000, `${closed.after} ms`);
  await assertGoneAtCore('carol');
});

test('J15 Attack20 a token that was revoked is refused within two seconds', async () => {
  const tokens = await login(system, 'carol');
  const peer = await registered('carol', tokens, 2);
  const closed = await closedBy(peer, () => system.https('/revoke', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ client_id: 'demo', token: tokens.access_token }).toString(),
  }));
  assert.equal(closed.code, 1008);
  const again = await WssPeer.connect(system);
  const answer = await again.request(registerRequest(again, { user: 'carol', accessToken: tokens.access_token, instance: instance(2) }));
  assert.equal(answer.status, 401);
  assert.match(header(answer, 'WWW-Authenticate'), /error="invalid_token"/);
  await again.closed;
});

test('J18 Attack25 a token bound to a key registers with its proof and is worth nothing without', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const prove = (htm, htu, token) => signed({ typ: 'dpop+jwt', alg: 'ES256', jwk }, {
    jti: randomUUID(), htm, htu, iat: Math.floor(Date.now() / 1000),
    ...(token && { ath: createHash('sha256').update(token).digest('base64url') }),
  }, privateKey);
  const { parameters, verifier } = await authorize(system, { user: 'carol' });
  const answered = await system.https('/token', {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', dpop: prove('POST', `${system.origin}/token`) },
    body: new URLSearchParams({
      client_id: 'demo', grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: `${system.origin}/app/callback`, code_verifier: verifier,
    }).toString(),
  });
  const tokens = JSON.parse(answered.text);
  assert.equal(tokens.token_type, 'DPoP', answered.text);
  const proof = prove('REGISTER', 'sip:ims.example', tokens.access_token);
  const peer = await registered('carol', tokens, 3, [['DPoP', proof]]);
  for (const headers of [[], [['DPoP', proof]]]) {
    const thief = await WssPeer.connect(system);
    const answer = await thief.request(registerRequest(thief, { user: 'carol', accessToken: tokens.access_token, instance: instance(4), headers }));
    assert.equal(answer.status, 401, 'without a proof, and with one that was used');
    thief.cut();
  }
  await peer.close();
});

test('J16 an opaque token registers its user, the WAF being asked about it', async () => {
  const { parameters, verifier } = await authorize(system, { user: 'carol', extra: { client_id: 'opaque' } });
  const { body } = await tokenRequest(system, {
    client_id: 'opaque', grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: `${system.origin}/app/callback`, code_verifier: verifier,
  });
  assert.doesNotMatch(body.access_token, /\./);
  const peer = await registered('carol', body, 5);
  await peer.close();
});

const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
/** What `waf revoke TYPE` is given for a token, by TYPE. */
const revocable = { user: () => 'carol', session: ({ sid }) => sid, client: ({ client_id }) => client_id, token: ({ jti }) => jti };
for (const [type, of] of Object.entries(revocable)) {
  test(`J15 the operator ends a ${type}: waf revoke ${type}`, async () => {
    const tokens = await login(system, 'carol');
    const peer = await registered('carol', tokens, 20);
    const closed = await closedBy(peer, () => waf('revoke', type, of(claimsOf(tokens.access_token))));
    assert.equal(closed.code, 1008);
    assert.ok(closed.after < 2000, `${closed.after} ms`);
    await assertGoneAtCore('carol');
    const refreshed = await tokenRequest(system, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
    assert.equal(refreshed.status, type === 'token' ? 200 : 400, 'what can be refreshed afterwards');
  });
}

test('J15 a client that is disabled ends what it was given', async () => {
  const { parameters, verifier } = await authorize(system, { user: 'carol', extra: { client_id: 'opaque' } });
  const { body } = await tokenRequest(system, {
    client_id: 'opaque', grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: `${system.origin}/app/callback`, code_verifier: verifier,
  });
  const peer = await registered('carol', body, 21);
  const closed = await closedBy(peer, () => waf('client', 'disable', 'opaque'));
  assert.equal(closed.code, 1008);
  await assertGoneAtCore('carol');
  waf('client', 'enable', 'opaque');
});

test('J14 a signing key that is dropped ends what it signed, and who signs in again goes on', async () => {
  const tokens = await login(system, 'carol');
  const peer = await registered('carol', tokens, 22);
  const alice = await SoftphonePage.registered(chromium, 'alice');
  await sleep(1100); // tokens of the very second are told apart by their key only
  const kid = JSON.parse(Buffer.from(tokens.access_token.split('.')[0], 'base64url')).kid;
  const closed = await closedBy(peer, () => waf('keys', 'drop', kid));
  assert.equal(closed.code, 1008);
  assert.ok(closed.after < 2000, `${closed.after} ms`);
  assert.ok(!(await (await system.https('/jwks')).text).includes(kid));
  const again = await WssPeer.connect(system);
  const answer = await again.request(registerRequest(again, { user: 'carol', accessToken: tokens.access_token, instance: instance(22) }));
  assert.equal(answer.status, 401);
  await again.closed;
  const fresh = await tokenRequest(system, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.notEqual(JSON.parse(Buffer.from(fresh.body.access_token.split('.')[0], 'base64url')).kid, kid);
  await (await registered('carol', fresh.body, 22)).close();
  await waitFor('the softphone to come back by itself', async () => await registrationsOf('alice'), { timeout: 15000 });
  await alice.page.context().close();
});

test('J15 what is revoked while the WAF is away reaches the gateway when it is back', async () => {
  const tokens = await login(system, 'carol');
  const peer = await registered('carol', tokens, 6);
  process.kill(system.processes.alive().find(({ name }) => name === 'waf').pid, 'SIGKILL');
  await waitFor('the WAF to be gone', async () => !system.processes.isAlive('waf'));
  waf('user', 'disable', 'carol');
  assert.equal(await registrationsOf('carol'), true, 'what runs goes on');
  const closed = await closedBy(peer, () => system.startWaf());
  assert.equal(closed.code, 1008);
  assert.match(closed.reason, /disabled/);
  await assertGoneAtCore('carol');
});

test('J15 a gateway that was restarted knows what was revoked before', async () => {
  const tokens = await login(system, 'alice');
  const revoke = new URLSearchParams({ client_id: 'demo', token: tokens.access_token }).toString();
  await system.https('/revoke', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: revoke });
  await system.processes.stop('wic-gateway');
  await system.startGateway();
  const peer = await WssPeer.connect(system);
  const answer = await peer.request(registerRequest(peer, { user: 'alice', accessToken: tokens.access_token, instance: instance(7) }));
  assert.equal(answer.status, 401);
  peer.cut();
});

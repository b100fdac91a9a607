// SPDX-License-Identifier: Apache-2.0
// Devices at a running WAF: pushed requests and DPoP, the device grant, access codes and the first-party challenge; the pages in
// Chromium with and without scripts, the protocols by two independent OAuth libraries.
import assert from 'node:assert/strict';
import { createHash, randomBytes, webcrypto } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { Issuer, custom } from 'openid-client';
import { chromium } from 'playwright-core';
import { publicKeyHash } from '../core/certificates.mjs';
import { slot } from '../core/ports.mjs';
import { decode } from './support/tokens.mjs';
import { WafAlone, fetchWith } from './support/waf-alone.mjs';

globalThis.crypto ??= webcrypto;

const ports = slot(6);
const accessCode = 'urn:ims-webrtc-gw:params:oauth:grant-type:sip-access-code';
const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';
const redirect = 'https://localhost/cb';

const waf = new WafAlone({ name: 'device_grants', ports, config: `
login_per_address_per_minute = 1000
login_per_account_per_minute = 1000
[device_grant]
interval = "1s"
[access_codes]
enabled = true
realm = "ims.example"
[challenge]
enabled = true
[[clients]]
id = "softphone"
name = "Softphone"
redirect_uris = ["${redirect}"]
scopes = ["openid", "offline_access", "sip.register"]
[[clients]]
id = "desk-phone"
name = "Desk phone"
redirect_uris = ["${redirect}"]
scopes = ["openid", "offline_access", "sip.register"]
grant_types = ["${deviceCode}", "refresh_token"]
[[users]]
name = "alice"
display_name = "Alice Example"
password = "alice-demo"
impi = "alice@ims.example"
impus = ["sip:alice@ims.example", "tel:+15550100001"]
` });
const plain = fetchWith({ ca: waf.ca });
const viaPlain = { [oauth.customFetch]: plain };
const none = oauth.None();
let server;
let issuer;
let browser;
let keys;
let reader; // the secret of a confidential client

const scopes = 'openid offline_access sip.register';
const pkce = () => {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') };
};

before(async () => {
  keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', keys.publicKey);
  writeFileSync(join(waf.directory, 'gateway.jwks'), JSON.stringify({ keys: [{ kty, crv, x, y, kid: 'gw', alg: 'ES256', use: 'sig' }] }));
  waf.run('client', 'add', 'gateway', '--auth', 'private_key_jwt', '--jwks-file', join(waf.directory, 'gateway.jwks'),
    '--grant-type', accessCode, 'refresh_token', '--scope', 'sip.register sip.call sip.message');
  reader = waf.run('client', 'add', 'reader', '--auth', 'client_secret_basic', '--grant-type', 'authorization_challenge',
    'authorization_code', 'refresh_token', '--scope', scopes, '--redirect-uri', redirect);
  await waf.start();
  const url = new URL(waf.issuer);
  server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...viaPlain, algorithm: 'oauth2' }));
  custom.setHttpOptionsDefaults({ ca: waf.ca });
  issuer = await Issuer.discover(waf.issuer);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', `--ignore-certificate-errors-spki-list=${publicKeyHash(join(waf.tls, 'server.pem'))}`],
  });
});

after(async () => {
  await browser?.close();
  await waf.stop();
});

/** A page of a browser of its own; `options` are those of a context. */
async function open(path, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  await page.goto(path.startsWith('https:') ? path : waf.issuer + path);
  return page;
}

async function signIn(page) {
  await page.getByLabel('User name').fill('alice');
  await page.getByLabel('Password').fill('alice-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** The authorization response that the browser is sent away with. */
async function authorize(address) {
  const page = await open(address);
  const gone = page.waitForRequest((request) => request.url().startsWith(redirect));
  await page.route(`${redirect}*`, (route) => route.fulfill({ status: 200, body: '' }));
  await signIn(page);
  const url = new URL((await gone).url());
  await page.context().close();
  return url;
}

const screenshots = process.env.SCREENSHOTS;
const looks = [
  { name: 'light', colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  { name: 'dark-narrow', colorScheme: 'dark', viewport: { width: 360, height: 740 } },
];

async function keepLooks(page, name) {
  if (!screenshots) return;
  for (const look of looks) {
    await page.emulateMedia({ colorScheme: look.colorScheme });
    await page.setViewportSize(look.viewport);
    await page.screenshot({ path: join(screenshots, `${name}-${look.name}.png`), fullPage: true });
  }
}

test('A18 A21 a pushed request and DPoP, from the login to the refreshed token', async () => {
  const client = { client_id: 'softphone' };
  const dpop = oauth.DPoP(client, await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']));
  const { verifier, challenge } = pkce();
  const request = { response_type: 'code', redirect_uri: redirect, scope: scopes, state: 'st', code_challenge: challenge, code_challenge_method: 'S256' };
  const pushed = await oauth.processPushedAuthorizationResponse(server, client,
    await oauth.pushedAuthorizationRequest(server, client, none, request, { ...viaPlain, DPoP: dpop }));
  assert.ok(pushed.expires_in <= 90);
  const address = `${server.authorization_endpoint}?${new URLSearchParams({ client_id: 'softphone', request_uri: pushed.request_uri })}`;
  const answer = oauth.validateAuthResponse(server, client, await authorize(address), 'st');
  const again = await plain(address, { redirect: 'manual' });
  assert.equal(again.status, 400, 'a request_uri works once');

  const withoutKey = await oauth.authorizationCodeGrantRequest(server, client, none, answer, redirect, verifier, viaPlain);
  assert.equal((await withoutKey.json()).error, 'invalid_grant', 'the code is for the key that was pushed');
  const tokens = await oauth.processAuthorizationCodeResponse(server, client,
    await oauth.authorizationCodeGrantRequest(server, client, none, answer, redirect, verifier, { ...viaPlain, DPoP: dpop }), { expectedNonce: oauth.expectNoNonce });
  assert.equal(tokens.token_type, 'dpop');
  assert.ok(decode(tokens.access_token)[1].cnf.jkt);

  const info = await oauth.userInfoRequest(server, client, tokens.access_token, { ...viaPlain, DPoP: dpop });
  assert.equal((await info.json()).preferred_username, 'alice');
  const stolen = await plain(server.userinfo_endpoint, { headers: { authorization: `Bearer ${tokens.access_token}` } });
  assert.equal(stolen.status, 401);
  const thief = await oauth.refreshTokenGrantRequest(server, client, none, tokens.refresh_token, viaPlain);
  assert.equal((await thief.json()).error, 'invalid_grant');
  const fresh = await oauth.processRefreshTokenResponse(server, client,
    await oauth.refreshTokenGrantRequest(server, client, none, tokens.refresh_token, { ...viaPlain, DPoP: dpop }));
  assert.equal(fresh.token_type, 'dpop');
});

for (const javaScriptEnabled of [true, false]) {
  test(`C14 the device grant ${javaScriptEnabled ? 'with' : 'without'} scripts in the browser`, async () => {
    const phone = new issuer.Client({ client_id: 'desk-phone', token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' });
    const handle = await phone.deviceAuthorization({ scope: scopes });
    assert.match(handle.user_code, /^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    const page = await open(handle.verification_uri_complete, { javaScriptEnabled });
    await signIn(page);
    const field = page.getByLabel('Code');
    assert.equal(await field.inputValue(), handle.user_code, 'filled in, and nothing more');
    await keepLooks(page, 'device-entry');
    await field.fill('BCDF-BCDF');
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByText('No device waits').waitFor();
    await page.getByLabel('Code').fill(handle.user_code.toLowerCase().replace('-', ' '));
    await page.getByRole('button', { name: 'Continue' }).click();
    await page.getByRole('heading', { name: 'Connect Desk phone?' }).waitFor();
    await page.getByText(handle.user_code).waitFor();
    await keepLooks(page, 'device-confirm');
    await page.getByRole('button', { name: 'Connect' }).click();
    await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
    const tokens = await handle.poll();
    assert.ok(tokens.refresh_token);
    assert.equal(tokens.claims().preferred_username, 'alice');
    await page.context().close();
  });
}

test('C14 a device that is refused is told so', async () => {
  const phone = new issuer.Client({ client_id: 'desk-phone', token_endpoint_auth_method: 'none', id_token_signed_response_alg: 'ES256' });
  const handle = await phone.deviceAuthorization({ scope: scopes });
  const page = await open(handle.verification_uri_complete);
  await signIn(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Refuse' }).click();
  await page.getByRole('heading', { name: 'The device was refused' }).waitFor();
  await assert.rejects(handle.poll(), (error) => error.error === 'access_denied');
  await page.context().close();
});

/** What the gateway sends for a phone whose user typed `code`. */
async function exchange(code, device = 'urn:uuid:phone-1') {
  const client = { client_id: 'gateway' };
  const hash = (text) => createHash('sha256').update(text).digest('hex');
  const ha1 = hash(`alice:ims.example:${code}`);
  const response = hash(`${ha1}:nonce:00000001:cnonce:auth:${hash('REGISTER:sip:ims.example')}`);
  const answer = await oauth.genericTokenEndpointRequest(server, client, oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'gw' }), accessCode, {
    mode: 'digest', username: 'alice', realm: 'ims.example', algorithm: 'SHA-256', nonce: 'nonce', nc: '00000001', cnonce: 'cnonce', qop: 'auth',
    uri: 'sip:ims.example', method: 'REGISTER', response, device_id: device, transport: 'tls', source: '192.0.2.7', user_agent: 'Example Phone 3',
  }, viaPlain);
  return { status: answer.status, body: await answer.json() };
}

for (const javaScriptEnabled of [true, false]) {
  test(`C01 C12 an access code ${javaScriptEnabled ? 'with' : 'without'} scripts in the browser, its phone, and the sign-out`, async () => {
    const page = await open('/access-code', { javaScriptEnabled });
    await signIn(page);
    await page.getByRole('heading', { name: 'Sign in a phone' }).waitFor();
    await keepLooks(page, 'access-code-start');
    await page.getByRole('button', { name: 'Show a code' }).click();
    const shown = await page.locator('#code').innerText();
    assert.match(shown.trim(), /^\d{3}-\d{3}-\d{4}$/);
    await page.getByText(javaScriptEnabled ? /Valid for [45]:\d\d/ : /Valid until/).waitFor();
    await keepLooks(page, `access-code-${javaScriptEnabled ? 'shown' : 'plain'}`);
    const code = shown.replace(/\D/g, '');
    const phone = await exchange(code);
    assert.equal(phone.status, 200, JSON.stringify(phone.body));
    assert.equal(phone.body.sip.default_impu, 'sip:alice@ims.example');
    assert.ok(phone.body.credential_id && phone.body.refresh_token);
    assert.equal((await exchange(code, 'urn:uuid:thief')).body.error, 'invalid_grant');
    assert.equal((await exchange(code)).status, 200, 'its own phone goes on');
    await page.goto(`${waf.issuer}/access-code`);
    assert.equal(await page.locator('#code').count(), 0, 'shown once');
    await page.getByText('Example Phone 3 signed in from 192.0.2.7').first().waitFor();
    await page.getByText('tried to use the code of another phone').first().waitFor();
    await keepLooks(page, 'access-code-phones');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByText('The phone is signed out.').waitFor();
    assert.deepEqual(await exchange(code), { status: 400, body: { error: 'invalid_grant' } });
    await page.context().close();
  });
}

test('C02 a code that was cancelled does not work', async () => {
  const page = await open('/access-code');
  await signIn(page);
  await page.getByRole('button', { name: 'Show a code' }).click();
  const code = (await page.locator('#code').innerText()).replace(/\D/g, '');
  await page.getByRole('button', { name: 'Cancel the code' }).click();
  await page.getByText('The code no longer works.').waitFor();
  assert.equal((await exchange(code)).body.error, 'invalid_grant');
  await page.context().close();
});

test('C08 attack 74 only clients with the grant may exchange codes', async () => {
  const answer = await plain(server.token_endpoint, {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ grant_type: accessCode, client_id: 'softphone', mode: 'code' }),
  });
  assert.equal((await answer.json()).error, 'unauthorized_client');
});

test('C15 the first-party challenge gives a code for a password, and nothing to others', async () => {
  const { verifier, challenge } = pkce();
  const ask = async (fields, client = `Basic ${Buffer.from(`reader:${reader}`).toString('base64')}`) => {
    const answer = await plain(server.authorization_challenge_endpoint, {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded', ...(client && { authorization: client }) },
      body: new URLSearchParams(fields),
    });
    return { status: answer.status, ...(await answer.json()) };
  };
  const request = { response_type: 'code', scope: scopes, code_challenge: challenge, code_challenge_method: 'S256' };
  assert.equal((await ask({ ...request, client_id: 'softphone' }, '')).error, 'unauthorized_client');
  const first = await ask(request);
  assert.equal(first.error, 'insufficient_authorization');
  assert.ok(first.auth_session.length >= 43);
  const wrong = await ask({ auth_session: first.auth_session, username: 'alice', password: 'wrong-demo' });
  assert.equal(wrong.error, 'insufficient_authorization');
  const right = await ask({ auth_session: first.auth_session, username: 'alice', password: 'alice-demo' });
  assert.equal(right.status, 200, JSON.stringify(right));
  assert.equal((await ask({ auth_session: first.auth_session })).error, 'invalid_session');
  const answer = await plain(server.token_endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${Buffer.from(`reader:${reader}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code: right.authorization_code, code_verifier: verifier }),
  });
  const tokens = await answer.json();
  assert.equal(answer.status, 200, JSON.stringify(tokens));
  assert.equal(decode(tokens.id_token)[1].preferred_username, 'alice');
});

// SPDX-License-Identifier: Apache-2.0
// Signing in through the WAF's own page, and what comes of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { authorize, login, tokenRequest } from './support/login.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { decode } from './support/tokens.mjs';
import { registerRequest, WssPeer } from './support/wss-peer.mjs';

const { ready, system, browser } = scene({ name: 'login', slot: 3 });
let chromium;

ready(async () => {
  chromium = await browser(440);
});

test('alice signs in, is registered, and the S-CSCF knows her by our Path', async () => {
  const alice = await SoftphonePage.registered(chromium, 'alice');
  assert.match(await alice.part('identity').innerText(), /sip:alice@ims\.example/);
  const location = await system.core.snapshot();
  assert.match(location, /IMPI for subscription: \[alice@ims\.example\]/);
  assert.match(location, new RegExp(`Path +: '<sip:[^@']+@127\\.0\\.0\\.1:${system.ports.gatewayCore}`));
  assert.doesNotMatch(alice.page.url(), /code=/, 'the code must not stay in the address');
  await alice.page.context().close();
});

test('the page leads to the account and to codes for desk phones', async () => {
  const alice = await SoftphonePage.registered(chromium, 'alice');
  for (const [link, heading] of [['link-desk-phone', 'Sign in a phone'], ['link-account', 'Your account']]) {
    const opened = alice.page.context().waitForEvent('page');
    await alice.part(link).click();
    await (await opened).getByRole('heading', { name: heading, level: 1 }).waitFor();
  }
  await alice.waitRegistered();
  await alice.page.context().close();
});

test('a page load later she is still signed in', async () => {
  const alice = await SoftphonePage.registered(chromium, 'alice');
  await alice.page.reload();
  await alice.waitRegistered();
  await alice.page.context().close();
});

test('signing out de-registers and asks for the password again', async () => {
  const carol = await SoftphonePage.registered(chromium, 'carol');
  assert.match(await system.core.snapshot(), /aor +: 'sip:carol@ims\.example'/);
  await carol.signOut();
  await carol.page.getByRole('button', { name: 'Sign out' }).click({ timeout: 2000 }).catch(() => {});
  await carol.part('login-button').waitFor();
  const gone = async () => !/aor +: 'sip:carol@ims\.example'/.test(await system.core.snapshot());
  for (let tries = 0; tries < 80 && !(await gone()); tries += 1) await carol.page.waitForTimeout(100);
  assert.ok(await gone(), 'carol is still in the location');
  await carol.page.context().close();
});

test('J18 Attack25 the softphone\'s tokens are bound to its key: a stolen one registers nobody', async () => {
  const alice = new SoftphonePage(await chromium.page(), system);
  const answered = alice.page.waitForResponse((response) => response.url().endsWith('/token'));
  await alice.open();
  await alice.signIn('alice');
  const tokens = await (await answered).json();
  await alice.waitRegistered();
  assert.equal(tokens.token_type, 'DPoP');
  assert.ok(decode(tokens.access_token)[1].cnf.jkt);
  const thief = await WssPeer.connect(system);
  const answer = await thief.request(registerRequest(thief, { user: 'alice', accessToken: tokens.access_token, instance: '00000000-0000-4000-8000-0000000000aa' }));
  assert.equal(answer.status, 401);
  await thief.closed;
  const refreshed = await tokenRequest(system, { grant_type: 'refresh_token', refresh_token: tokens.refresh_token });
  assert.equal(refreshed.status, 400, 'nor is the refresh token worth anything without the key');
  assert.equal(await alice.page.evaluate(async () => {
    const opened = await new Promise((resolve, reject) => {
      const request = indexedDB.databases().then(([{ name }]) => Object.assign(indexedDB.open(name), { onerror: reject, onsuccess: ({ target }) => resolve(target.result) }));
      void request;
    });
    const store = opened.transaction([...opened.objectStoreNames]).objectStore(opened.objectStoreNames[0]);
    const [pair] = await new Promise((resolve) => Object.assign(store.getAll(), { onsuccess: ({ target }) => resolve(target.result) }));
    return pair.privateKey.extractable;
  }), false);
  await alice.page.context().close();
});

test('a wrong password is refused without a word about why', async () => {
  const page = new SoftphonePage(await chromium.page(), system);
  await page.open();
  await page.signIn('alice', 'wrong');
  await page.page.locator('[role=alert]:visible').waitFor();
  assert.match(page.page.url(), /\/(login|authorize)/);
  await page.page.context().close();
});

test('the login page works without JavaScript', async () => {
  const { parameters } = await authorize(system, { user: 'alice' });
  assert.ok(parameters.get('code'));
  assert.equal(parameters.get('iss'), system.origin);
});

test('TOK09 the access token says who, for whom and how long', async () => {
  const tokens = await login(system, 'alice');
  const [head, claims] = decode(tokens.access_token);
  assert.equal(head.typ, 'at+jwt');
  assert.equal(head.alg, 'ES256');
  assert.equal(claims.iss, system.origin);
  assert.deepEqual([claims.aud].flat(), ['sip:gateway.ims.example']);
  assert.equal(claims.client_id, 'demo');
  assert.equal(claims.exp - claims.iat, 600);
  assert.equal(claims.ims.impi, 'alice@ims.example');
  assert.deepEqual(claims.ims.impus.slice(0, 2), ['sip:alice@ims.example', 'tel:+1555010001']);
});

test('a refresh token works once; its reuse ends the family', async () => {
  const first = await login(system, 'carol');
  const refresh = (refreshToken) => tokenRequest(system, { grant_type: 'refresh_token', refresh_token: refreshToken });
  const second = await refresh(first.refresh_token);
  assert.equal(second.status, 200);
  assert.notEqual(second.body.refresh_token, first.refresh_token);
  // Later than the leeway for an answer that was lost on the way.
  await new Promise((resolve) => setTimeout(resolve, 6500));
  assert.equal((await refresh(first.refresh_token)).body.error, 'invalid_grant');
  assert.equal((await refresh(second.body.refresh_token)).body.error, 'invalid_grant');
});

test('Attack31 Attack32 a code works once and only with its verifier', async () => {
  const { parameters, verifier } = await authorize(system, { user: 'alice' });
  const exchange = (fields) => tokenRequest(system, {
    grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: `${system.origin}/app/callback`, code_verifier: verifier, ...fields,
  });
  assert.equal((await exchange({ code_verifier: 'a'.repeat(43) })).body.error, 'invalid_grant');
  assert.ok((await exchange({})).body.access_token, 'somebody else\'s guess must not use the code up');
  assert.equal((await exchange({})).body.error, 'invalid_grant');
});

test('plain code challenges and foreign redirects are refused', async () => {
  await assert.rejects(authorize(system, { user: 'alice', extra: { code_challenge_method: 'plain' } }).then(({ parameters }) => {
    if (parameters.get('error')) throw new Error(parameters.get('error'));
  }));
  const foreign = await system.https(`/authorize?${new URLSearchParams({
    response_type: 'code', client_id: 'demo', redirect_uri: 'https://evil.example/', scope: 'openid', state: 'x'.repeat(40),
    code_challenge: 'a'.repeat(43), code_challenge_method: 'S256',
  })}`);
  assert.equal(foreign.status, 400);
  assert.equal(foreign.headers.location, undefined);
});

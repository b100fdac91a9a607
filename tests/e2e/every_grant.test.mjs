// SPDX-License-Identifier: Apache-2.0
// Every grant, end to end, by three clients: oauth4webapi and openid-client in Node, and a page in Chromium. The user's part, login and
// consent to a device, is always done in Chromium.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import * as oauth from 'oauth4webapi';
import { Issuer, custom, generators } from 'openid-client';
import { chromium } from 'playwright-core';
import { publicKeyHash } from '../core/certificates.mjs';
import { slot } from '../core/ports.mjs';
import { grants as byOauth4webapi } from './support/grants/oauth4webapi.mjs';
import { grants as byOpenidClient } from './support/grants/openid_client.mjs';
import { decode } from './support/tokens.mjs';
import { WafAlone, fetchWith } from './support/waf-alone.mjs';

globalThis.crypto ??= webcrypto;

const ports = slot(6);
const redirect = 'https://localhost/cb';
const scopes = 'openid offline_access sip.register';
const audience = 'sip:gateway.ims.example';
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const user = { username: 'alice', password: 'alice-demo' };

const waf = new WafAlone({ name: 'every_grant', ports, keys: 'algorithms = ["ES256", "RS256", "EdDSA"]', config: `
login_per_address_per_minute = 1000
login_per_account_per_minute = 1000
[device_grant]
interval = "1s"
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
redirect_uris = []
scopes = ["openid", "offline_access", "sip.register"]
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
${['RS256', 'EdDSA'].map((algorithm) => `
[[clients]]
id = "wants-${algorithm}"
redirect_uris = ["${redirect}"]
scopes = ["openid", "offline_access", "sip.register"]
id_token_signed_response_alg = "${algorithm}"
`).join('')}
[[users]]
name = "alice"
password = "alice-demo"
impi = "alice@ims.example"
impus = ["sip:alice@ims.example"]
` });
const plain = fetchWith({ ca: waf.ca });
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const modules = {
  '/library.js': file('node_modules/oauth4webapi/build/index.js'),
  '/grants.js': file('support/grants/oauth4webapi.mjs'),
};
let browser;
let shared; // what every client knows
let issuer; // of openid-client
const drivers = {};

/** A page of a browser of its own. */
async function open(address, options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  await page.goto(address);
  return page;
}

async function signIn(page) {
  await page.getByLabel('User name').fill(user.username);
  await page.getByLabel('Password').fill(user.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** Where the user's browser is sent after the login. */
async function browse(address) {
  const page = await open(address);
  await page.route(`${redirect}*`, (route) => route.fulfill({ status: 200, body: '' }));
  const gone = page.waitForRequest((request) => request.url().startsWith(redirect));
  await signIn(page);
  const url = (await gone).url();
  await page.context().close();
  return url;
}

async function approve(address) {
  const page = await open(address);
  await signIn(page);
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('heading', { name: 'Your device is connected' }).waitFor();
  await page.context().close();
}

/** The library in a page of the WAF's origin; the one with the certificate is of the other listener's. */
async function inChromium(name, { certificate, ...data }) {
  const origin = name === 'mTLS' ? waf.mtls : waf.issuer;
  const clientCertificates = name === 'mTLS' ? [{ origin, cert: Buffer.from(certificate.cert), key: Buffer.from(certificate.key) }] : [];
  const page = await open(`${origin}/jwks`, { bypassCSP: true, clientCertificates });
  for (const [path, source] of Object.entries(modules)) {
    await page.route(origin + path, (route) => route.fulfill({ contentType: 'text/javascript', body: readFileSync(source, 'utf8') }));
  }
  await page.exposeFunction('browse', browse);
  await page.exposeFunction('approve', approve);
  const tokens = await page.evaluate(async ({ name, data }) => {
    const oauth = await import('/library.js');
    const { grants } = await import('/grants.js');
    return grants[name]({ ...data, oauth, via: {}, viaCertificate: {}, browse: window.browse, approve: window.approve });
  }, { name, data });
  await page.context().close();
  return tokens;
}

before(async () => {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  const key = { ...await crypto.subtle.exportKey('jwk', pair.privateKey), kid: 'machine-1', alg: 'ES256', use: 'sig' };
  delete key.key_ops;
  delete key.ext;
  const { d, ...open } = key;
  assert.ok(d);
  writeFileSync(join(waf.directory, 'machine.jwks'), JSON.stringify({ keys: [open] }));
  const certificate = waf.makeCertificate('machine.example', { signed: true }).tls;
  const add = (id, auth, grant, scope, ...more) => waf.run('client', 'add', id, '--auth', auth, '--grant-type', ...grant, '--scope', scope, ...more);
  const machine = ['client_credentials'];
  const secrets = {
    basic: add('basic', 'client_secret_basic', machine, 'orders.read'),
    gateway: add('gateway', 'client_secret_basic', machine, 'orders.read', '--serves', audience),
    portal: add('portal', 'client_secret_basic', [exchange], 'openid sip.register', '--resource', 'https://stock.example', '--serves', audience),
    reader: add('reader', 'client_secret_basic', ['authorization_challenge', 'authorization_code', 'refresh_token'], scopes, '--redirect-uri', redirect),
  };
  add('keyed', 'private_key_jwt', machine, 'orders.read', '--jwks-file', join(waf.directory, 'machine.jwks'));
  add('tls', 'tls_client_auth', machine, 'orders.read', '--tls-subject-dn', 'CN=machine.example,O=Machines', '--sender-constraint', 'mtls');
  const initial = waf.run('client', 'initial-token', '--uses', '3');
  await waf.start();

  const url = new URL(waf.issuer);
  const server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { [oauth.customFetch]: plain }));
  custom.setHttpOptionsDefaults({ ca: waf.ca });
  issuer = await Issuer.discover(waf.issuer);
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true,
    args: ['--no-sandbox', '--disable-gpu', `--ignore-certificate-errors-spki-list=${publicKeyHash(join(waf.tls, 'server.pem'))}`],
  });
  shared = {
    server, redirect, scopes, user, secrets, key, certificate, initial,
    metadata: { client_name: 'Reports', grant_types: machine, response_types: [], redirect_uris: [], scope: 'reports.read' },
    exchange: {
      grant_type: exchange,
      parameters: { subject_token_type: 'urn:ietf:params:oauth:token-type:access_token', audience: 'https://stock.example' },
    },
  };
  const here = { ...shared, browse, approve, fetch: plain };
  const via = { [oauth.customFetch]: plain };
  const viaCertificate = { [oauth.customFetch]: fetchWith(certificate) };
  drivers.oauth4webapi = (name) => byOauth4webapi[name]({ ...here, oauth, via, viaCertificate });
  drivers['openid-client'] = (name) => byOpenidClient[name]({ ...here, issuer });
  drivers.Chromium = (name) => inChromium(name, shared);
});

after(async () => {
  await browser?.close();
  await waf.stop();
});

const ofAlice = ({ access_token: token }) => assert.equal(decode(token)[1].ims.impi, 'alice@ims.example');
const ofMachine = (id) => ({ access_token: token }) => assert.equal(decode(token)[1].sub, id);
const withIdToken = (tokens) => {
  ofAlice(tokens);
  assert.equal(decode(tokens.id_token)[1].preferred_username, 'alice');
  assert.ok(tokens.refresh_token);
};

/** What each must have given. */
const expected = {
  'authorization code': withIdToken,
  'pushed request': withIdToken,
  refresh: (tokens) => { ofAlice(tokens); assert.ok(tokens.refresh_token); },
  'client credentials': ofMachine('basic'),
  private_key_jwt: ofMachine('keyed'),
  mTLS: (tokens) => { ofMachine('tls')(tokens); assert.ok(decode(tokens.access_token)[1].cnf['x5t#S256']); },
  'device grant': withIdToken,
  'token exchange': (tokens) => {
    const [, claims] = decode(tokens.access_token);
    assert.equal(claims.aud, 'https://stock.example');
    assert.equal(claims.act.sub ?? claims.act.client_id, 'portal');
  },
  introspection: ({ told }) => { assert.equal(told.active, true); assert.equal(told.client_id, 'softphone'); },
  revocation: ({ told }) => assert.deepEqual(told, { active: false }),
  'first-party challenge': withIdToken,
  registration: ({ scope }) => assert.equal(scope, 'reports.read'),
  DPoP: (tokens) => {
    assert.equal(tokens.token_type.toLowerCase(), 'dpop');
    assert.ok(decode(tokens.access_token)[1].cnf.jkt);
    assert.equal(tokens.user, 'alice');
  },
};

for (const client of ['oauth4webapi', 'openid-client', 'Chromium']) {
  for (const [name, check] of Object.entries(expected)) {
    test(`${client}: ${name}`, async () => check(await drivers[client](name)));
  }
}

for (const algorithm of ['RS256', 'EdDSA']) {
  test(`A22 a client that wants ${algorithm} gets its ID tokens so, and access tokens as everybody`, async () => {
    const client = new issuer.Client({
      client_id: `wants-${algorithm}`, token_endpoint_auth_method: 'none', redirect_uris: [redirect], response_types: ['code'], id_token_signed_response_alg: algorithm,
    });
    const verifier = generators.codeVerifier();
    const address = client.authorizationUrl({ scope: scopes, code_challenge: generators.codeChallenge(verifier), code_challenge_method: 'S256' });
    const tokens = await client.callback(redirect, client.callbackParams(await browse(address)), { code_verifier: verifier });
    assert.equal(decode(tokens.id_token)[0].alg, algorithm);
    assert.equal(decode(tokens.access_token)[0].alg, 'ES256');
    assert.equal(decode((await client.refresh(tokens)).id_token)[0].alg, algorithm);
  });
}

// SPDX-License-Identifier: Apache-2.0
// Clients and machines at a running WAF, by two independent OAuth libraries: every client authentication method, introspection,
// revocation, token exchange, dynamic registration, and the identity pool of a WWSF.
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { Issuer, custom } from 'openid-client';
import { slot } from '../core/ports.mjs';
import { WafAlone, fetchWith } from './support/waf-alone.mjs';
import { decode } from './support/tokens.mjs';

globalThis.crypto ??= webcrypto;

const ports = slot(7);
const exchange = 'urn:ietf:params:oauth:grant-type:token-exchange';
const poolGrant = 'urn:ims-webrtc-gw:params:oauth:grant-type:pool-identity';
const accessTokenType = 'urn:ietf:params:oauth:token-type:access_token';
const audience = 'sip:gateway.ims.example';

const waf = new WafAlone({ name: 'oauth_clients', ports, config: `
[[clients]]
id = "demo"
redirect_uris = ["https://localhost/cb"]
scopes = ["openid", "sip.register"]
[[users]]
name = "alice"
password = "alice-demo"
impi = "alice@ims.example"
impus = ["sip:alice@ims.example"]
[[pools]]
name = "guests"
clients = ["wwsf"]
wwsf_identity = "shop.example"
impi = "guest{n}@ims.example"
impus = ["sip:guest{n}@ims.example"]
first = 1
last = 2
` });
const plain = fetchWith({ ca: waf.ca });
const viaPlain = { [oauth.customFetch]: plain };
let server; // of oauth4webapi
let issuer; // of openid-client
let keys;
let keyServer;
const certificates = {};
const secrets = {};

const machine = (id, auth, ...more) =>
  waf.run('client', 'add', id, '--auth', auth, '--grant-type', 'client_credentials', '--scope', 'orders.read', '--resource', audience, ...more);

before(async () => {
  keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify']);
  keys.jwk = { ...await crypto.subtle.exportKey('jwk', keys.privateKey), kid: 'machine-1', alg: 'ES256', use: 'sig' };
  const { kty, crv, x, y, kid, alg, use } = keys.jwk;
  const jwks = JSON.stringify({ keys: [{ kty, crv, x, y, kid, alg, use }] });
  writeFileSync(join(waf.directory, 'machine.jwks'), jwks);
  const tls = { cert: readFileSync(join(waf.tls, 'server.pem')), key: readFileSync(join(waf.tls, 'server.key')) };
  keyServer = createServer(tls, (request, answer) => answer.end(jwks));
  await new Promise((resolve) => keyServer.listen(ports.spare, '127.0.0.1', resolve));
  certificates.signed = waf.makeCertificate('machine.example', { signed: true });
  certificates.own = waf.makeCertificate('own.example', { signed: false });

  secrets.basic = machine('basic', 'client_secret_basic');
  secrets.post = machine('post', 'client_secret_post');
  machine('keyed', 'private_key_jwt', '--jwks-file', join(waf.directory, 'machine.jwks'));
  machine('remote', 'private_key_jwt', '--jwks-uri', `https://127.0.0.1:${ports.spare}/jwks`);
  machine('tls', 'tls_client_auth', '--tls-subject-dn', 'CN=machine.example,O=Machines', '--sender-constraint', 'mtls');
  machine('self', 'self_signed_tls_client_auth', '--certificate', certificates.own.file);
  secrets.opaque = machine('opaque', 'client_secret_basic', '--token-format', 'opaque');
  secrets.gateway = machine('gateway', 'client_secret_basic', '--serves', audience);
  secrets.portal = waf.run('client', 'add', 'portal', '--auth', 'client_secret_basic', '--grant-type', exchange,
    '--scope', 'openid sip.register', '--resource', 'https://stock.example', '--serves', audience);
  secrets.wwsf = waf.run('client', 'add', 'wwsf', '--auth', 'client_secret_basic', '--grant-type', poolGrant, 'refresh_token',
    '--scope', 'sip.register sip.call');

  await waf.start();
  const url = new URL(waf.issuer);
  server = await oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { ...viaPlain, algorithm: 'oauth2' }));
  custom.setHttpOptionsDefaults({ ca: waf.ca });
  issuer = await Issuer.discover(waf.issuer);
});

after(async () => {
  keyServer?.close();
  await waf.stop();
});

/** What each method needs: oauth4webapi's authentication, openid-client's metadata and keys, and the certificate. */
const methods = () => ({
  basic: { web: oauth.ClientSecretBasic(secrets.basic), node: { client_secret: secrets.basic, token_endpoint_auth_method: 'client_secret_basic' } },
  post: { web: oauth.ClientSecretPost(secrets.post), node: { client_secret: secrets.post, token_endpoint_auth_method: 'client_secret_post' } },
  keyed: { web: oauth.PrivateKeyJwt({ key: keys.privateKey, kid: 'machine-1' }), node: signedByKey, jwks: true },
  remote: { web: oauth.PrivateKeyJwt(keys.privateKey), node: signedByKey, jwks: true },
  tls: { web: oauth.TlsClientAuth(), node: { token_endpoint_auth_method: 'tls_client_auth' }, certificate: certificates.signed },
  self: { web: oauth.TlsClientAuth(), node: { token_endpoint_auth_method: 'self_signed_tls_client_auth' }, certificate: certificates.own },
});
const signedByKey = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' };

function nodeClient(id, { node, jwks, certificate }) {
  const client = new issuer.Client({ client_id: id, ...node }, jwks && { keys: [keys.jwk] });
  if (certificate) client[custom.http_options] = (url, options) => ({ ...options, ...certificate.tls });
  return client;
}

const basic = (id) => oauth.ClientSecretBasic(secrets[id]);
const introspect = async (id, token) =>
  oauth.processIntrospectionResponse(server, { client_id: id }, await oauth.introspectionRequest(server, { client_id: id }, basic(id), token, viaPlain));
const tokenOf = async (id) =>
  (await oauth.processClientCredentialsResponse(server, { client_id: id }, await oauth.clientCredentialsGrantRequest(server, { client_id: id }, basic(id), {}, viaPlain))).access_token;

test('A12: the metadata name the methods, and where certificates are asked for', () => {
  for (const method of ['client_secret_basic', 'client_secret_post', 'private_key_jwt', 'tls_client_auth', 'self_signed_tls_client_auth']) {
    assert.ok(server.token_endpoint_auth_methods_supported.includes(method), method);
  }
  assert.equal(server.mtls_endpoint_aliases.token_endpoint, `${waf.mtls}/token`);
  assert.equal(server.registration_endpoint, `${waf.issuer}/register`);
});

test('A17: oauth4webapi gets tokens by every method of authentication', async () => {
  for (const [id, method] of Object.entries(methods())) {
    const client = { client_id: id, use_mtls_endpoint_aliases: Boolean(method.certificate) };
    const options = { [oauth.customFetch]: method.certificate ? fetchWith(method.certificate.tls) : plain };
    const response = await oauth.clientCredentialsGrantRequest(server, client, method.web, new URLSearchParams({ scope: 'orders.read' }), options);
    const tokens = await oauth.processClientCredentialsResponse(server, client, response);
    const [header, claims] = decode(tokens.access_token);
    assert.equal(header.typ, 'at+jwt');
    assert.equal(claims.sub, id);
    assert.equal(claims.aud, audience);
    assert.equal(Boolean(claims.cnf?.['x5t#S256']), id === 'tls', id);
  }
});

test('A17: openid-client gets tokens by every method of authentication', async () => {
  for (const [id, method] of Object.entries(methods())) {
    const tokens = await nodeClient(id, method).grant({ grant_type: 'client_credentials', scope: 'orders.read' });
    assert.equal(decode(tokens.access_token)[1].sub, id);
  }
});

test('Attack 40: no method stands in for another, and a foreign certificate for none', async () => {
  const refused = async (id, web, tls) => {
    const client = { client_id: id, use_mtls_endpoint_aliases: Boolean(tls) };
    const response = await oauth.clientCredentialsGrantRequest(server, client, web, {}, { [oauth.customFetch]: tls ? fetchWith(tls) : plain });
    assert.equal(response.status, 401, id);
    assert.equal((await response.json()).error, 'invalid_client', id);
  };
  await refused('basic', oauth.None());
  await refused('basic', oauth.ClientSecretPost(secrets.basic));
  await refused('keyed', oauth.ClientSecretBasic(secrets.basic));
  await refused('tls', oauth.TlsClientAuth(), certificates.own.tls);
  await refused('self', oauth.TlsClientAuth(), certificates.signed.tls);
  await refused('tls', oauth.TlsClientAuth(), { ca: waf.ca });
});

test('A14, A15: introspection and revocation, JWT and opaque', async () => {
  for (const id of ['basic', 'opaque']) {
    const token = await tokenOf(id);
    const told = await introspect('gateway', token);
    assert.equal(told.active, true);
    assert.equal(told.client_id, id);
    assert.equal((await introspect('basic', token)).active, false, 'the caller does not serve that audience');
    const client = nodeClient(id, { node: { client_secret: secrets[id], token_endpoint_auth_method: 'client_secret_basic' } });
    await client.revoke(token);
    assert.equal((await introspect('gateway', token)).active, false);
  }
  const gateway = nodeClient('gateway', { node: { client_secret: secrets.gateway, token_endpoint_auth_method: 'client_secret_basic' } });
  assert.deepEqual(await gateway.introspect('unknown'), { active: false });
  const token = await tokenOf('basic');
  const client = { client_id: 'basic' };
  await oauth.processRevocationResponse(await oauth.revocationRequest(server, client, basic('basic'), token, viaPlain));
  assert.equal((await introspect('gateway', token)).active, false);
});

test('A20: a token of the session becomes one for another service', async () => {
  const subject = waf.run('token', 'mint', '--user', 'alice', '--client', 'demo', '--scope', 'openid sip.register sip.call');
  const client = { client_id: 'portal' };
  const parameters = { subject_token: subject, subject_token_type: accessTokenType, audience: 'https://stock.example' };
  const response = await oauth.genericTokenEndpointRequest(server, client, basic('portal'), exchange, parameters, viaPlain);
  const tokens = await oauth.processGenericTokenEndpointResponse(server, client, response);
  const [, before] = decode(subject);
  const [, claims] = decode(tokens.access_token);
  assert.equal(claims.aud, 'https://stock.example');
  assert.equal(claims.sid, before.sid);
  assert.equal(claims.sub, before.sub);
  assert.equal(claims.scope, 'openid sip.register');
  assert.ok(claims.exp <= before.exp);
  const portal = nodeClient('portal', { node: { client_secret: secrets.portal, token_endpoint_auth_method: 'client_secret_basic' } });
  await assert.rejects(portal.grant({ grant_type: exchange, ...parameters, audience: 'https://elsewhere.example' }), { error: 'invalid_target' });
  assert.equal((await portal.grant({ grant_type: exchange, ...parameters })).issued_token_type, accessTokenType);
});

test('A19: clients register themselves with an initial token', async () => {
  const metadata = { client_name: 'Reports', grant_types: ['client_credentials'], response_types: [], redirect_uris: [], scope: 'reports.read' };
  const initialAccessToken = waf.run('client', 'initial-token', '--uses', '2');
  const response = await oauth.dynamicClientRegistrationRequest(server, metadata, { ...viaPlain, initialAccessToken });
  const client = await oauth.processDynamicClientRegistrationResponse(response);
  const granted = await oauth.clientCredentialsGrantRequest(server, client, oauth.ClientSecretBasic(client.client_secret), {}, viaPlain);
  assert.equal((await oauth.processClientCredentialsResponse(server, client, granted)).scope, 'reports.read');

  const registered = await issuer.Client.register({ ...metadata, token_endpoint_auth_method: 'client_secret_post' }, { initialAccessToken });
  assert.equal((await registered.grant({ grant_type: 'client_credentials' })).scope, 'reports.read');
  const known = await issuer.Client.fromUri(registered.registration_client_uri, registered.registration_access_token);
  assert.equal(known.client_id, registered.client_id);
  const gone = await plain(client.registration_client_uri, { method: 'DELETE', headers: { authorization: `Bearer ${client.registration_access_token}` } });
  assert.equal(gone.status, 204);
  await assert.rejects(issuer.Client.register(metadata, { initialAccessToken }), { error: 'invalid_token' });
});

test('Scenario 3: a WWSF is given identities of its pool, each once, until there is none', async () => {
  const client = { client_id: 'wwsf' };
  const allocate = () => oauth.genericTokenEndpointRequest(server, client, basic('wwsf'), poolGrant, {}, viaPlain);
  const first = await oauth.processGenericTokenEndpointResponse(server, client, await allocate());
  const second = await oauth.processGenericTokenEndpointResponse(server, client, await allocate());
  assert.deepEqual([first.impi, second.impi].sort(), ['guest1@ims.example', 'guest2@ims.example']);
  assert.equal(decode(first.access_token)[1].ims.mode, 'pool');
  assert.equal(decode(first.access_token)[1].ims.wwsf, 'shop.example');
  const none = await allocate();
  assert.equal(none.status, 503);
  assert.equal((await none.json()).error, 'temporarily_unavailable');
  assert.ok(Number(none.headers.get('retry-after')) > 0);

  const wwsf = nodeClient('wwsf', { node: { client_secret: secrets.wwsf, token_endpoint_auth_method: 'client_secret_basic' } });
  const renewed = await wwsf.grant({ grant_type: 'refresh_token', refresh_token: first.refresh_token });
  assert.equal(decode(renewed.access_token)[1].ims.impi, first.impi);
  assert.equal((await introspect('gateway', renewed.access_token)).active, true);
  await wwsf.revoke(renewed.refresh_token);
  assert.equal((await introspect('gateway', renewed.access_token)).active, false);
  assert.equal((await allocate()).status, 503, 'the identity rests before somebody else has it');
});

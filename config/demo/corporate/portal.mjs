// SPDX-License-Identifier: Apache-2.0
// A corporate portal: a relying party of the WAF that says who is logged in. usage: node portal.mjs CONFIG.json, with
// { port, certificate, key, issuer (of the WAF), clientId }. NODE_EXTRA_CA_CERTS names the WAF's authority.
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRemoteJWKSet, jwtVerify } from 'jose';
import { Issuer, generators } from 'openid-client';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const origin = `https://localhost:${config.port}`;
const logoutEvent = 'http://schemas.openid.net/event/backchannel-logout';
const sessions = new Map(); // cookie -> { claims, idToken }
const pending = new Map(); // state -> { verifier, nonce }
const seen = new Set(); // jti of logout tokens
let discovered;

async function relyingParty() {
  discovered ??= await Issuer.discover(config.issuer);
  return new discovered.Client({
    client_id: config.clientId, redirect_uris: [`${origin}/callback`], response_types: ['code'], token_endpoint_auth_method: 'none',
    id_token_signed_response_alg: 'ES256',
  });
}

const escape = (text) => String(text).replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
const page = (title, body) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
<style>body{font:16px system-ui;max-width:40rem;margin:4rem auto;padding:0 1rem}</style><h1>${title}</h1>${body}</html>`;
const cookieOf = (request) => /(?:^|; )__Host-portal=([\w-]+)/.exec(request.headers.cookie ?? '')?.[1];

function redirect(response, address, headers = {}) {
  response.writeHead(303, { location: address, ...headers });
  response.end();
}

function html(response, status, text) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(text);
}

async function home(request, response) {
  const session = sessions.get(cookieOf(request));
  if (session) {
    const { name, sub, sip_uri: sip } = session.claims;
    return html(response, 200, page('Corporate portal', `<p>Signed in as <strong id="name">${escape(name)}</strong>
<p>Account <code id="sub">${escape(sub)}</code>, phone <code id="sip">${escape(sip ?? '')}</code>
<p><a id="sign-out" href="/logout">Sign out everywhere</a>`));
  }
  const client = await relyingParty();
  const state = generators.state();
  const verifier = generators.codeVerifier();
  const nonce = generators.nonce();
  pending.set(state, { verifier, nonce });
  if (pending.size > 1000) pending.delete(pending.keys().next().value);
  redirect(response, client.authorizationUrl({
    scope: 'openid profile', state, nonce, code_challenge: generators.codeChallenge(verifier), code_challenge_method: 'S256',
  }));
}

async function callback(request, response) {
  const client = await relyingParty();
  const parameters = client.callbackParams(request);
  const { verifier, nonce } = pending.get(parameters.state) ?? {};
  pending.delete(parameters.state);
  if (!verifier) return html(response, 400, page('Not signed in', '<p><a href="/">Again</a>'));
  const tokens = await client.callback(`${origin}/callback`, parameters, { state: parameters.state, nonce, code_verifier: verifier });
  const cookie = randomBytes(24).toString('base64url');
  sessions.set(cookie, { claims: tokens.claims(), idToken: tokens.id_token });
  redirect(response, '/', { 'set-cookie': `__Host-portal=${cookie}; Path=/; Secure; HttpOnly; SameSite=Lax` });
}

async function logout(request, response) {
  const session = sessions.get(cookieOf(request));
  sessions.delete(cookieOf(request));
  if (!session) return redirect(response, '/signed-out');
  const client = await relyingParty();
  redirect(response, client.endSessionUrl({ id_token_hint: session.idToken, post_logout_redirect_uri: `${origin}/signed-out` }));
}

/** OpenID Connect Back-Channel Logout 1.0, section 2.6. */
async function checkLogoutToken(token) {
  const keys = createRemoteJWKSet(new URL(discovered.metadata.jwks_uri));
  const { payload } = await jwtVerify(token, keys, {
    issuer: config.issuer, audience: config.clientId, typ: 'logout+jwt', requiredClaims: ['iat', 'jti', 'events'], algorithms: ['ES256'],
  });
  if (payload.nonce !== undefined || !payload.events[logoutEvent] || seen.has(payload.jti)) throw new Error('no logout token');
  seen.add(payload.jti);
  return payload;
}

async function backchannelLogout(request, response) {
  let text = '';
  for await (const chunk of request) if ((text += chunk).length > 20_000) throw new Error('too long');
  await relyingParty();
  const { sid, sub } = await checkLogoutToken(new URLSearchParams(text).get('logout_token') ?? '');
  for (const [cookie, { claims }] of sessions) if (sid ? claims.sid === sid : claims.sub === sub) sessions.delete(cookie);
  console.log(`logout ${sid ?? sub}`);
  response.writeHead(200, { 'cache-control': 'no-store' });
  response.end();
}

const routes = {
  'GET /': home,
  'GET /callback': callback,
  'GET /logout': logout,
  'GET /signed-out': (request, response) => html(response, 200, page('Signed out', '<p><a href="/">Sign in again</a>')),
  'POST /backchannel-logout': backchannelLogout,
};

createServer({ cert: readFileSync(config.certificate), key: readFileSync(config.key) }, async (request, response) => {
  const { pathname } = new URL(request.url, origin);
  const route = routes[`${request.method} ${pathname}`];
  if (!route) return html(response, 404, page('Nothing is here', ''));
  try {
    await route(request, response);
  } catch (error) {
    console.error(pathname, error.message);
    html(response, 400, page('That did not work', '<p><a href="/">Again</a>'));
  }
}).listen(config.port, '127.0.0.1', () => console.log(`portal: ${origin}`));

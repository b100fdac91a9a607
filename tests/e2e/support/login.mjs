// SPDX-License-Identifier: Apache-2.0
// Logging in without a browser: the authorization code flow with PKCE against the real WAF, its forms filled in as they come.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';

export const fullScope = 'openid offline_access webrtc-ims-client-access-to-ims sip.register sip.call sip.message';
const redirectUri = (system) => `${system.origin}/app/callback`;
const random = () => randomBytes(32).toString('base64url');
const form = (fields) => new URLSearchParams(fields).toString();

/** A cookie jar and the way through redirects and forms of one site. */
class Session {
  #cookies = new Map();

  constructor(system) {
    this.system = system;
  }

  async send(path, { fields } = {}) {
    const headers = { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
    if (fields) Object.assign(headers, { 'content-type': 'application/x-www-form-urlencoded', origin: this.system.origin });
    const answer = await this.system.https(path, { method: fields ? 'POST' : 'GET', headers, body: fields && form(fields) });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [pair] = line.split(';');
      this.#cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1));
    }
    return answer;
  }
}

const unescape = (text) => text.replace(/&#x([0-9a-f]+);/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  .replace(/&#(\d+);/g, (_, decimal) => String.fromCharCode(decimal))
  .replace(/&quot;/g, '"').replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&amp;/g, '&');

/** {action, fields} of a page's first form; user name and password filled in. */
function fillForm(html, { name, password }) {
  const [opening] = /<form[^>]*>/i.exec(html) ?? [];
  assert.ok(opening, `no form in: ${html.slice(0, 400)}`);
  const attribute = (tag, key) => unescape(new RegExp(`\\b${key}\\s*=\\s*"([^"]*)"`, 'i').exec(tag)?.[1] ?? '');
  const fields = {};
  for (const [tag] of html.slice(html.indexOf(opening)).split(/<\/form>/i)[0].matchAll(/<(?:input|button)[^>]*>/gi)) {
    const field = attribute(tag, 'name');
    if (!field) continue;
    const type = attribute(tag, 'type') || 'text';
    if (type === 'password') fields[field] = password;
    else if (type === 'hidden' || tag.toLowerCase().startsWith('<button')) fields[field] ??= attribute(tag, 'value');
    else if (type === 'text' || type === 'email') fields[field] = name;
  }
  return { action: attribute(opening, 'action'), fields };
}

/** The authorization response's parameters after logging in as `user`. */
export async function authorize(system, { user, password = `${user}-demo`, scope = fullScope, extra = {} }) {
  const verifier = random();
  const session = new Session(system);
  const query = form({
    response_type: 'code', client_id: 'demo', redirect_uri: redirectUri(system), scope, state: random(), nonce: random(),
    code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256', ...extra,
  });
  let at = `/authorize?${query}`;
  let answer = await session.send(at);
  for (let step = 0; step < 6; step += 1) {
    if (answer.headers.location) {
      const target = new URL(answer.headers.location, new URL(at, system.origin));
      if (target.pathname === '/app/callback') return { parameters: target.searchParams, verifier };
      at = target.pathname + target.search;
      answer = await session.send(at);
    } else {
      assert.ok(step < 4 && answer.status === 200, `log-in of ${user} stopped at ${at}: ${answer.status} ${answer.text.slice(0, 300)}`);
      const { action, fields } = fillForm(answer.text, { name: user, password });
      const target = new URL(action || at, new URL(at, system.origin));
      at = target.pathname + target.search;
      answer = await session.send(at, { fields });
    }
  }
  throw new Error(`log-in of ${user} goes round in circles at ${at}`);
}

export async function tokenRequest(system, fields) {
  const answer = await system.https('/token', {
    method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: form({ client_id: 'demo', ...fields }),
  });
  return { status: answer.status, body: JSON.parse(answer.text) };
}

/** {access_token, refresh_token, …} for a user. */
export async function login(system, user, { scope, password } = {}) {
  const { parameters, verifier } = await authorize(system, { user, scope, password });
  assert.ok(parameters.get('code'), `no code: ${parameters}`);
  const { status, body } = await tokenRequest(system, {
    grant_type: 'authorization_code', code: parameters.get('code'), redirect_uri: redirectUri(system), code_verifier: verifier,
  });
  assert.equal(status, 200, JSON.stringify(body));
  return body;
}

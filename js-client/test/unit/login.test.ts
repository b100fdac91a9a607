// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { beforeEach, expect, test, vi } from 'vitest';
import { AuthorizationServer } from '../../src/auth/authorizationServer';
import { completeLogin, isLoginAnswer, loginAddress, refreshTokens } from '../../src/auth/login';
import { demoConfig } from '../../src/config';

const { issuer } = demoConfig;
const metadata = {
  issuer,
  authorization_endpoint: `${issuer}/authorize`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/jwks`,
  response_types_supported: ['code'],
  id_token_signing_alg_values_supported: ['ES256'],
  authorization_response_iss_parameter_supported: true,
};

class MemoryStorage {
  readonly items = new Map<string, string>();
  getItem = (key: string): string | null => this.items.get(key) ?? null;
  setItem = (key: string, value: string): void => void this.items.set(key, value);
  removeItem = (key: string): void => void this.items.delete(key);
}

let storage: Storage;
let forms: URLSearchParams[];
let answer: () => Response;
let server: AuthorizationServer;

function json(value: object, status = 200): Response {
  return new Response(JSON.stringify(value), { status, headers: { 'content-type': 'application/json' } });
}

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'ES256', typ: 'JWT' })}.${part(claims)}.${'A'.repeat(86)}`;
}

function idToken(nonce: string | null): string {
  const now = Math.floor(Date.now() / 1000);
  return jwt({ iss: issuer, aud: 'demo', sub: 'u-alice', iat: now, exp: now + 600, nonce });
}

function answerOf(address: URL, changes: Record<string, string | null> = {}): URL {
  const back = new URL(demoConfig.redirectUri);
  const values = { code: 'c-1', state: address.searchParams.get('state'), iss: issuer, ...changes };
  for (const [name, value] of Object.entries(values)) if (value !== null) back.searchParams.set(name, value);
  return back;
}

beforeEach(() => {
  storage = new MemoryStorage() as unknown as Storage;
  forms = [];
  const fetcher = vi.fn(async (url: string, init?: RequestInit) => {
    if (String(url).includes('.well-known')) return json(metadata);
    forms.push(new URLSearchParams(String(init?.body)));
    return answer();
  });
  server = new AuthorizationServer(issuer, 'demo', fetcher as unknown as typeof fetch);
});

test('A03 the request carries a S256 challenge whose verifier comes only with the code', async () => {
  const address = await loginAddress(server, demoConfig, storage, false);
  const asked = address.searchParams;
  expect(asked.get('code_challenge_method')).toBe('S256');
  expect(asked.has('prompt')).toBe(false);
  answer = () => json({ access_token: jwt({}), token_type: 'Bearer', expires_in: 600, refresh_token: 'r', id_token: idToken(asked.get('nonce')) });
  const tokens = await completeLogin(server, demoConfig, storage, answerOf(address));
  const verifier = forms[0]?.get('code_verifier') ?? '';
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(asked.get('code_challenge'));
  expect(forms[0]?.get('client_id')).toBe('demo');
  expect(tokens?.refreshToken).toBe('r');
});

test('two logins share no state, nonce or challenge', async () => {
  const [a, b] = [await loginAddress(server, demoConfig, storage, false), await loginAddress(server, demoConfig, storage, false)];
  for (const name of ['state', 'nonce', 'code_challenge']) expect(a.searchParams.get(name)).not.toBe(b.searchParams.get(name));
});

test.each([
  ['attack 38: another state', { state: 'other' }],
  ['attack 38: no state', { state: null }],
  ['attack 37: another issuer', { iss: 'https://evil.example' }],
  ['A11: no issuer', { iss: null }],
])('%s is refused before the code goes anywhere', async (_name, changes) => {
  const address = await loginAddress(server, demoConfig, storage, false);
  await expect(completeLogin(server, demoConfig, storage, answerOf(address, changes))).rejects.toMatchObject({ code: 'login-mismatch' });
  expect(forms).toEqual([]);
});

test('attack 38: an ID token with another nonce is refused', async () => {
  const address = await loginAddress(server, demoConfig, storage, false);
  answer = () => json({ access_token: jwt({}), token_type: 'Bearer', expires_in: 600, id_token: idToken('other') });
  await expect(completeLogin(server, demoConfig, storage, answerOf(address))).rejects.toMatchObject({ code: 'login-mismatch' });
});

test('an answer that nobody asked for, or asked for once already, is refused', async () => {
  const address = await loginAddress(server, demoConfig, storage, false);
  answer = () => json({ access_token: jwt({}), token_type: 'Bearer', expires_in: 600, id_token: idToken(address.searchParams.get('nonce')) });
  await completeLogin(server, demoConfig, storage, answerOf(address));
  expect(storage.getItem('softphone.login')).toBeNull();
  await expect(completeLogin(server, demoConfig, storage, answerOf(address))).rejects.toMatchObject({ code: 'login-mismatch' });
});

test('E07 prompt=none that finds nobody is no failure; asked for aloud it is', async () => {
  const refusal = { code: null, error: 'login_required' };
  const silent = await loginAddress(server, demoConfig, storage, true);
  expect(silent.searchParams.get('prompt')).toBe('none');
  expect(await completeLogin(server, demoConfig, storage, answerOf(silent, refusal))).toBeUndefined();
  const aloud = await loginAddress(server, demoConfig, storage, false);
  await expect(completeLogin(server, demoConfig, storage, answerOf(aloud, refusal))).rejects.toMatchObject({ code: 'login-refused' });
});

test('metadata that sends the code to another host is not ours', async () => {
  const evil = { ...metadata, token_endpoint: 'https://evil.example/token' };
  const other = new AuthorizationServer(issuer, 'demo', (async () => json(evil)) as typeof fetch);
  await expect(other.discover()).rejects.toMatchObject({ code: 'untrusted-authorization-server' });
});

test('only the redirect address with an answer is taken for one', () => {
  expect(isLoginAnswer(new URL(`${demoConfig.redirectUri}?code=1&state=2`), demoConfig)).toBe(true);
  expect(isLoginAnswer(new URL(demoConfig.redirectUri), demoConfig)).toBe(false);
  expect(isLoginAnswer(new URL(`${issuer}/?code=1`), demoConfig)).toBe(false);
});

test('a refresh tells a lost session from a WAF that is down', async () => {
  const tokens = { accessToken: 'a', obtainedAt: 0, expiresAt: 1, refreshToken: 'r', idToken: 'i' };
  answer = () => json({ error: 'invalid_grant' }, 400);
  await expect(refreshTokens(server, tokens)).rejects.toMatchObject({ code: 'session-ended' });
  answer = () => new Response('', { status: 503, headers: { 'retry-after': '7' } });
  await expect(refreshTokens(server, tokens)).rejects.toMatchObject({ code: 'waf-unreachable', retryAfter: 7 });
});

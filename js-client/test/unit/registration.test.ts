// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TokenKeeper } from '../../src/auth/tokenKeeper';
import type { Tokens } from '../../src/auth/tokens';
import { PhoneError } from '../../src/errors';
import { Registration } from '../../src/sip/registration';

const issuer = 'https://localhost:8443';
let count: number;
let sent: string[];
let connected: boolean;
let keeper: TokenKeeper;
let registration: Registration;
let refused: PhoneError[];

function tokens(life = 600): Tokens {
  count += 1;
  return { accessToken: `t${count}`, obtainedAt: Date.now(), expiresAt: Date.now() + life * 1000, refreshToken: 'r', idToken: undefined };
}

function response(status_code: number, headers: Record<string, string> = {}): Parameters<Registration['handleFailed']>[0] {
  return { status_code, reason_phrase: '', getHeader: (name) => headers[name] };
}

const challenge = (server: string, error = 'invalid_token'): Record<string, string> => ({
  'WWW-Authenticate': `Bearer realm="ims.example", authz_server="${server}", error="${error}", scope="sip.register"`,
});

beforeEach(() => {
  vi.useFakeTimers();
  [count, sent, connected, refused] = [0, [], true, []];
  keeper = new TokenKeeper(async () => tokens());
  registration = new Registration({ isConnected: () => connected, register: (token) => sent.push(token) }, keeper, issuer);
  registration.on('refused', (error) => refused.push(error));
});
afterEach(() => {
  keeper.clear();
  vi.useRealTimers();
});

test('registers with the token at hand', async () => {
  keeper.hold(tokens());
  await registration.start();
  expect(sent).toEqual(['t1']);
});

test('REG40 after a reconnect an old token is renewed first, and REGISTER leaves once', async () => {
  keeper.hold(tokens(600));
  await registration.start();
  registration.stop();
  vi.setSystemTime(Date.now() + 580_000);
  await registration.start();
  expect(sent).toEqual(['t1', 't2']);
});

test('R07 an expiring registration is renewed with a new token on the open connection', async () => {
  keeper.hold(tokens());
  await registration.start();
  vi.setSystemTime(Date.now() + 400_000);
  await registration.handleExpiring();
  expect(sent).toEqual(['t1', 't2']);
});

test('R07 a token that the keeper renews by itself is registered at once', async () => {
  keeper.hold(tokens());
  await registration.start();
  await vi.advanceTimersByTimeAsync(451_000);
  expect(sent).toEqual(['t1', 't2']);
});

test('nothing is sent without a connection', async () => {
  keeper.hold(tokens());
  await registration.start();
  connected = false;
  await keeper.renew();
  expect(sent).toEqual(['t1']);
});

test('B06 a 401 leads to one new token; if that is refused too, to the user', async () => {
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(401, challenge(issuer)));
  expect(sent).toEqual(['t1', 't2']);
  await registration.handleFailed(response(401, challenge(issuer)));
  expect(sent).toEqual(['t1', 't2']);
  expect(refused.map(({ code }) => code)).toEqual(['token-refused']);
});

test('a token refused much later gets its second chance again', async () => {
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(401, challenge(issuer)));
  await keeper.renew();
  await registration.handleFailed(response(401, challenge(issuer)));
  expect(sent).toEqual(['t1', 't2', 't3', 't4']);
  expect(refused).toEqual([]);
});

test('B15 attack 92: a foreign authz_server ends it, and later tokens are not sent either', async () => {
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(401, challenge('https://evil.example')));
  expect(refused.map(({ code }) => code)).toEqual(['untrusted-authorization-server']);
  await keeper.renew();
  expect(sent).toEqual(['t1']);
});

test('B07 a missing scope is a matter of entitlement, not of a newer token', async () => {
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(401, challenge(issuer, 'invalid_scope')));
  expect(refused.map(({ code }) => code)).toEqual(['not-entitled']);
});

test('403 is final', async () => {
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(403));
  await vi.advanceTimersByTimeAsync(100_000);
  expect(refused.map(({ code }) => code)).toEqual(['not-entitled']);
  expect(sent).toEqual(['t1']);
});

test('503 waits as long as Retry-After says, silence by the back-off', async () => {
  const retrying = vi.fn();
  registration.on('retrying', retrying);
  keeper.hold(tokens());
  await registration.start();
  await registration.handleFailed(response(503, { 'Retry-After': '30' }));
  expect(retrying.mock.calls[0]?.[0]).toMatchObject({ delay: 30_000, error: { code: 'unavailable' } });
  await vi.advanceTimersByTimeAsync(29_900);
  expect(sent).toEqual(['t1']);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent).toEqual(['t1', 't1']);
  await registration.handleFailed(null);
  await vi.advanceTimersByTimeAsync(5_000);
  expect(sent).toEqual(['t1', 't1', 't1']);
});

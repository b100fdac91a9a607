// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TokenKeeper } from '../../src/auth/tokenKeeper';
import { type Tokens, refreshDelay } from '../../src/auth/tokens';
import { PhoneError } from '../../src/errors';

function tokens(name: string, life = 600): Tokens {
  const now = Date.now();
  return { accessToken: name, obtainedAt: now, expiresAt: now + life * 1000, refreshToken: `r-${name}`, idToken: undefined };
}

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('R07 a ten-minute token is renewed after three quarters of its life', () => {
  const ten = tokens('a');
  expect(refreshDelay(ten, Date.now())).toBe(450_000);
  expect(refreshDelay(ten, Date.now() + 500_000)).toBe(0);
});

test('R07 a short token is renewed a minute before its end, a very short one at half', () => {
  expect(refreshDelay(tokens('a', 150), Date.now())).toBe(90_000);
  expect(refreshDelay(tokens('a', 60), Date.now())).toBe(30_000);
});

test('renews by itself and tells', async () => {
  const keeper = new TokenKeeper(async () => tokens('b'));
  const renewed = vi.fn();
  keeper.on('renewed', renewed);
  keeper.hold(tokens('a'));
  await vi.advanceTimersByTimeAsync(449_000);
  expect(renewed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  expect(renewed).toHaveBeenCalledOnce();
  expect(keeper.current?.accessToken).toBe('b');
});

test('A08 however many ask, the refresh token is used once', async () => {
  let answer: (value: Tokens) => void = () => undefined;
  const refresh = vi.fn(() => new Promise<Tokens>((resolve) => (answer = resolve)));
  const keeper = new TokenKeeper(refresh);
  keeper.hold(tokens('a'));
  const asked = [keeper.renew(), keeper.renew(), keeper.fresh(700_000)];
  answer(tokens('b'));
  const got = await Promise.all(asked);
  expect(refresh).toHaveBeenCalledOnce();
  expect(new Set(got.map(({ accessToken }) => accessToken))).toEqual(new Set(['b']));
});

test('an unreachable WAF is asked again with growing pauses, and the token is kept', async () => {
  const refresh = vi.fn<() => Promise<Tokens>>().mockRejectedValue(new PhoneError('waf-unreachable'));
  const keeper = new TokenKeeper(refresh);
  const lost = vi.fn();
  keeper.on('lost', lost);
  keeper.hold(tokens('a'));
  await vi.advanceTimersByTimeAsync(450_000 + 2_000 + 5_000 + 10_000 + 100);
  expect(refresh).toHaveBeenCalledTimes(4);
  refresh.mockResolvedValue(tokens('b'));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(keeper.current?.accessToken).toBe('b');
  expect(lost).not.toHaveBeenCalled();
});

test('A08 a refused refresh token ends the session', async () => {
  const keeper = new TokenKeeper(() => Promise.reject(new PhoneError('session-ended', { detail: 'invalid_grant' })));
  const lost = vi.fn();
  keeper.on('lost', lost);
  keeper.hold(tokens('a'));
  await expect(keeper.renew()).rejects.toMatchObject({ code: 'session-ended' });
  expect(lost).toHaveBeenCalledOnce();
  expect(keeper.current).toBeUndefined();
});

test('an answer that arrives after the logout is thrown away', async () => {
  let answer: (value: Tokens) => void = () => undefined;
  const keeper = new TokenKeeper(() => new Promise((resolve) => (answer = resolve)));
  keeper.hold(tokens('a'));
  const pending = keeper.renew();
  keeper.clear();
  answer(tokens('b'));
  await expect(pending).rejects.toMatchObject({ code: 'session-ended' });
  expect(keeper.current).toBeUndefined();
});

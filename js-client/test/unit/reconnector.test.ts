// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Backoff } from '../../src/sip/backoff';
import { Reconnector } from '../../src/sip/reconnector';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test('REG47 pauses double up to half a minute and start anew after success', () => {
  const backoff = new Backoff({ first: 500, longest: 30_000 }, () => 1);
  expect(Array.from({ length: 9 }, () => backoff.next())).toEqual([500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
  backoff.reset();
  expect(backoff.next()).toBe(500);
});

test('jitter takes off up to a half, so that a restarted gateway is not met by one wave', () => {
  expect(new Backoff({ first: 1000, longest: 1000 }, () => 0).next()).toBe(500);
  expect(new Backoff({ first: 1000, longest: 1000 }, () => 0.5).next()).toBe(750);
});

test('connects when the pause is over, once', () => {
  const connect = vi.fn();
  const reconnector = new Reconnector(connect, new Backoff({ first: 1000, longest: 8000 }, () => 1));
  expect(reconnector.schedule()).toBe(1000);
  vi.advanceTimersByTime(999);
  expect(connect).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(connect).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(connect).toHaveBeenCalledOnce();
});

test('stays away at least as long as the server asked', () => {
  const reconnector = new Reconnector(vi.fn(), new Backoff({ first: 500, longest: 500 }, () => 1));
  expect(reconnector.schedule(5_000)).toBe(5_000);
});

test('goes at once when the network is back, but only if it was waiting', () => {
  const connect = vi.fn();
  const reconnector = new Reconnector(connect, new Backoff({ first: 30_000, longest: 30_000 }, () => 1));
  reconnector.wake();
  expect(connect).not.toHaveBeenCalled();
  reconnector.schedule();
  reconnector.wake();
  expect(connect).toHaveBeenCalledOnce();
  vi.advanceTimersByTime(60_000);
  expect(connect).toHaveBeenCalledOnce();
});

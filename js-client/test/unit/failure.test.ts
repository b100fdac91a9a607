// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { endingOf } from '../../src/call/ending';
import { judgeClose } from '../../src/sip/closeReason';
import { failureOf } from '../../src/sip/failure';

function response(status_code: number, headers: Record<string, string> = {}): Parameters<typeof failureOf>[0] {
  return { status_code, reason_phrase: 'Said', getHeader: (name) => headers[name] };
}

test.each([
  [380, 'emergency-elsewhere'],
  [401, 'token-refused'],
  [403, 'not-entitled'],
  [404, 'not-found'],
  [408, 'no-answer'],
  [480, 'no-answer'],
  [486, 'busy'],
  [488, 'no-common-codec'],
  [500, 'unavailable'],
  [503, 'unavailable'],
  [600, 'busy'],
  [603, 'declined'],
  [606, 'no-common-codec'],
  [420, 'call-refused'],
])('%i means %s', (status, code) => {
  expect(failureOf(response(status), 'call-refused')).toMatchObject({ code, status });
});

test('a 488 keeps what its Warning says, a 503 when to come back', () => {
  expect(failureOf(response(488, { Warning: '399 gateway "no common codec: only AMR"' }), 'call-refused').detail).toContain('only AMR');
  expect(failureOf(response(503, { 'Retry-After': '30 (maintenance)' }), 'call-refused').retryAfter).toBe(30);
  expect(failureOf(response(503), 'call-refused').retryAfter).toBeUndefined();
});

test.each([
  [1008, 'logged out', 'stop', 'signed-out-elsewhere'],
  [1008, 'access revoked', 'stop', 'access-revoked'],
  [1008, 'account disabled', 'stop', 'account-disabled'],
  [1008, 'all tokens expired', 'renew', 'token-refused'],
  [4001, 'logged out', 'stop', 'signed-out-elsewhere'],
  [1008, 'token expired', 'renew', 'token-refused'],
  [1008, 'idle', 'renew', 'policy-violation'],
  [1000, 'replaced by a new connection', 'stop', 'replaced'],
  [1000, '', 'retry', 'connection-lost'],
  [1001, 'going away', 'retry', 'connection-lost'],
  [1006, '', 'retry', 'connection-lost'],
  [1013, '', 'retry', 'unavailable'],
])('close %i "%s" leads to %s, %s', (code, reason, action, error) => {
  const verdict = judgeClose({ code, reason, wasOpen: true, online: true });
  expect(verdict).toMatchObject({ action, error: { code: error } });
});

test('a WebSocket that never opened: wrong network, or none', () => {
  const closed = { code: 1006, reason: '', wasOpen: false };
  expect(judgeClose({ ...closed, online: true }).error.code).toBe('gateway-unreachable');
  expect(judgeClose({ ...closed, online: false }).error.code).toBe('offline');
});

test('the end of a call: who, and why', () => {
  const end = (originator: string, cause: string, message: unknown = null): Parameters<typeof endingOf>[0] => ({ originator, cause, message }) as never;
  expect(endingOf(end('remote', 'Busy', response(486)), 'ringing')).toMatchObject({ by: 'remote', error: { code: 'busy' } });
  expect(endingOf(end('remote', 'Terminated'), 'active')).toEqual({ by: 'remote' });
  expect(endingOf(end('local', 'Terminated'), 'active')).toEqual({ by: 'local' });
  expect(endingOf(end('local', 'Canceled'), 'calling')).toEqual({ by: 'local' });
  expect(endingOf(end('remote', 'Canceled'), 'incoming')).toEqual({ by: 'remote', missed: true });
  expect(endingOf(end('local', 'No Answer'), 'incoming')).toEqual({ by: 'remote', missed: true });
  expect(endingOf(end('system', 'Connection Error'), 'calling')).toMatchObject({ by: 'network', error: { code: 'connection-lost' } });
});

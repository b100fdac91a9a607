// SPDX-License-Identifier: Apache-2.0
import { PhoneError, type PhoneErrorCode } from '../errors';

/** What follows from the end of a WebSocket. */
export interface CloseVerdict {
  /** `retry`: with back-off; `renew`: with a new token; `stop`: the user has to do something. */
  readonly action: 'retry' | 'renew' | 'stop';
  readonly error: PhoneError;
  /** Milliseconds to stay away at least. */
  readonly atLeast: number;
}

export interface Closed {
  readonly code: number;
  readonly reason: string;
  /** False while the handshake was still under way. */
  readonly wasOpen: boolean;
  readonly online: boolean;
}

/** RFC 6455 7.4 codes; 1008 (and 4001) is how the gateway ends a connection whose user may not have it any longer. */
export function judgeClose({ code, reason, wasOpen, online }: Closed): CloseVerdict {
  const detail = reason ? `closed with ${code}: ${reason}` : `closed with ${code}`;
  if (code === 1008 || code === 4001) return judgePolicy(reason, detail);
  if (code === 1000 && /replac/i.test(reason)) {
    return { action: 'stop', error: new PhoneError('replaced', { detail }), atLeast: 0 };
  }
  if (code === 1013) return { action: 'retry', error: new PhoneError('unavailable', { detail }), atLeast: 5_000 };
  if (!online) return { action: 'retry', error: new PhoneError('offline', { detail }), atLeast: 0 };
  const failure = wasOpen ? 'connection-lost' : 'gateway-unreachable';
  return { action: 'retry', error: new PhoneError(failure, { detail }), atLeast: 0 };
}

/** What the WAF's revocations say (token-auth 6.4): the session was ended elsewhere, and a new token will not come. */
const endings: readonly (readonly [RegExp, PhoneErrorCode])[] = [
  [/disabled/i, 'account-disabled'],
  [/(log(ged)?|sign(ed)?)[ -]?out|password/i, 'signed-out-elsewhere'],
  [/revoked/i, 'access-revoked'],
];

function judgePolicy(reason: string, detail: string): CloseVerdict {
  const ended = endings.find(([said]) => said.test(reason));
  if (ended) return { action: 'stop', error: new PhoneError(ended[1], { detail }), atLeast: 0 };
  const error = new PhoneError(/token|expired/i.test(reason) ? 'token-refused' : 'policy-violation', { detail });
  return { action: 'renew', error, atLeast: 1_000 };
}

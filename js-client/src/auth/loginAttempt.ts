// SPDX-License-Identifier: Apache-2.0
import * as oauth from 'oauth4webapi';

/** What must survive the redirect to the WAF and back: held in sessionStorage for exactly that long. */
export interface LoginAttempt {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  /** Made with prompt=none: "please log in" is then an answer, not a failure. */
  readonly silent: boolean;
}

const key = 'softphone.login';

export function newLoginAttempt(silent: boolean): LoginAttempt {
  return {
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    verifier: oauth.generateRandomCodeVerifier(),
    silent,
  };
}

export function keepLoginAttempt(storage: Storage, attempt: LoginAttempt): void {
  storage.setItem(key, JSON.stringify(attempt));
}

/** Reads and removes it: a second visit to the callback address finds nothing to complete. */
export function takeLoginAttempt(storage: Storage): LoginAttempt | undefined {
  const text = storage.getItem(key);
  storage.removeItem(key);
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isAttempt(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isAttempt(value: unknown): value is LoginAttempt {
  if (typeof value !== 'object' || value === null) return false;
  const { state, nonce, verifier, silent } = value as Record<string, unknown>;
  return (
    typeof state === 'string' &&
    typeof nonce === 'string' &&
    typeof verifier === 'string' &&
    typeof silent === 'boolean'
  );
}

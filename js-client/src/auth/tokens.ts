// SPDX-License-Identifier: Apache-2.0

/** What the WAF issued. Lives in memory only: never in storage, never in a log. */
export interface Tokens {
  readonly accessToken: string;
  /** Milliseconds since the epoch, by this device's clock. */
  readonly obtainedAt: number;
  readonly expiresAt: number;
  readonly refreshToken: string | undefined;
  readonly idToken: string | undefined;
}

/** When to fetch the next token: after three quarters of the life, and at the latest a minute before its end. */
export function refreshDelay(tokens: Tokens, now: number): number {
  const life = tokens.expiresAt - tokens.obtainedAt;
  const due = tokens.obtainedAt + Math.max(Math.min(life * 0.75, life - 60_000), life * 0.5);
  return Math.max(0, due - now);
}

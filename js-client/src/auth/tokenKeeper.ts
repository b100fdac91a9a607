// SPDX-License-Identifier: Apache-2.0
import { Emitter } from '../emitter';
import { PhoneError } from '../errors';
import { type Tokens, refreshDelay } from './tokens';

export interface TokenEvents {
  /** A new access token is there: registrations are to be renewed with it. */
  renewed: Tokens;
  /** The WAF will give no more tokens: the user has to log in again. */
  lost: PhoneError;
}

const retryDelays = [2_000, 5_000, 10_000, 20_000, 30_000];

/** Holds the tokens and renews them in time; however many ask, one request is under way. */
export class TokenKeeper extends Emitter<TokenEvents> {
  private tokens: Tokens | undefined;
  private pending: Promise<Tokens> | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;

  constructor(private readonly refresh: (tokens: Tokens) => Promise<Tokens>) {
    super();
  }

  get current(): Tokens | undefined {
    return this.tokens;
  }

  hold(tokens: Tokens): void {
    this.tokens = tokens;
    this.failures = 0;
    this.schedule(refreshDelay(tokens, Date.now()));
  }

  clear(): void {
    clearTimeout(this.timer);
    this.tokens = undefined;
    this.pending = undefined;
  }

  /** A token that lives at least so much longer; asks the WAF only if ours does not. */
  async fresh(atLeast = 90_000): Promise<Tokens> {
    if (!this.tokens) throw new PhoneError('session-ended');
    return this.tokens.expiresAt - Date.now() >= atLeast ? this.tokens : this.renew();
  }

  /** A new token now. */
  renew(): Promise<Tokens> {
    this.pending ??= this.renewOnce().finally(() => {
      this.pending = undefined;
    });
    return this.pending;
  }

  private async renewOnce(): Promise<Tokens> {
    const before = this.tokens;
    if (!before) throw new PhoneError('session-ended');
    clearTimeout(this.timer);
    try {
      const tokens = await this.refresh(before);
      // Logged out, or logged in as somebody else, while the answer was under way.
      if (this.tokens !== before) throw new PhoneError('session-ended', { detail: 'superseded' });
      this.hold(tokens);
      this.emit('renewed', tokens);
      return tokens;
    } catch (error) {
      const failure = PhoneError.from(error, 'waf-unreachable');
      if (this.tokens === before) this.handleFailure(failure);
      throw failure;
    }
  }

  private handleFailure(failure: PhoneError): void {
    if (failure.code === 'waf-unreachable') {
      const delay = retryDelays[Math.min(this.failures, retryDelays.length - 1)] ?? 30_000;
      this.failures += 1;
      this.schedule(Math.max(delay, (failure.retryAfter ?? 0) * 1000));
      return;
    }
    this.clear();
    this.emit('lost', failure);
  }

  private schedule(delay: number): void {
    clearTimeout(this.timer);
    // Its failure is reported by events; nobody waits for this promise.
    this.timer = setTimeout(() => void this.renew().catch(() => undefined), delay);
  }
}

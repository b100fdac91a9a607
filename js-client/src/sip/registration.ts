// SPDX-License-Identifier: Apache-2.0
import { isTrustedServer, parseBearerChallenge } from '../auth/challenge';
import type { TokenKeeper } from '../auth/tokenKeeper';
import type { Tokens } from '../auth/tokens';
import { Emitter } from '../emitter';
import { PhoneError } from '../errors';
import { Backoff } from './backoff';
import { type SipFailure, failureOf } from './failure';

/** What registration needs of the SIP stack. */
export interface RegisterSender {
  isConnected(): boolean;
  /** Sends REGISTER with this token on the open connection. */
  register(accessToken: string): void;
}

export interface RegistrationEvents {
  registered: void;
  /** Not registered; another attempt follows by itself in so many milliseconds. */
  retrying: { readonly error: PhoneError; readonly delay: number };
  /** Given up: another attempt needs the user. */
  refused: PhoneError;
}

/** Keeps the line registered while it is connected: which token, when again, and what a refusal means. */
export class Registration extends Emitter<RegistrationEvents> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly backoff = new Backoff({ first: 2_000, longest: 60_000 });
  /** The token that we fetched because its forerunner was refused: if it is refused too, a third will not help. */
  private secondChance: string | undefined;
  private lastSent: string | undefined;
  private active = false;
  private sends = 0;

  constructor(
    private readonly sender: RegisterSender,
    private readonly keeper: TokenKeeper,
    private readonly issuer: string,
  ) {
    super();
    keeper.on('renewed', (tokens) => this.send(tokens));
  }

  /** The WebSocket is open: REGISTER with a token that lives long enough to be worth it. */
  async start(): Promise<void> {
    this.active = true;
    await this.sendWith(() => this.keeper.fresh());
  }

  /** Before the granted time ends: a new token makes room for a new registration (REG-40, token-auth 6.5). */
  async handleExpiring(): Promise<void> {
    const token = this.keeper.current;
    // One that was renewed a moment ago has been sent already or is about to be.
    const young = token !== undefined && Date.now() - token.obtainedAt < (token.expiresAt - token.obtainedAt) / 4;
    await this.sendWith(() => (young ? this.keeper.fresh() : this.keeper.renew()));
  }

  handleRegistered(): void {
    this.backoff.reset();
    this.emit('registered', undefined);
  }

  async handleFailed(response: SipFailure | null): Promise<void> {
    if (!this.sender.isConnected()) return; // The loss of the connection is the failure, and reported as such.
    const error = response
      ? failureOf(response, 'registration-refused')
      : new PhoneError('unavailable', { detail: 'no answer to REGISTER' });
    if (response?.status_code === 401) return this.handleChallenge(response, error);
    if (error.code === 'unavailable' || error.code === 'no-answer') return this.retry(error);
    this.refuse(error);
  }

  stop(): void {
    this.active = false;
    clearTimeout(this.timer);
    this.lastSent = undefined;
  }

  private async handleChallenge(response: SipFailure, error: PhoneError): Promise<void> {
    const challenge = parseBearerChallenge(response.getHeader('WWW-Authenticate') ?? '');
    if (challenge && !isTrustedServer(challenge, this.issuer)) {
      return this.refuse(new PhoneError('untrusted-authorization-server', { detail: challenge.authzServer ?? '' }));
    }
    if (challenge?.error === 'invalid_scope') {
      return this.refuse(new PhoneError('not-entitled', { detail: `scope ${challenge.scope ?? ''}`, status: 401 }));
    }
    if (this.secondChance !== undefined && this.secondChance === this.lastSent) {
      return this.refuse(error);
    }
    try {
      // The renewed token is sent by the keeper's event.
      this.secondChance = (await this.keeper.renew()).accessToken;
    } catch (failure) {
      this.handleTokenFailure(failure);
    }
  }

  private async sendWith(get: () => Promise<Tokens>): Promise<void> {
    const before = this.sends;
    try {
      const tokens = await get();
      // A renewal has been sent already, by the keeper's event.
      if (this.sends === before) this.send(tokens);
    } catch (error) {
      this.handleTokenFailure(error);
    }
  }

  private send(tokens: Tokens): void {
    if (!this.active || !this.sender.isConnected()) return;
    clearTimeout(this.timer);
    this.sends += 1;
    this.lastSent = tokens.accessToken;
    this.sender.register(tokens.accessToken);
  }

  private refuse(error: PhoneError): void {
    this.stop();
    this.emit('refused', error);
  }

  private handleTokenFailure(cause: unknown): void {
    const error = PhoneError.from(cause, 'waf-unreachable');
    if (!this.active) return;
    if (error.code === 'waf-unreachable') this.retry(error);
    else this.refuse(error);
  }

  private retry(error: PhoneError): void {
    clearTimeout(this.timer);
    const delay = Math.max(this.backoff.next(), (error.retryAfter ?? 0) * 1000);
    this.timer = setTimeout(() => void this.start(), delay);
    this.emit('retrying', { error, delay });
  }
}

// SPDX-License-Identifier: Apache-2.0
import * as JsSIP from 'jssip';
import type { NameAddrHeader } from 'jssip';
import type { RTCSession } from 'jssip/lib/RTCSession';
import type { IncomingMessageEvent, RTCSessionEvent } from 'jssip/lib/UA';
import type { Identity } from '../auth/identity';
import type { ProofKey } from '../auth/proofKey';
import type { TokenKeeper } from '../auth/tokenKeeper';
import type { PhoneConfig } from '../config';
import { Emitter } from '../emitter';
import { PhoneError } from '../errors';
import { type CloseVerdict, judgeClose } from './closeReason';
import type { SipFailure } from './failure';
import { Reconnector } from './reconnector';
import { Registration } from './registration';
import { SipSocket } from './sipSocket';

export type LineState =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'registering' }
  | { readonly kind: 'registered' }
  /** Not registered, but trying by itself; `retryAt` in milliseconds since the epoch. */
  | { readonly kind: 'waiting'; readonly error: PhoneError; readonly retryAt: number }
  /** Not registered, and nothing happens without the user. */
  | { readonly kind: 'stopped'; readonly error: PhoneError };

export interface LineEvents {
  state: LineState;
  incoming: { readonly session: RTCSession; readonly from: NameAddrHeader; readonly asserted: string | undefined; readonly sdp: string | undefined };
  message: IncomingMessageEvent;
}

/** JsSIP reconnects by a timer of its own; ours decides, so its timer gets a time that never comes. */
const never = 86_400;

/** One user's connection to the gateway: WebSocket, registration, and their return after a loss. */
export class Line extends Emitter<LineEvents> {
  state: LineState = { kind: 'off' };
  readonly ua: JsSIP.UA;
  private readonly socket: SipSocket;
  private readonly registration: Registration;
  private readonly reconnector = new Reconnector(() => this.connect());
  private readonly registrar: string;
  private policyCloses = 0;
  private sends = 0;

  constructor(
    config: PhoneConfig,
    identity: Identity,
    private readonly keeper: TokenKeeper,
    instance: string,
    /** The key that the tokens are bound to; undefined: bearer tokens. */
    private readonly key?: ProofKey,
    open?: (url: string) => WebSocket,
  ) {
    super();
    this.registrar = `sip:${config.domain}`;
    this.socket = new SipSocket(
      config.gateway,
      { connectTimeout: 10_000, keepAlive: config.keepAlive * 1000, pongTimeout: 8_000 },
      open,
    );
    this.ua = new JsSIP.UA({
      sockets: this.socket,
      uri: identity.impu,
      registrar_server: this.registrar,
      register: false,
      register_expires: config.registerExpires,
      instance_id: instance,
      connection_recovery_min_interval: never,
      connection_recovery_max_interval: never,
      user_agent: 'ims-webrtc-client',
    });
    this.registration = new Registration(
      { isConnected: () => this.ua.isConnected(), register: (token) => void this.sendRegister(token) },
      keeper,
      config.issuer,
    );
    this.listen();
  }

  start(): void {
    if (this.state.kind !== 'off' && this.state.kind !== 'stopped') return;
    this.policyCloses = 0;
    if (this.ua.isConnected()) {
      this.become({ kind: this.ua.isRegistered() ? 'registered' : 'registering' });
      void this.registration.start();
    } else {
      this.connect();
    }
  }

  /** De-registers, ends what runs and closes the connection. */
  async stop(): Promise<void> {
    this.reconnector.cancel();
    this.registration.stop();
    this.sends += 1;
    this.become({ kind: 'off' });
    // The REGISTER that takes the line back needs a proof of its own: one is good for once.
    const token = this.keeper.current?.accessToken;
    if (token && this.ua.isRegistered()) await this.showKey(token).catch(() => undefined);
    this.ua.stop();
  }

  /** The device says that its network changed or that it woke up. */
  handleNetworkChange(): void {
    if (this.ua.isConnected()) this.socket.probe(3_000);
    else this.reconnector.wake();
  }

  /** The user does not want to wait for the pause to end. */
  retryNow(): void {
    if (this.ua.isConnected()) void this.registration.start();
    else this.reconnector.wake();
  }

  private connect(): void {
    this.become({ kind: 'connecting' });
    const { transport } = this.ua as unknown as { transport: { connect(): void } };
    // `start` counts for the first time only; later JsSIP waits for its own timer, which we replaced.
    this.ua.start();
    transport.connect();
  }

  /** Puts a DPoP proof for the next REGISTER in place. */
  private async showKey(accessToken: string): Promise<void> {
    if (!this.key) return;
    const proof = await this.key.prove('REGISTER', this.registrar, accessToken);
    (this.ua.registrator() as unknown as { setExtraHeaders(headers: string[]): void }).setExtraHeaders([`DPoP: ${proof}`]);
  }

  private async sendRegister(accessToken: string): Promise<void> {
    this.sends += 1;
    const own = this.sends;
    await this.showKey(accessToken);
    // Stopped, reconnecting or overtaken by a newer token while the proof was made.
    if (own !== this.sends || !this.ua.isConnected()) return;
    // JsSIP reports the success of the first REGISTER only: while that one holds, a refresh changes nothing.
    if (!this.ua.isRegistered()) this.become({ kind: 'registering' });
    this.ua.set('authorization_jwt', `Bearer ${accessToken}`);
    // Not `ua.register()`: that would also make JsSIP register by itself, with an old token, after a reconnect.
    (this.ua.registrator() as unknown as { register(): void }).register();
  }

  private listen(): void {
    const { ua, registration } = this;
    ua.on('connected', () => {
      this.become({ kind: 'registering' });
      void registration.start();
    });
    ua.on('disconnected', (event) => this.handleDisconnected(event.code ?? 1006, event.reason ?? ''));
    ua.on('registered', () => registration.handleRegistered());
    ua.on('registrationFailed', ({ response }) => {
      void registration.handleFailed((response as unknown as SipFailure | null) ?? null);
    });
    ua.on('registrationExpiring', () => void registration.handleExpiring());
    ua.on('newRTCSession', ((event: RTCSessionEvent) => {
      if (event.originator !== ('remote' as RTCSessionEvent['originator'])) return;
      const { request, session } = event;
      this.emit('incoming', { session, from: session.remote_identity, asserted: request.getHeader('P-Asserted-Identity') as string | undefined, sdp: request.body as string | undefined });
    }) as never);
    ua.on('newMessage', ((event: IncomingMessageEvent) => {
      if (event.originator === ('remote' as IncomingMessageEvent['originator'])) this.emit('message', event);
    }) as never);

    registration.on('registered', () => {
      this.policyCloses = 0;
      this.reconnector.succeeded();
      this.become({ kind: 'registered' });
    });
    registration.on('retrying', ({ error, delay }) => {
      // A token that could not be renewed in time for a refresh: the registration itself still holds.
      if (this.ua.isRegistered()) return;
      this.become({ kind: 'waiting', error, retryAt: Date.now() + delay });
    });
    registration.on('refused', (error) => this.become({ kind: 'stopped', error }));
  }

  private handleDisconnected(code: number, reason: string): void {
    if (this.state.kind === 'off') return;
    this.registration.stop();
    const wasOpen = this.state.kind !== 'connecting';
    // A stopped line stays stopped; its reason is worth more than the close that followed from it.
    if (this.state.kind === 'stopped') return;
    const verdict = judgeClose({ code, reason, wasOpen, online: navigator.onLine !== false });
    if (verdict.action === 'stop') return this.become({ kind: 'stopped', error: verdict.error });
    if (verdict.action === 'renew') return void this.comeBackWithNewToken(verdict);
    this.retry(verdict.error, verdict.atLeast);
  }

  /** The gateway turned the connection away: one more attempt, with a new token. */
  private async comeBackWithNewToken({ error, atLeast }: CloseVerdict): Promise<void> {
    this.policyCloses += 1;
    if (this.policyCloses > 1) return this.become({ kind: 'stopped', error });
    this.retry(error, atLeast);
    // If this fails the keeper goes on by itself, or says that the session is lost.
    await this.keeper.renew().catch(() => undefined);
  }

  private retry(error: PhoneError, atLeast: number): void {
    const delay = this.reconnector.schedule(atLeast);
    this.become({ kind: 'waiting', error, retryAt: Date.now() + delay });
  }

  private become(state: LineState): void {
    if (state.kind === this.state.kind && state.kind !== 'waiting' && state.kind !== 'stopped') return;
    this.state = state;
    this.emit('state', state);
  }
}

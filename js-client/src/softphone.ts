// SPDX-License-Identifier: Apache-2.0
import { AuthorizationServer } from './auth/authorizationServer';
import { type Identity, identityOf } from './auth/identity';
import { completeLogin, isLoginAnswer, loginAddress, refreshTokens } from './auth/login';
import { endSession } from './auth/logout';
import { ProofKey } from './auth/proofKey';
import { TokenKeeper } from './auth/tokenKeeper';
import { addCamera, offersVideo } from './call/camera';
import { Call, type CallSettings, connectionSettings, sessionExpires } from './call/call';
import { openMicrophone, requireCapableBrowser, speech } from './call/microphone';
import type { PhoneConfig } from './config';
import { Emitter } from './emitter';
import { PhoneError, type PhoneErrorCode, endsSession } from './errors';
import { type TextMessage, receiveText, sendText } from './message';
import { instanceId } from './sip/instanceId';
import { Line, type LineState } from './sip/line';
import { partyOf, partyOfUri } from './sip/party';
import { targetUri } from './sip/target';

export type LoginState = 'unknown' | 'signed-out' | 'leaving' | 'signed-in';

export interface SoftphoneEvents {
  login: LoginState;
  line: LineState;
  /** A new call, of either direction. */
  call: Call;
  incoming: Call;
  ended: Call;
  message: TextMessage;
  problem: PhoneError;
}

/** The whole client: login, registration, calls and messages of one user. */
export class Softphone extends Emitter<SoftphoneEvents> {
  loginState: LoginState = 'unknown';
  identity: Identity | undefined;
  /** Calls that have not ended, oldest first. */
  calls: Call[] = [];
  /** How the microphone is opened, from the next call on. */
  microphone: MediaTrackConstraints = speech;
  private readonly server: AuthorizationServer;
  private readonly keeper: TokenKeeper;
  private line: Line | undefined;
  private key: Promise<ProofKey> | undefined;
  private instance: Promise<string> | undefined;
  private wasRegistered = false;

  constructor(readonly config: PhoneConfig) {
    super();
    this.server = new AuthorizationServer(
      config.issuer,
      config.clientId,
      (...request) => fetch(...request),
      config.dpop ? () => this.openKey() : undefined,
    );
    this.keeper = new TokenKeeper((tokens) => refreshTokens(this.server, tokens));
    this.keeper.on('lost', (error) => this.handleSessionLost(error));
    this.watchDevice();
  }

  get lineState(): LineState {
    return this.line?.state ?? { kind: 'off' };
  }

  /**
   * To be called first on every page load. Completes a login that is coming back, else asks the WAF without a prompt
   * whether somebody is logged in (the page leaves and comes back at once).
   */
  async restore(): Promise<LoginState> {
    const here = new URL(location.href);
    try {
      requireSecurePage();
      if (!isLoginAnswer(here, this.config)) return await this.leaveForLogin(true);
      // The code is worth nothing twice, and neither it nor the state belongs into the history.
      history.replaceState(null, '', '/');
      const tokens = await completeLogin(this.server, this.config, sessionStorage, here);
      if (!tokens) return this.become('signed-out');
      this.identity = identityOf(tokens, this.config.issuer);
      this.keeper.hold(tokens);
      return this.become('signed-in');
    } catch (error) {
      this.become('signed-out');
      throw this.report(error, 'login-refused');
    }
  }

  /** Leaves for the WAF's login page; the answer comes back as a new load of the page. */
  async login(): Promise<void> {
    try {
      requireSecurePage();
      await this.leaveForLogin(false);
    } catch (error) {
      throw this.report(error, 'waf-unreachable');
    }
  }

  /** Ends calls, registration and the session at the WAF. */
  async logout(): Promise<void> {
    const tokens = this.keeper.current;
    this.endCalls();
    await this.line?.stop();
    this.forgetUser();
    const address = tokens && (await endSession(this.server, this.config, tokens));
    if (address) location.assign(address);
  }

  /** Connects and registers, and stays so; progress comes as `line` events. */
  async register(): Promise<void> {
    const { identity } = this;
    if (!identity) throw this.report(new PhoneError('session-ended'), 'session-ended');
    // Once a page load: the id is held by a lock that a second claim would find taken.
    const instance = await (this.instance ??= instanceId());
    const key = this.config.dpop ? await this.openKey() : undefined;
    this.line ??= this.openLine(identity, instance, key);
    this.line.start();
  }

  /** "Now" instead of after the pause that the back-off has in mind. */
  reconnect(): void {
    if (this.lineState.kind === 'waiting') this.line?.retryNow();
    else void this.register().catch(() => undefined);
  }

  /** De-registers; the login stays. */
  unregister(): void {
    void this.line?.stop();
    this.line = undefined;
  }

  /**
   * Calls a name, number or address; resolves when the INVITE is on its way. With `video` the camera is used; a camera that cannot be
   * is told as a problem, and the call has sound alone.
   */
  async call(target: string, { video = false } = {}): Promise<Call> {
    try {
      requireCapableBrowser();
      const uri = targetUri(target, this.config.domain);
      this.registeredLine();
      const stream = await openMicrophone(this.microphone);
      const lacking = video ? await addCamera(stream) : undefined;
      if (lacking) this.emit('problem', lacking);
      try {
        return this.invite(uri, stream);
      } catch (error) {
        for (const track of stream.getTracks()) track.stop();
        throw error;
      }
    } catch (error) {
      throw this.report(error, 'invalid-target');
    }
  }

  async message(target: string, text: string): Promise<TextMessage> {
    try {
      const { ua } = this.registeredLine();
      const sent = await sendText(ua, targetUri(target, this.config.domain), text);
      this.emit('message', sent);
      return sent;
    } catch (error) {
      throw this.report(error, 'message-refused');
    }
  }

  /** Puts every other active call on hold, as before answering a second one. */
  async holdOthers(call?: Call): Promise<void> {
    const others = this.calls.filter((other) => other !== call && other.state === 'active' && !other.onHold.local);
    await Promise.all(others.map((other) => other.hold()));
  }

  private invite(uri: string, stream: MediaStream): Call {
    const { ua } = this.registeredLine();
    // JsSIP makes the offer in a later microtask, so the call is wired up in time.
    const session = ua.call(uri, {
      mediaStream: stream,
      pcConfig: connectionSettings(this.callSettings),
      sessionTimersExpires: sessionExpires,
    });
    const call = new Call(session, 'outgoing', partyOfUri(uri), this.callSettings);
    call.video = stream.getVideoTracks().length > 0;
    call.localStream = stream;
    this.add(call);
    return call;
  }

  private add(call: Call): void {
    this.calls = [...this.calls, call];
    call.once('ended', () => {
      this.calls = this.calls.filter((other) => other !== call);
      this.emit('ended', call);
    });
    this.emit('call', call);
    if (call.direction === 'incoming') this.emit('incoming', call);
  }

  private get callSettings(): CallSettings {
    return {
      grace: this.config.callGrace,
      isOnline: () => this.lineState.kind === 'registered',
      pathLost: () => this.line?.handleNetworkChange(),
      iceServers: this.config.iceServers,
      microphone: this.microphone,
      problem: (error) => this.emit('problem', error),
    };
  }

  private registeredLine(): Line {
    if (!this.line || this.lineState.kind !== 'registered') throw new PhoneError('not-registered');
    return this.line;
  }

  private openKey(): Promise<ProofKey> {
    this.key ??= ProofKey.open();
    return this.key;
  }

  private openLine(identity: Identity, instance: string, key: ProofKey | undefined): Line {
    const line = new Line(this.config, identity, this.keeper, instance, key);
    line.on('state', (state) => this.handleLine(state));
    line.on('incoming', ({ session, from, asserted, sdp }) => {
      const call = new Call(session, 'incoming', partyOf(from, asserted), this.callSettings);
      call.video = offersVideo(sdp);
      this.add(call);
    });
    line.on('message', (event) => {
      const message = receiveText(event);
      if (message) this.emit('message', message);
    });
    return line;
  }

  private handleLine(state: LineState): void {
    if (state.kind === 'registered') {
      // Back after a loss: the calls that lived through it get a new path.
      if (this.wasRegistered) for (const call of this.calls) void call.restartIce();
      this.wasRegistered = true;
    }
    if (state.kind === 'off') this.wasRegistered = false;
    this.emit('line', state);
    if (state.kind !== 'stopped') return;
    if (endsSession(state.error)) {
      // Ended elsewhere: the gateway has released the calls, the WAF will give no more tokens.
      this.endCalls();
      this.forgetUser();
    }
    this.emit('problem', state.error);
  }

  private forgetUser(): void {
    this.line = undefined;
    this.keeper.clear();
    this.identity = undefined;
    this.become('signed-out');
  }

  private handleSessionLost(error: PhoneError): void {
    // Running calls are not ended: a token's end never drops media (token-auth 6.5).
    this.become('signed-out');
    this.emit('problem', error);
  }

  private async leaveForLogin(silent: boolean): Promise<LoginState> {
    const address = await loginAddress(this.server, this.config, sessionStorage, silent);
    this.become('leaving');
    location.assign(address);
    return 'leaving';
  }

  private watchDevice(): void {
    const changed = (): void => this.line?.handleNetworkChange();
    window.addEventListener('online', changed);
    (navigator as { connection?: EventTarget }).connection?.addEventListener('change', changed);
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') changed();
    });
    // A page that goes takes its media with it: tell the far end instead of leaving it in silence.
    window.addEventListener('pagehide', () => this.endCalls());
  }

  private endCalls(): void {
    for (const call of this.calls) call.hangup();
  }

  private report(error: unknown, otherwise: PhoneErrorCode): PhoneError {
    const problem = PhoneError.from(error, otherwise);
    this.emit('problem', problem);
    return problem;
  }

  private become(state: LoginState): LoginState {
    this.loginState = state;
    this.emit('login', state);
    return state;
  }
}

/** PKCE needs the browser's cryptography, which insecure pages do not get. */
function requireSecurePage(): void {
  if (!window.isSecureContext) throw new PhoneError('insecure-context', { detail: location.origin });
}

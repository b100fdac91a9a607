// SPDX-License-Identifier: Apache-2.0
// A confidential SIP phone: registers with an access token (RFC 8898) over TLS, keeps registration and token alive, makes
// and takes calls.
import { EventEmitter, once } from 'node:events';
import { installGlobals, PhonePeerConnection } from './peerConnection.mjs';
import { Audio } from './audio.mjs';
import { Authorization } from './authorization.mjs';
import { bearerChallenge, trustedServer } from './challenge.mjs';
import { TlsSocket } from './tlsSocket.mjs';

installGlobals();
const { default: JsSIP } = await import('jssip');

const attemptsPerRegistration = 2;
// The challenge names what REGISTER needs; calls need more.
const callScopes = 'sip.call';

export class Phone extends EventEmitter {
  #options;
  #socket;
  #ua = null;
  #authorization = null;
  #attempts = 0;
  #call = null;
  #refreshTimer = null;

  /**
   * uri               address of record, "sip:alice@ims.example"
   * gateway           { host, port, ca, cert, key } of the SIP/TLS listener
   * trusted           issuers of authorization servers that this phone may ask
   * clientId, privateKey  as Authorization.discover()
   * signIn(authorization, scope)  gets the first tokens: one of the by…() ways of Authorization
   * source(position, count)       samples to send
   */
  constructor(options) {
    super();
    this.#options = options;
    this.#socket = new TlsSocket(options.gateway);
  }

  /** Connects and registers; resolves when registered. */
  async register() {
    const user = /^sips?:([^@]+)@/.exec(this.#options.uri)[1];
    this.#ua = new JsSIP.UA({
      // The gateway reaches the phone along its connection (RFC 5626): the Contact's host does not matter.
      sockets: [this.#socket], uri: this.#options.uri, contact_uri: `sip:${user}@phone.invalid;transport=tls`,
      register: false, register_expires: 600, session_timers: true, user_agent: 'reference-phone',
    });
    this.#listen();
    this.#ua.start();
    const result = await Promise.race([once(this, 'registered').then(() => null), once(this, 'failed').then(([error]) => error)]);
    if (result) throw result;
  }

  #listen() {
    this.#ua.on('registered', () => { this.#attempts = 0; this.emit('registered'); });
    this.#ua.on('unregistered', () => this.emit('unregistered'));
    this.#ua.on('disconnected', ({ error }) => {
      this.emit('disconnected');
      if (error && !this.#authorization) this.emit('failed', new Error('the gateway is not reachable'));
    });
    this.#ua.on('registrationFailed', (event) => this.#refused(event));
    this.#ua.on('newRTCSession', (event) => { if (event.originator === 'remote') this.#incoming(event.session); });
    this.#ua.on('connected', () => this.#ua.register());
  }

  /** 401: the token is missing, expired or revoked. Refresh, or ask the user again. */
  async #refused({ response, cause }) {
    try {
      if (response?.status_code !== 401) throw new Error(`registration refused: ${response ? `${response.status_code} ${response.reason_phrase}` : cause}`);
      if (++this.#attempts > attemptsPerRegistration) throw new Error('the gateway does not take our tokens');
      const challenge = bearerChallenge(response.getHeaders('WWW-Authenticate'));
      const issuer = trustedServer(challenge, this.#options.trusted);
      await this.#authorize(issuer, challenge.scope);
      this.#ua.register();
    } catch (error) {
      this.emit('failed', error);
    }
  }

  async #authorize(issuer, scope) {
    if (this.#authorization) {
      try {
        return await this.#renew();
      } catch {
        this.#authorization = null; // signed out elsewhere: the user has to sign in again
      }
    }
    const authorization = await Authorization.discover(issuer, this.#options);
    await this.#options.signIn(authorization, `openid offline_access ${scope ?? ''} ${callScopes}`.trim());
    this.#authorization = authorization;
    this.#useToken();
  }

  async #renew() {
    await this.#authorization.refresh();
    this.#useToken();
  }

  #useToken() {
    this.#ua.set('authorization_jwt', `Bearer ${this.#authorization.accessToken}`);
    clearTimeout(this.#refreshTimer);
    // The registration lasts no longer than the token: both are renewed together.
    this.#refreshTimer = setTimeout(() => this.#renew().then(() => this.#ua.register(), (error) => this.emit('failed', error)),
      this.#authorization.refreshIn * 1000);
  }

  /** Calls; resolves with the call when it is answered. */
  async call(target) {
    const audio = this.#prepare();
    const session = this.#ua.call(target, { mediaStream: emptyStream, pcConfig: {}, sessionTimersExpires: 1800 });
    return this.#answered(session, audio);
  }

  async #incoming(session) {
    if (this.#call) return session.terminate({ status_code: 486 });
    const audio = this.#prepare();
    const call = this.#answered(session, audio);
    this.emit('incoming', session.remote_identity.uri.toString(), call);
    session.answer({ mediaStream: emptyStream, pcConfig: {} });
  }

  #prepare() {
    const audio = new Audio(this.#options.source);
    PhonePeerConnection.media = { audio, address: this.#socket.localAddress };
    return audio;
  }

  #answered(session, audio) {
    this.#call = { session, audio };
    const call = {
      get heard() { return audio.heard; },
      hangUp: () => session.terminate(),
      ended: new Promise((resolve) => {
        session.on('ended', ({ cause }) => resolve(cause));
        session.on('failed', ({ cause }) => resolve(cause));
      }),
    };
    call.ended.then(() => { this.#call = null; });
    return new Promise((resolve, reject) => {
      session.on('confirmed', () => resolve(call));
      session.on('failed', ({ cause, message }) => reject(new Error(`call failed: ${message?.status_code ?? ''} ${cause}`)));
    });
  }

  /** De-registers, gives the tokens back and disconnects. */
  async stop() {
    clearTimeout(this.#refreshTimer);
    if (this.#ua?.isRegistered()) {
      const gone = once(this, 'unregistered');
      this.#ua.unregister();
      await Promise.race([gone, once(this, 'failed')]);
    }
    await this.#authorization?.revoke();
    this.#ua?.stop();
  }
}

const emptyStream = { getTracks: () => [], getAudioTracks: () => [], getVideoTracks: () => [] };

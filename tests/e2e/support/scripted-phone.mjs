// SPDX-License-Identifier: Apache-2.0
// A SIP phone that does as the test says: registers by digest, answers calls step by step (183 with sound before the call is
// taken), holds, follows re-INVITEs, speaks a G.711 tone and keeps what it hears. For what a real phone cannot be brought to do.
import { digest } from './digest.mjs';
import { G711Stream } from './g711-stream.mjs';
import { all, header, responseTo, token, uriOf } from './sip.mjs';
import { UdpPeer } from './udp-peer.mjs';

const mirrored = { sendrecv: 'sendrecv', sendonly: 'recvonly', recvonly: 'sendonly', inactive: 'inactive' };
const directionOf = (sdp) => /^a=(sendrecv|sendonly|recvonly|inactive)/m.exec(sdp)?.[1] ?? 'sendrecv';
const audioOf = (sdp) => ({ host: /^c=IN IP4 (\S+)/m.exec(sdp)[1], port: Number(/^m=audio (\d+)/m.exec(sdp)[1]) });

export class ScriptedPhone {
  /** `events`: it takes RTP events (RFC 4733), though it sends none. */
  constructor({ user, pcscf, tone, events = false }) {
    this.user = user;
    this.events = events;
    this.pcscf = pcscf;
    this.tone = tone;
    this.name = `scripted phone ${user}`;
    this.peer = new UdpPeer();
    this.peer.onRequest = (request, source) => this.#handle(request, source);
    this.toTag = token(4);
    this.cseq = 1;
    /** Methods that came in, in order. */
    this.methods = [];
  }

  async start() {
    await this.peer.open();
    const first = await this.#register();
    if (first.status !== 401) throw new Error(`${this.user}: REGISTER answered ${first.status}`);
    const second = await this.#register(header(first, 'WWW-Authenticate'));
    if (second.status !== 200) throw new Error(`${this.user}: REGISTER answered ${second.status}`);
    return this;
  }

  stop() {
    this.stream?.close();
    this.peer.close();
  }

  /** Forgets the last call. */
  reset() {
    this.#closeStream();
    this.invite = null;
    this.methods.length = 0;
  }

  /** 183 with SDP, and sound from now on. */
  async progress() {
    await this.#openStream();
    this.#respond(this.invite, 183, 'Session Progress', this.#sdp('sendrecv'));
  }

  async take() {
    await this.#openStream();
    this.#respond(this.invite, 200, 'OK', this.#sdp('sendrecv'));
  }

  refuse(status, reason) {
    this.#respond(this.invite, status, reason);
  }

  /** A re-INVITE of ours: "sendonly" holds, "sendrecv" resumes. */
  async reinvite(direction) {
    const answer = await this.#inDialog('INVITE', this.#sdp(direction));
    this.#inDialog('ACK');
    if (answer.status !== 200) throw new Error(`re-INVITE answered ${answer.status}`);
    this.#follow(answer.body, direction);
    return directionOf(answer.body);
  }

  /** An INFO of that type; resolves with its answer. */
  info(type, body) {
    return this.#inDialog('INFO', body, type);
  }

  hangUp() {
    this.stream?.mute();
    return this.#inDialog('BYE');
  }

  async #openStream() {
    if (this.stream) return;
    this.stream = await new G711Stream({ tone: this.tone }).open();
    this.stream.speak(audioOf(this.invite.body));
  }

  #register(challenge) {
    this.callId ??= token();
    const uri = 'sip:ims.example';
    const aor = `<sip:${this.user}@ims.example>`;
    const headers = [
      ['Max-Forwards', '70'], ['From', `${aor};tag=${token(4)}`], ['To', aor], ['Call-ID', this.callId], ['CSeq', `${this.cseq++} REGISTER`],
      ['Contact', `<${this.#contact()}>;expires=600`],
    ];
    if (challenge) {
      const credentials = { user: `${this.user}@ims.example`, password: `${this.user}-demo` };
      headers.push(['Authorization', digest({ ...credentials, method: 'REGISTER', uri, challenge })]);
    }
    return this.peer.request({ method: 'REGISTER', uri, headers }, this.pcscf);
  }

  #handle(request, source) {
    this.methods.push(request.method);
    this.source = source;
    const ok = () => this.#respond(request, 200, 'OK');
    switch (request.method) {
      case 'INVITE':
        return this.#handleInvite(request);
      case 'ACK':
        return undefined;
      case 'CANCEL':
        ok();
        this.#respond(this.invite, 487, 'Request Terminated');
        return this.#closeStream();
      case 'BYE':
        ok();
        return this.#closeStream();
      default:
        return ok();
    }
  }

  #handleInvite(request) {
    if (!this.invite || header(this.invite, 'Call-ID') !== header(request, 'Call-ID')) {
      this.invite = request;
      this.toTag = token(4);
      return this.peer.send(responseTo(request, 100, 'Trying'), this.source);
    }
    if (header(request, 'CSeq') === header(this.invite, 'CSeq')) return undefined;
    const direction = mirrored[directionOf(request.body)];
    this.#follow(request.body, direction);
    return this.#respond(request, 200, 'OK', this.#sdp(direction));
  }

  /** Speaks or not, as the new offer/answer has it. */
  #follow(sdp, direction) {
    if (direction === 'sendrecv' || direction === 'sendonly') this.stream.speak(audioOf(sdp));
    else this.stream.mute();
  }

  #closeStream() {
    this.stream?.close();
    this.stream = null;
  }

  #respond(request, status, reason, body = '') {
    const headers = [['Contact', `<${this.#contact()}>`]];
    if (body) headers.push(['Content-Type', 'application/sdp']);
    this.peer.send(responseTo(request, status, reason, { toTag: this.toTag, headers, body }), this.source);
  }

  /** A request of ours within the call that came in. */
  #inDialog(method, body = '', type = 'application/sdp') {
    if (method !== 'ACK') this.cseq += 1;
    const { invite } = this;
    const message = {
      method,
      uri: uriOf(header(invite, 'Contact')),
      headers: [
        ['Max-Forwards', '70'],
        ...all(invite, 'Record-Route').map((value) => ['Route', value]),
        ['From', `${header(invite, 'To')};tag=${this.toTag}`],
        ['To', header(invite, 'From')],
        ['Call-ID', header(invite, 'Call-ID')],
        ['CSeq', `${this.cseq} ${method}`],
        ['Contact', `<${this.#contact()}>`],
        ...(body ? [['Content-Type', type]] : []),
      ],
      body,
    };
    if (method !== 'ACK') return this.peer.request(message, this.pcscf);
    return this.peer.send({ ...message, headers: [['Via', this.peer.via()], ...message.headers] }, this.pcscf);
  }

  #contact() {
    return `sip:${this.user}@127.0.0.1:${this.peer.port}`;
  }

  #sdp(direction) {
    this.version = (this.version ?? 0) + 1;
    return [
      'v=0', `o=${this.user} 1 ${this.version} IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1', 't=0 0',
      `m=audio ${this.stream.port} RTP/AVP 0${this.events ? ' 101' : ''}`, 'a=rtpmap:0 PCMU/8000',
      ...(this.events ? ['a=rtpmap:101 telephone-event/8000'] : []), `a=${direction}`, '',
    ].join('\r\n');
  }
}

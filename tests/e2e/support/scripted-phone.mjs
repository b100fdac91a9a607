// SPDX-License-Identifier: Apache-2.0
// A SIP phone that does as the test says: registers by digest, answers calls step by step (183 with sound before the call is
// taken), and speaks a G.711 tone. For what a real phone cannot be brought to do.
import { createHash } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { toUlaw } from './g711.mjs';
import { header, responseTo, token } from './sip.mjs';
import { UdpPeer } from './udp-peer.mjs';

const md5 = (text) => createHash('md5').update(text).digest('hex');
const field = (challenge, name) => new RegExp(`\\b${name}="?([^",]+)`).exec(challenge)?.[1];

function digest({ user, password, method, uri, challenge }) {
  const [realm, nonce, cnonce, count] = [field(challenge, 'realm'), field(challenge, 'nonce'), token(4), '00000001'];
  const response = md5([md5(`${user}:${realm}:${password}`), nonce, count, cnonce, 'auth', md5(`${method}:${uri}`)].join(':'));
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", algorithm=MD5, cnonce="${cnonce}", qop=auth, nc=${count}`;
}

/** Sends a µ-law tone as RTP until stopped. */
class ToneSender {
  #socket = createSocket('udp4');
  #sequence = 0;
  #sent = 0;

  constructor({ tone, level = -12 }) {
    this.tone = tone;
    this.amplitude = 10 ** (level / 20);
  }

  async open() {
    await new Promise((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    this.port = this.#socket.address().port;
    return this;
  }

  start({ host, port, payloadType = 0 }) {
    const begun = Date.now();
    // By the clock, not by the timer's ticks: those come late.
    this.timer = setInterval(() => {
      while (this.#sent * 20 < Date.now() - begun) this.#socket.send(this.#packet(payloadType), port, host);
    }, 10);
  }

  stop() {
    clearInterval(this.timer);
    this.#socket.close();
  }

  #packet(payloadType) {
    const packet = Buffer.alloc(172);
    packet.writeUInt16BE(0x8000 | payloadType | (this.#sent === 0 ? 0x80 : 0));
    packet.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    packet.writeUInt32BE(this.#sent * 160, 4);
    packet.writeUInt32BE(0x5eed0001, 8);
    for (let n = 0; n < 160; n += 1) {
      packet[12 + n] = toUlaw(this.amplitude * Math.sin((2 * Math.PI * this.tone * (this.#sent * 160 + n)) / 8000));
    }
    this.#sent += 1;
    return packet;
  }
}

export class ScriptedPhone {
  constructor({ user, pcscf, tone }) {
    this.user = user;
    this.pcscf = pcscf;
    this.tone = tone;
    this.peer = new UdpPeer();
    this.toTag = token(4);
    /** What has come in: "INVITE", "ACK", "CANCEL", … */
    this.methods = [];
    this.peer.onRequest = (request, source) => this.#handle(request, source);
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
    this.sender?.stop();
    this.sender = null;
    this.peer.close();
  }

  /** 183 with SDP, and sound from now on. */
  async progress() {
    this.sender = await new ToneSender({ tone: this.tone }).open();
    const offer = this.invite.body;
    this.sender.start({ host: /^c=IN IP4 (\S+)/m.exec(offer)[1], port: Number(/^m=audio (\d+)/m.exec(offer)[1]) });
    this.#respond(183, 'Session Progress', this.#answerSdp());
  }

  take() {
    this.#respond(200, 'OK', this.#answerSdp());
  }

  refuse(status, reason) {
    this.#respond(status, reason);
  }

  #register(challenge) {
    this.callId ??= token();
    const uri = 'sip:ims.example';
    const aor = `<sip:${this.user}@ims.example>`;
    this.cseq = (this.cseq ?? 0) + 1;
    const headers = [
      ['Max-Forwards', '70'], ['From', `${aor};tag=${token(4)}`], ['To', aor], ['Call-ID', this.callId], ['CSeq', `${this.cseq} REGISTER`],
      ['Contact', `<sip:${this.user}@127.0.0.1:${this.peer.port}>;expires=600`],
    ];
    if (challenge) {
      const impi = `${this.user}@ims.example`;
      headers.push(['Authorization', digest({ user: impi, password: `${this.user}-demo`, method: 'REGISTER', uri, challenge })]);
    }
    return this.peer.request({ method: 'REGISTER', uri, headers }, this.pcscf);
  }

  #handle(request, source) {
    this.methods.push(request.method);
    const answer = (message) => this.peer.send(message, source);
    if (request.method === 'INVITE') {
      if (this.invite && header(this.invite, 'Call-ID') === header(request, 'Call-ID')) return;
      this.invite = request;
      this.source = source;
      answer(responseTo(request, 100, 'Trying'));
    } else if (request.method !== 'ACK') {
      answer(responseTo(request, 200, 'OK', { toTag: this.toTag }));
      if (request.method === 'CANCEL') this.#respond(487, 'Request Terminated');
      if (request.method !== 'OPTIONS') this.sender?.stop();
      this.sender = null;
    }
  }

  #respond(status, reason, body = '') {
    const headers = [['Contact', `<sip:${this.user}@127.0.0.1:${this.peer.port}>`]];
    if (body) headers.push(['Content-Type', 'application/sdp']);
    this.peer.send(responseTo(this.invite, status, reason, { toTag: this.toTag, headers, body }), this.source);
  }

  #answerSdp() {
    return [
      'v=0', `o=${this.user} 1 1 IN IP4 127.0.0.1`, 's=-', 'c=IN IP4 127.0.0.1', 't=0 0',
      `m=audio ${this.sender.port} RTP/AVP 0`, 'a=rtpmap:0 PCMU/8000', 'a=sendrecv', '',
    ].join('\r\n');
  }
}


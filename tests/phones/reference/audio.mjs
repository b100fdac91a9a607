// SPDX-License-Identifier: Apache-2.0
// The phone's audio over SRTP: plays samples into the call, records what it hears. 8 kHz mono throughout.
import { createSocket } from 'node:dgram';
import { randomInt } from 'node:crypto';
import { ProtectionProfileAes128CmHmacSha1_80, RtpHeader, RtpPacket, SrtpSession } from 'werift-rtp';
import { fromAlaw, fromUlaw, toAlaw, toUlaw } from './g711.mjs';

const frameSamples = 160; // 20 ms
const coders = { 0: [toUlaw, fromUlaw], 8: [toAlaw, fromAlaw] };

export class Audio {
  #socket = createSocket('udp4');
  #source;
  #timer = null;
  #remote = null;
  #srtp = null;
  #heard = [];
  #sequence = randomInt(0x8000);
  #timestamp = randomInt(0x7fffffff);
  #ssrc = randomInt(1, 0x7fffffff);
  #position = 0;
  #start = 0;
  #sent = 0;

  /** `source(position, count)` gives the samples that are sent. */
  constructor(source) {
    this.#source = source;
  }

  async open(address) {
    await new Promise((resolve) => { this.#socket.bind(0, address, resolve); });
    this.#socket.on('message', (datagram) => this.#receive(datagram));
    return this.#socket.address().port;
  }

  /** Starts, or goes on with another peer or key. */
  connect({ address, port, payload, localKey, remoteKey }) {
    this.#remote = { address, port, payload };
    this.#srtp = new SrtpSession({
      profile: ProtectionProfileAes128CmHmacSha1_80,
      keys: {
        localMasterKey: localKey.key, localMasterSalt: localKey.salt, remoteMasterKey: remoteKey.key, remoteMasterSalt: remoteKey.salt,
      },
    });
    if (this.#timer) return;
    this.#start = performance.now();
    this.#timer = setInterval(() => this.#send(), 10);
  }

  /** The samples heard so far. */
  get heard() {
    return Int16Array.from(this.#heard);
  }

  close() {
    clearInterval(this.#timer);
    this.#timer = null;
    this.#socket.close();
  }

  #send() {
    // As many as are due: timers of a busy process come late.
    while (performance.now() - this.#start >= this.#sent * 20) {
      const samples = this.#source(this.#position, frameSamples);
      this.#position += frameSamples;
      const [encode] = coders[this.#remote.payload];
      const header = new RtpHeader({
        version: 2, padding: false, extension: false, marker: this.#sent === 0, payloadType: this.#remote.payload,
        sequenceNumber: this.#sequence, timestamp: this.#timestamp, ssrc: this.#ssrc,
      });
      const packet = this.#srtp.encrypt(Buffer.from(Array.from(samples, encode)), header);
      this.#socket.send(packet, this.#remote.port, this.#remote.address);
      this.#sequence = (this.#sequence + 1) & 0xffff;
      this.#timestamp = (this.#timestamp + frameSamples) >>> 0;
      ++this.#sent;
    }
  }

  #receive(datagram) {
    if (!this.#srtp || datagram.length < 12) return;
    let packet;
    try {
      packet = RtpPacket.deSerialize(this.#srtp.decrypt(datagram));
    } catch {
      return; // not authentic
    }
    const coder = coders[packet.header.payloadType];
    if (coder) for (const octet of packet.payload) this.#heard.push(coder[1](octet));
  }
}

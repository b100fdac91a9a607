// SPDX-License-Identifier: Apache-2.0
// One RTP socket of a scripted phone: speaks a µ-law tone, keeps what it hears.
import { createSocket } from 'node:dgram';
import { fromUlaw, toUlaw } from './g711.mjs';

const rate = 8000;
const samplesPerPacket = 160;

export class G711Stream {
  #socket = createSocket('udp4');
  #sequence = 0;
  #sent = 0;
  #heard = [];

  /** `tone` in Hz at `level` dBFS. */
  constructor({ tone, level = -12 }) {
    this.tone = tone;
    this.amplitude = 10 ** (level / 20);
  }

  async open() {
    await new Promise((resolve) => this.#socket.bind(0, '127.0.0.1', resolve));
    this.port = this.#socket.address().port;
    this.#socket.on('message', (packet) => {
      // Payload type 0 only: no comfort noise, no telephone-event.
      if (packet.length > 12 && (packet[1] & 0x7f) === 0) this.#heard.push(packet.subarray(12));
    });
    return this;
  }

  close() {
    this.mute();
    this.#socket.close();
  }

  speak({ host, port }) {
    this.mute();
    let begun = Date.now() - this.#sent * 20;
    // By the clock, not by the timer's ticks: those come late.
    this.timer = setInterval(() => {
      if (Date.now() - begun - this.#sent * 20 > 1000) begun = Date.now() - this.#sent * 20;
      while (this.#sent * 20 < Date.now() - begun) this.#socket.send(this.#packet(), port, host);
    }, 10);
  }

  mute() {
    clearInterval(this.timer);
  }

  forget() {
    this.#heard = [];
  }

  /** What came since `forget`: lost packets leave no gap. */
  recording() {
    return { rate, samples: Float32Array.from(Buffer.concat(this.#heard), fromUlaw) };
  }

  #packet() {
    const packet = Buffer.alloc(12 + samplesPerPacket);
    packet.writeUInt16BE(this.#sent === 0 ? 0x8080 : 0x8000);
    packet.writeUInt16BE(this.#sequence++ & 0xffff, 2);
    packet.writeUInt32BE(this.#sent * samplesPerPacket, 4);
    packet.writeUInt32BE(0x5eed0001, 8);
    for (let n = 0; n < samplesPerPacket; n += 1) {
      const time = (this.#sent * samplesPerPacket + n) / rate;
      packet[12 + n] = toUlaw(this.amplitude * Math.sin(2 * Math.PI * this.tone * time));
    }
    this.#sent += 1;
    return packet;
  }
}

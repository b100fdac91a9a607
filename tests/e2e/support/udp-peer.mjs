// SPDX-License-Identifier: Apache-2.0
// A scripted SIP node on one UDP socket: sends requests and awaits their final answer, hands incoming requests to a handler.
import { createSocket } from 'node:dgram';
import { format, header, parse, token } from './sip.mjs';

export class UdpPeer {
  #socket = createSocket('udp4');
  #waiting = new Map();
  /** Every message that came in, requests and responses. */
  received = [];
  /** (request, source) => void */
  onRequest = () => {};

  constructor({ address = '127.0.0.1', port = 0 } = {}) {
    this.address = address;
    this.wantedPort = port;
  }

  async open() {
    await new Promise((resolve, reject) => {
      this.#socket.once('error', reject);
      this.#socket.bind(this.wantedPort, this.address, resolve);
    });
    this.port = this.#socket.address().port;
    this.#socket.on('message', (bytes, source) => this.#receive(bytes, source));
    return this;
  }

  close() {
    this.#socket.close();
  }

  send(message, { host, port }) {
    this.#socket.send(format(message), port, host);
  }

  via(branch = `z9hG4bK${token()}`) {
    return `SIP/2.0/UDP ${this.address}:${this.port};branch=${branch};rport`;
  }

  /** Sends a request (our Via is put on top) and resolves with the final response; `onProvisional` sees the 1xx. */
  request(message, destination, { timeout = 8000, onProvisional = () => {}, branch } = {}) {
    const via = this.via(branch);
    const complete = { ...message, headers: [['Via', via], ...message.headers] };
    const key = `${/branch=([^;]+)/.exec(via)[1]} ${message.method}`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${message.method} ${message.uri}`)), timeout);
      this.#waiting.set(key, (response) => {
        if (response.status < 200) return onProvisional(response);
        clearTimeout(timer);
        this.#waiting.delete(key);
        return resolve(response);
      });
      this.send(complete, destination);
    });
  }

  #receive(bytes, source) {
    const text = bytes.toString('utf8');
    if (!text.trim()) return;
    const message = parse(text);
    this.received.push(message);
    if (message.method) {
      this.onRequest(message, { host: source.address, port: source.port });
      return;
    }
    const branch = /branch=([^;,]+)/.exec(header(message, 'Via'))?.[1];
    this.#waiting.get(`${branch} ${header(message, 'CSeq').split(' ')[1]}`)?.(message);
  }
}

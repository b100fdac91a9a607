// SPDX-License-Identifier: Apache-2.0
// A scripted SIP phone over TLS or TCP to the gateway's listeners for phones.
import { readFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { SipStream } from '../../phones/reference/sipStream.mjs';
import { format, header, parse, token } from './sip.mjs';

export class StreamPeer {
  #waiting = new Map();
  received = [];
  onRequest = () => {};

  /** `transport`: "tls" or "tcp"; `from`: the local address, another one is another source. */
  static open(system, { transport = 'tls', port = transport === 'tls' ? system.ports.sips : system.ports.sip, from = '127.0.0.1' } = {}) {
    const options = { host: '127.0.0.1', port, localAddress: from, servername: 'localhost', ca: readFileSync(system.caFile) };
    return new Promise((resolve, reject) => {
      const ready = () => resolve(new StreamPeer(socket, transport));
      const socket = transport === 'tls' ? connectTls(options, ready) : connectTcp(options, ready);
      socket.once('error', reject);
    });
  }

  constructor(socket, transport) {
    this.socket = socket;
    this.transport = transport;
    this.address = socket.localAddress;
    this.port = socket.localPort;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    const stream = new SipStream();
    socket.on('error', () => {});
    socket.on('data', (bytes) => stream.push(bytes).forEach((text) => this.#receive(text)));
  }

  close() {
    this.socket.destroy();
  }

  send(message) {
    this.socket.write(format(message));
  }

  request(message, { timeout = 8000, onProvisional = () => {} } = {}) {
    const branch = `z9hG4bK${token()}`;
    const via = `SIP/2.0/${this.transport.toUpperCase()} ${this.address}:${this.port};branch=${branch};rport`;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${message.method} ${message.uri}`)), timeout);
      this.#waiting.set(`${branch} ${message.method}`, (response) => {
        if (response.status < 200) return onProvisional(response);
        clearTimeout(timer);
        this.#waiting.delete(`${branch} ${message.method}`);
        return resolve(response);
      });
      this.send({ ...message, headers: [['Via', via], ...message.headers] });
    });
  }

  #receive(text) {
    const message = parse(text);
    this.received.push(message);
    if (message.method) return this.onRequest(message);
    const branch = /branch=([^;,]+)/.exec(header(message, 'Via'))?.[1];
    return this.#waiting.get(`${branch} ${header(message, 'CSeq').split(' ')[1]}`)?.(message);
  }
}

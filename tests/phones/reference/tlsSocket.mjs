// SPDX-License-Identifier: Apache-2.0
// SIP over TLS as JsSIP's transport. The server's certificate is always verified: whoever sits between phone and
// gateway would otherwise read the token.
import { connect } from 'node:tls';
import { SipStream } from './sipStream.mjs';

const keepAliveEvery = 25_000; // RFC 5626 4.4.1: keeps NAT bindings and notices a dead connection

export class TlsSocket {
  via_transport = 'tls';
  #options;
  #socket = null;
  #timer = null;

  /** `host:port` of the gateway; `ca` PEM of its issuer; `cert` and `key` PEM when the phone has a certificate. */
  constructor({ host, port, ca, cert, key }) {
    this.#options = { host, port, ca, cert, key, servername: host, minVersion: 'TLSv1.2' };
    this.url = `tls://${host}:${port}`;
    this.sip_uri = `sip:${host}:${port};transport=tls`;
  }

  get localAddress() {
    return this.#socket?.localAddress;
  }

  connect() {
    if (this.#socket) return;
    const stream = new SipStream();
    const socket = connect(this.#options);
    this.#socket = socket;
    socket.once('secureConnect', () => {
      this.#timer = setInterval(() => socket.write('\r\n\r\n'), keepAliveEvery);
      this.onconnect();
    });
    socket.on('data', (data) => {
      try {
        for (const message of stream.push(data)) this.ondata(message);
      } catch (error) {
        socket.destroy(error);
      }
    });
    socket.on('error', (error) => this.onerror?.(error));
    socket.once('close', (failed) => {
      clearInterval(this.#timer);
      this.#socket = null;
      this.ondisconnect(failed, 1006, 'closed');
    });
  }

  disconnect() {
    this.#socket?.end();
  }

  send(message) {
    if (!this.#socket?.writable) return false;
    this.#socket.write(message);
    return true;
  }
}

// SPDX-License-Identifier: Apache-2.0
// A scripted SIP client over secure WebSocket: what a page could send, and what it never would.
import { readFileSync } from 'node:fs';
import WebSocket from 'ws';
import { format, header, parse, token } from './sip.mjs';

export class WssPeer {
  #waiting = new Map();
  /** Requests and responses that came in. */
  received = [];
  onRequest = () => {};

  /** Resolves with the open peer, or rejects with an error that carries `status` when the handshake is refused. */
  static connect(system, { origin = system.origin, protocols = ['sip'], headers = {} } = {}) {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(system.wssUrl, protocols, { ca: readFileSync(system.caFile), origin, headers });
      socket.once('open', () => resolve(new WssPeer(socket)));
      socket.once('error', reject);
      socket.once('unexpected-response', (request, response) => {
        request.destroy();
        reject(Object.assign(new Error(`handshake answered ${response.statusCode}`), { status: response.statusCode }));
      });
    });
  }

  constructor(socket) {
    this.socket = socket;
    this.host = `${token()}.invalid`;
    this.contactUser = token(4);
    /** Resolves with {code, reason} when the connection has ended. */
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    socket.on('error', () => {});
    socket.on('message', (bytes) => this.#receive(bytes.toString()));
  }

  close() {
    this.socket.close();
    return this.closed;
  }

  /** Drops the connection without a Close frame, as a lost network would. */
  cut() {
    this.socket.terminate();
  }

  send(message) {
    this.socket.send(typeof message === 'string' ? message : format(message));
  }

  request(message, { timeout = 8000, onProvisional = () => {} } = {}) {
    const branch = `z9hG4bK${token()}`;
    const complete = { ...message, headers: [['Via', `SIP/2.0/WSS ${this.host};branch=${branch}`], ...message.headers] };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${message.method} ${message.uri}`)), timeout);
      this.#waiting.set(`${branch} ${message.method}`, (response) => {
        if (response.status < 200) return onProvisional(response);
        clearTimeout(timer);
        this.#waiting.delete(`${branch} ${message.method}`);
        return resolve(response);
      });
      this.send(complete);
    });
  }

  #receive(text) {
    if (!text.trim()) return;
    const message = parse(text);
    this.received.push(message);
    if (message.method) return this.onRequest(message);
    const branch = /branch=([^;,]+)/.exec(header(message, 'Via'))?.[1];
    return this.#waiting.get(`${branch} ${header(message, 'CSeq').split(' ')[1]}`)?.(message);
  }
}

let nextCSeq = 1;

/** A REGISTER as a WIC sends it (24.371 A.3.2). `accessToken` null: without Authorization. */
export function registerRequest(peer, { user = 'alice', accessToken, expires = 600, instance, form = 'bearer', domain = 'ims.example', headers = [] }) {
  const authorization = form === 'parameter' ? `Bearer access_token="${accessToken}"` : `Bearer ${accessToken}`;
  return {
    method: 'REGISTER',
    uri: `sip:${domain}`,
    headers: [
      ['Max-Forwards', '70'],
      ['From', `<sip:${user}@${domain}>;tag=${token(4)}`],
      ['To', `<sip:${user}@${domain}>`],
      ['Call-ID', token()],
      ['CSeq', `${nextCSeq++} REGISTER`],
      ['Contact', `<sip:${peer.contactUser}@${peer.host};transport=ws>;reg-id=1;+sip.instance="<urn:uuid:${instance ?? '00000000-0000-4000-8000-00000000000a'}>";expires=${expires}`],
      ['Supported', 'path, outbound, gruu'],
      ...(accessToken === null ? [] : [['Authorization', authorization]]),
      ...headers,
    ],
  };
}

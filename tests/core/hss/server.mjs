// SPDX-License-Identifier: Apache-2.0
// The Diameter server: capabilities exchange, watchdog, disconnect (RFC 6733 5) and routing of Cx requests and RTR.
import { createServer } from 'node:net';
import { answerCx, terminationRequest } from './cx.mjs';
import { application, command, encodeMessage, find, MessageReader, vendor3gpp } from './diameter.mjs';

const identity = { host: 'hss.ims.example', realm: 'ims.example' };
const origin = [
  ['Origin-Host', identity.host],
  ['Origin-Realm', identity.realm],
];
const cxApplication = [
  'Vendor-Specific-Application-Id',
  [['Vendor-Id', vendor3gpp], ['Auth-Application-Id', application.cx]],
];
const success = 2001;
const commandUnsupported = 3001;
const requestTimeout = 5000; // ms

const commandNames = new Map([
  [command.userAuthorization, 'UAR'],
  [command.serverAssignment, 'SAR'],
  [command.locationInfo, 'LIR'],
  [command.multimediaAuth, 'MAR'],
]);

export class DiameterServer {
  #subscribers;
  #peers = new Set();
  #server = createServer((socket) => this.#accept(socket));
  #lastId = Math.floor(Math.random() * 0x7fffffff);
  /** Requests answered, by command: what tests look at to see that nothing reached the core. */
  counters = { UAR: 0, SAR: 0, LIR: 0, MAR: 0, RTR: 0 };

  constructor(subscribers) {
    this.#subscribers = subscribers;
  }

  listen(host, port) {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
  }

  /** Origin-Hosts of the peers that have completed the capabilities exchange. */
  peers() {
    return [...this.#peers].filter((peer) => peer.host).map((peer) => peer.host);
  }

  async close() {
    const asked = [...this.#peers].map((peer) =>
      this.#request(peer, command.disconnect, application.base, [...origin, ['Disconnect-Cause', 0]]).catch(() => {}),
    );
    await Promise.race([Promise.all(asked), new Promise((resolve) => setTimeout(resolve, 500))]);
    for (const peer of this.#peers) peer.socket.destroy();
    this.#server.close();
  }

  /** Network-initiated de-registration (TS 29.228 6.1.3). Resolves with the S-CSCF's result code. */
  async terminate(impi, reasonCode = 0, reasonInfo = 'withdrawn') {
    const subscriber = this.#subscribers.byImpi(impi);
    if (!subscriber) throw new Error(`no subscriber ${impi}`);
    const peer = [...this.#peers].find((candidate) => candidate.host?.startsWith('scscf'));
    if (!peer) throw new Error('no S-CSCF connected');
    const answer = await this.#request(peer, command.registrationTermination, application.cx, [
      ['Session-Id', `${identity.host};${Date.now()};${this.#lastId}`],
      cxApplication,
      ['Auth-Session-State', 1],
      ...origin,
      ['Destination-Host', peer.host],
      ['Destination-Realm', identity.realm],
      ...terminationRequest(subscriber, reasonCode, reasonInfo),
    ]);
    this.counters.RTR += 1;
    subscriber.server = null;
    return find(answer.avps, 'Result-Code');
  }

  #accept(socket) {
    const peer = { socket, host: null, waiting: new Map() };
    const reader = new MessageReader();
    this.#peers.add(peer);
    socket.setNoDelay(true);
    socket.on('data', (chunk) => {
      try {
        for (const message of reader.push(chunk)) this.#receive(peer, message);
      } catch (error) {
        console.error(`${peer.host ?? 'unknown peer'}: ${error.message}`);
        socket.destroy();
      }
    });
    socket.on('error', () => {});
    socket.on('close', () => this.#peers.delete(peer));
  }

  #receive(peer, message) {
    if (!message.request) {
      peer.waiting.get(message.hopByHop)?.(message);
      return;
    }
    const reply = (avps, error = false) => peer.socket.write(encodeMessage({ ...message, request: false, error, avps }));
    const answer = [['Result-Code', success], ...origin];
    switch (message.code) {
      case command.capabilities:
        peer.host = find(message.avps, 'Origin-Host');
        reply([
          ...answer,
          ['Host-IP-Address', '127.0.0.1'],
          ['Vendor-Id', vendor3gpp],
          ['Product-Name', 'test HSS'],
          ['Supported-Vendor-Id', vendor3gpp],
          ['Auth-Application-Id', application.cx],
          cxApplication,
        ]);
        return;
      case command.watchdog:
        reply(answer);
        return;
      case command.disconnect:
        reply(answer);
        peer.socket.end();
        return;
    }
    const session = ['Session-Id', find(message.avps, 'Session-Id') ?? ''];
    if (message.application !== application.cx || !commandNames.has(message.code)) {
      reply([session, ['Result-Code', commandUnsupported], ...origin], true);
      return;
    }
    const name = commandNames.get(message.code);
    const data = answerCx(this.#subscribers, message);
    this.counters[name] += 1;
    console.log(`${name} ${find(message.avps, 'User-Name') ?? '-'} ${find(message.avps, 'Public-Identity') ?? '-'}`);
    reply([session, cxApplication, ['Auth-Session-State', 1], ...origin, ...data]);
  }

  #request(peer, code, applicationId, avps) {
    const id = (this.#lastId = (this.#lastId + 1) >>> 0);
    const message = { request: true, proxiable: applicationId !== application.base, code, application: applicationId };
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${peer.host} did not answer command ${code}`)), requestTimeout);
      peer.waiting.set(id, (answer) => {
        clearTimeout(timer);
        peer.waiting.delete(id);
        resolve(answer);
      });
      peer.socket.write(encodeMessage({ ...message, hopByHop: id, endToEnd: id, avps }));
    });
  }
}

// SPDX-License-Identifier: Apache-2.0
// A TCP relay before a server, so that a test can lose the network: cut what is open, refuse what is new, or fall silent.
import { connect, createServer } from 'node:net';

export class TcpProxy {
  #open = new Set();
  #server = createServer((client) => this.#accept(client));
  /** "pass", "refuse" (new connections are reset), or "silent" (everything is swallowed, as with a lost cable). */
  mode = 'pass';

  constructor({ port, target }) {
    this.port = port;
    this.target = target;
  }

  start() {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.port, '127.0.0.1', resolve);
    });
  }

  stop() {
    this.cut();
    return new Promise((resolve) => this.#server.close(resolve));
  }

  /** Resets every open connection. */
  cut() {
    for (const socket of this.#open) socket.resetAndDestroy?.() ?? socket.destroy();
  }

  #accept(client) {
    if (this.mode === 'refuse') return client.destroy();
    const server = connect(this.target, '127.0.0.1');
    for (const [from, to] of [[client, server], [server, client]]) {
      this.#open.add(from);
      from.on('data', (bytes) => this.mode !== 'silent' && to.write(bytes));
      from.on('error', () => {});
      from.on('close', () => {
        this.#open.delete(from);
        if (this.mode !== 'silent') to.destroy();
      });
    }
    return undefined;
  }
}

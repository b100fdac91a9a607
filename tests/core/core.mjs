// SPDX-License-Identifier: Apache-2.0
// An IMS core to test against: Kamailio I-CSCF, S-CSCF and a P-CSCF for phones, and our HSS. Usable side by side on several
// port sets; everything of one instance lives in its run directory.
import { createSocket } from 'node:dgram';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Processes, waitFor } from './processes.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const host = '127.0.0.1';

export const demoPorts = {
  icscf: 5060, scscf: 6060, pcscf: 5080, hss: 3868, hssAdmin: 3869,
  icscfRpc: 5061, scscfRpc: 6061, pcscfRpc: 5081,
};

/** A port set at `base`: ten ports in a row. */
export function portsFrom(base) {
  const names = ['icscf', 'icscfRpc', 'scscf', 'scscfRpc', 'pcscf', 'pcscfRpc', 'hss', 'hssAdmin'];
  return Object.fromEntries(names.map((name, index) => [name, base + index]));
}

const table = (columns, rows) => [columns, ...rows].map((line) => `${line}\n`).join('');

export class Core {
  /** `trusted`: addresses from which auth-done is believed (the eP-CSCFs). */
  constructor({ runDir, ports = demoPorts, trusted = [host], subscribers, minExpires = 10 }) {
    this.runDir = resolve(runDir);
    this.ports = ports;
    this.trusted = trusted;
    this.minExpires = minExpires;
    this.subscribersFile = subscribers ?? join(here, 'subscribers.json');
    this.processes = new Processes(this.runDir);
  }

  get icscf() {
    return { host, port: this.ports.icscf };
  }

  get pcscf() {
    return { host, port: this.ports.pcscf };
  }

  async start() {
    mkdirSync(this.runDir, { recursive: true });
    this.processes.dropLogs();
    this.#writeFiles();
    const { ports } = this;
    this.processes.start('hss', process.execPath, [
      join(here, 'hss/main.mjs'), this.subscribersFile, host, String(ports.hss), String(ports.hssAdmin),
    ]);
    await waitFor('the HSS', () => this.hss('/status').catch(() => null), { log: this.processes.logFile('hss') });
    for (const node of ['scscf', 'icscf', 'pcscf']) this.#startNode(node);
    for (const node of ['scscf', 'icscf', 'pcscf']) {
      const answers = () => this.rpc(node, 'core.uptime', [], 300).catch(() => null);
      await waitFor(`the ${node} on port ${ports[node]}`, answers, { log: this.processes.logFile(node) });
    }
    const connected = async () => (await this.hss('/status')).peers.length >= 2;
    await waitFor('Diameter between CSCFs and HSS', connected, { timeout: 20000, log: this.processes.logFile('scscf') });
  }

  stop() {
    return this.processes.stopAll();
  }

  /** One JSON-RPC command to a node ("icscf", "scscf", "pcscf"). */
  rpc(node, method, params = [], timeout = 3000) {
    return new Promise((resolvePromise, reject) => {
      const socket = createSocket('udp4');
      const done = (settle, value) => {
        clearTimeout(timer);
        socket.close();
        settle(value);
      };
      const timer = setTimeout(() => done(reject, new Error(`${node}: no answer to ${method}`)), timeout);
      socket.on('error', (error) => done(reject, error));
      socket.on('message', (bytes) => {
        const { result, error } = JSON.parse(bytes);
        done(error ? reject : resolvePromise, error ? new Error(`${node}: ${error.message}`) : result);
      });
      const request = JSON.stringify({ jsonrpc: '2.0', method, params, id: 1 });
      socket.send(request, this.ports[`${node}Rpc`], host);
    });
  }

  /** GET (or POST) on the HSS's admin interface. */
  async hss(path, method = 'GET') {
    const response = await fetch(`http://${host}:${this.ports.hssAdmin}${path}`, { method });
    const body = await response.json();
    if (!response.ok) throw new Error(`HSS: ${body.error}`);
    return body;
  }

  /** Ends a user's registration from the network side (RTR over Cx). */
  terminate(impi) {
    return this.hss(`/terminate?impi=${encodeURIComponent(impi)}`, 'POST');
  }

  /** The S-CSCF's user location as text: the only view that shows a contact's Path. */
  async snapshot() {
    const file = join(this.runDir, 'location.txt');
    rmSync(file, { force: true });
    await this.rpc('scscf', 'ulscscf.snapshot', [file]);
    return existsSync(file) ? readFileSync(file, 'utf8') : '';
  }

  /** Requests of all kinds that a node has received so far. */
  async requestsReceived(node) {
    const [line] = await this.rpc(node, 'stats.get_statistics', ['rcv_requests']);
    return Number(line.split('=')[1]);
  }

  log(node) {
    return readFileSync(this.processes.logFile(node), 'utf8');
  }

  #startNode(node) {
    const runtime = join(this.runDir, node);
    this.processes.start(node, 'kamailio', ['-DD', '-E', '-m', '64', '-M', '8', '-Y', runtime, '-f', join(runtime, 'kamailio.cfg')]);
  }

  #writeFiles() {
    for (const node of ['icscf', 'scscf', 'pcscf']) {
      const directory = join(this.runDir, node);
      rmSync(directory, { recursive: true, force: true });
      mkdirSync(directory, { recursive: true });
      const values = {
        HOST: host,
        NODE: node,
        ICSCF_PORT: this.ports.icscf,
        SCSCF_PORT: this.ports.scscf,
        PCSCF_PORT: this.ports.pcscf,
        HSS_PORT: this.ports.hss,
        RPC_PORT: this.ports[`${node}Rpc`],
        MIN_EXPIRES: this.minExpires,
        COMMON: join(directory, 'common.cfg'),
        CDP_FILE: join(directory, 'cdp.xml'),
        ADDRESS_FILE: join(directory, 'address.list'),
        DB_DIR: join(directory, 'db'),
      };
      const fill = (from, to) => {
        const text = readFileSync(join(here, 'kamailio', from), 'utf8');
        writeFileSync(join(directory, to), text.replace(/@([A-Z_]+)@/g, (whole, name) => values[name] ?? whole));
      };
      fill(`${node}.cfg`, 'kamailio.cfg');
      fill('common.cfg', 'common.cfg');
      fill('cdp.xml', 'cdp.xml');
      // Group 1: eP-CSCFs believed by the I-CSCF. Group 2: the I-CSCF, believed by the S-CSCF.
      const addresses = [...this.trusted.map((ip) => `1 ${ip} 32 0`), `2 ${host} 32 0`];
      writeFileSync(join(directory, 'address.list'), addresses.map((line) => `${line}\n`).join(''));
    }
    this.#writeTables(join(this.runDir, 'icscf', 'db'));
  }

  #writeTables(directory) {
    mkdirSync(directory);
    const scscf = `sip\\:${host}\\:${this.ports.scscf}`;
    writeFileSync(join(directory, 'version'), table('table_name(string) table_version(int)', []));
    writeFileSync(join(directory, 'nds_trusted_domains'), table('id(int) trusted_domain(string)', ['1:ims.example']));
    writeFileSync(join(directory, 's_cscf'), table('id(int) name(string) s_cscf_uri(string)', [`1:S-CSCF:${scscf}`]));
    writeFileSync(join(directory, 's_cscf_capabilities'), table('id(int) id_s_cscf(int) capability(int)', ['1:1:1']));
  }
}

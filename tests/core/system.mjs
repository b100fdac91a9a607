// SPDX-License-Identifier: Apache-2.0
// Everything together on one machine: IMS core, waf and wic-gateway. The demo is one instance, the end-to-end tests start others.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCertificates } from './certificates.mjs';
import { Core } from './core.mjs';
import { prepareCorporate } from './corporate.mjs';
import { ensureDeskPhoneClient } from './desk_phone_client.mjs';
import { ensureGatewayClient } from './gateway_client.mjs';
import { conflicts, demo } from './ports.mjs';
import { Processes, waitFor } from './processes.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const buildDir = () => resolve(process.env.GATEWAY_BUILD_DIR ?? join(root, 'build/release'));

export class System {
  /** `edit`: ({name, text}) => text, a last word on a configuration file ("waf.toml", "wic-gateway.toml"). `pageConfig`: (system) =>
   *  what the softphone page's configuration says differently. */
  constructor({ runDir, ports = demo, edit = ({ text }) => text, coreOptions = {}, pageConfig = () => ({}) }) {
    this.runDir = resolve(runDir);
    this.ports = ports;
    this.edit = edit;
    this.pageConfig = pageConfig;
    this.processes = new Processes(this.runDir);
    this.core = new Core({ runDir: join(this.runDir, 'core'), ports: ports.core, ...coreOptions });
  }

  get origin() {
    return `https://localhost:${this.ports.waf}`;
  }

  get wssUrl() {
    return `wss://localhost:${this.ports.wss}/`;
  }

  get adminUrl() {
    return `http://localhost:${this.ports.admin}`;
  }

  get caFile() {
    return join(this.runDir, 'tls/ca.pem');
  }

  async start() {
    mkdirSync(this.runDir, { recursive: true });
    const taken = conflicts(this.ports);
    if (taken.length) throw new Error(taken.join('\n'));
    this.processes.dropLogs();
    ensureCertificates(join(this.runDir, 'tls'));
    prepareCorporate(this.runDir);
    ensureGatewayClient(this.runDir);
    ensureDeskPhoneClient(this.runDir);
    this.#writeConfiguration('waf.toml');
    this.#writeConfiguration('wic-gateway.toml');
    this.#writePageConfiguration();
    await this.core.start();
    await this.startWaf();
    await this.startGateway();
  }

  async startWaf() {
    this.#startProgram('waf');
    const metadata = () => this.https('/.well-known/openid-configuration').then((answer) => answer.status === 200, () => false);
    await this.#healthy('waf', `WAF on port ${this.ports.waf}`, metadata);
  }

  async startGateway() {
    this.#startProgram('wic-gateway');
    await this.#healthy('wic-gateway', `gateway on port ${this.ports.admin}`, () => this.admin('/health').then(() => true, () => false));
  }

  async stop() {
    await this.processes.stopAll();
    await this.core.stop();
  }

  /** Names of the programs that should run and do not. */
  missing() {
    const running = [...this.processes.alive(), ...this.core.processes.alive()].map((entry) => entry.name);
    return ['waf', 'wic-gateway', 'hss', 'icscf', 'scscf', 'pcscf'].filter((name) => !running.includes(name));
  }

  /** GET on the gateway's admin interface, as text; throws unless it answers 200. */
  async admin(path) {
    const response = await fetch(`http://127.0.0.1:${this.ports.admin}${path}`, { signal: AbortSignal.timeout(3000) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return text;
  }

  /** Sum of a metric's samples whose label text contains `labels`. */
  async metric(name, labels = '') {
    const lines = (await this.admin('/metrics')).split('\n');
    const samples = lines.filter((line) => (line.startsWith(`${name}{`) || line.startsWith(`${name} `)) && line.includes(labels));
    return samples.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
  }

  /** One request to the WAF over TLS that is verified with our CA; redirects are answers like others. */
  https(path, { method = 'GET', headers = {}, body } = {}) {
    const options = { method, headers, ca: readFileSync(this.caFile), timeout: 5000, agent: false };
    return new Promise((resolvePromise, reject) => {
      const request = httpsRequest(new URL(path, this.origin), options, (response) => {
        const chunks = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () => resolvePromise({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      });
      request.on('timeout', () => request.destroy(new Error('no answer in time')));
      request.on('error', reject);
      request.end(body);
    });
  }

  #startProgram(name) {
    const program = join(buildDir(), name, name);
    if (!existsSync(program)) throw new Error(`${program} is missing; ./run build makes it`);
    this.processes.start(name, program, ['serve', '--config', join(this.runDir, `${name}.toml`)], { cwd: this.runDir });
  }

  async #healthy(name, what, check) {
    const log = this.processes.logFile(name);
    await waitFor(what, async () => {
      if (!this.processes.isAlive(name)) throw new Error(`${name} has ended:\n${readFileSync(log, 'utf8').slice(-2000)}`);
      return check();
    }, { log });
  }

  #writePageConfiguration() {
    const config = {
      issuer: this.origin,
      clientId: 'demo',
      redirectUri: `${this.origin}/app/callback`,
      postLogoutRedirectUri: `${this.origin}/`,
      gateway: this.wssUrl,
      domain: 'ims.example',
      dpop: true,
      ...this.pageConfig(this),
    };
    writeFileSync(join(this.runDir, 'softphone.json'), JSON.stringify(config, null, 2));
  }

  /** The demo's file with this instance's ports in place of the demo's. */
  #writeConfiguration(name) {
    const { ports } = this;
    const renumbered = new Map([
      [demo.waf, ports.waf], [demo.wss, ports.wss], [demo.admin, ports.admin], [demo.gatewayCore, ports.gatewayCore],
      ...Object.entries(demo.corporate).map(([name, port]) => [port, ports.corporate[name]]),
      [demo.core.icscf, ports.core.icscf], [demo.media, ports.media], [demo.rtp[0], ports.rtp[0]], [demo.rtp[1], ports.rtp[1]],
      [demo.sip, ports.sip], [demo.sips, ports.sips], [demo.sipsPlain, ports.sipsPlain], [demo.phoneRtp[0], ports.phoneRtp[0]], [demo.phoneRtp[1], ports.phoneRtp[1]],
    ].map(([from, to]) => [String(from), String(to)]));
    const text = readFileSync(join(root, 'config/demo', name), 'utf8')
      .replace(/\b\d{4,5}\b/g, (number) => renumbered.get(number) ?? number)
      .replaceAll('@ROOT@', root);
    writeFileSync(join(this.runDir, name), this.edit({ name, text }));
  }
}

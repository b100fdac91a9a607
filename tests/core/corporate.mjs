// SPDX-License-Identifier: Apache-2.0
// The enterprise beside the demo: OpenID providers, a directory, a portal. Parts start and stop one by one.
import { execFileSync } from 'node:child_process';
import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { waitFor } from './processes.mjs';

const source = resolve(dirname(fileURLToPath(import.meta.url)), '../../config/demo/corporate');
const labels = { corp: 'Example Corp', partner: 'Partner Ltd' };

/** What the WAF's configuration names: its key for the providers, its password for the directory. */
export function prepareCorporate(runDir) {
  const directory = join(runDir, 'corporate');
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const key = join(directory, 'waf.key');
  if (!existsSync(key)) {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  }
  writeFileSync(join(directory, 'directory-password'), 'waf-demo\n', { mode: 0o600 });
}

function newSigningKey(algorithm) {
  const { privateKey } = algorithm === 'RS256'
    ? generateKeyPairSync('rsa', { modulusLength: 2048 })
    : generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: algorithm, kid: randomBytes(6).toString('hex') };
}

const answers = (port) => new Promise((done) => {
  const socket = connect(port, '127.0.0.1');
  socket.on('connect', () => done(true));
  socket.on('error', () => done(false));
  socket.on('close', () => done(false));
  socket.on('connect', () => socket.destroy());
});

export class Corporate {
  /** `system`: whose WAF, certificates, ports and processes these are. */
  constructor(system) {
    this.system = system;
    this.ports = system.ports.corporate;
    this.directory = join(system.runDir, 'corporate');
    this.signingKeys = {};
  }

  get portalUrl() {
    return `https://localhost:${this.ports.portal}`;
  }

  issuer(name) {
    return `https://localhost:${this.ports[name]}`;
  }

  async start() {
    await this.startProvider('corp');
    await this.startDirectory();
    await this.startPortal();
  }

  /** `rotate`: with a new signing key, the old one no longer published. */
  async startProvider(name, { rotate = false, algorithm = 'ES256' } = {}) {
    if (rotate || !this.signingKeys[name]) this.signingKeys[name] = newSigningKey(algorithm);
    const jwk = createPublicKey(readFileSync(join(this.directory, 'waf.key'))).export({ format: 'jwk' });
    await this.#startNode(name, 'provider.mjs', {
      name, label: labels[name], port: this.ports[name], algorithm, cookieKey: randomBytes(16).toString('hex'),
      signingKeys: [this.signingKeys[name]], waf: { issuer: this.system.origin, jwk: { ...jwk, use: 'sig', alg: 'ES256', kid: 'waf' } },
    });
  }

  startPortal() {
    return this.#startNode('portal', 'portal.mjs', { port: this.ports.portal, issuer: this.system.origin, clientId: 'portal' });
  }

  /** A fresh directory with the users of directory.ldif. */
  async startDirectory({ certificates = join(this.system.runDir, 'tls') } = {}) {
    const home = join(this.directory, 'ldap');
    rmSync(home, { recursive: true, force: true });
    mkdirSync(join(home, 'data'), { recursive: true, mode: 0o700 });
    const config = join(home, 'slapd.conf');
    writeFileSync(config, readFileSync(join(source, 'slapd.conf'), 'utf8').replaceAll('@DIR@', home)
      .replaceAll('@TLS@', certificates).replaceAll('@ADMIN@', randomBytes(16).toString('hex')), { mode: 0o600 });
    execFileSync('/usr/sbin/slapadd', ['-f', config, '-l', join(source, 'directory.ldif')], { stdio: ['ignore', 'ignore', 'pipe'] });
    await this.runDirectory();
  }

  /** Runs the directory that is there. */
  async runDirectory() {
    const { processes } = this.system;
    const urls = `ldap://127.0.0.1:${this.ports.ldap}/ ldaps://127.0.0.1:${this.ports.ldaps}/`;
    processes.start('slapd', '/usr/sbin/slapd', ['-f', join(this.directory, 'ldap/slapd.conf'), '-h', urls, '-d', '0']);
    await waitFor('the directory', () => answers(this.ports.ldaps), { log: processes.logFile('slapd') });
  }

  async stop(name) {
    await this.system.processes.stop(name);
  }

  async #startNode(name, script, config) {
    const tls = join(this.system.runDir, 'tls');
    const file = join(this.directory, `${name}.json`);
    writeFileSync(file, JSON.stringify({ certificate: join(tls, 'server.pem'), key: join(tls, 'server.key'), ...config }), { mode: 0o600 });
    const { processes } = this.system;
    processes.start(name, process.execPath, [join(source, script), file], {
      env: { ...process.env, NODE_EXTRA_CA_CERTS: this.system.caFile }, cwd: source,
    });
    await waitFor(name, () => answers(config.port), { log: processes.logFile(name) });
  }
}

// SPDX-License-Identifier: Apache-2.0
// A WAF by itself, without core and gateway: its own folder, certificates and configuration.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureCertificates } from '../../core/certificates.mjs';
import { Processes, waitFor } from '../../core/processes.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '../../..');
const program = join(process.env.GATEWAY_BUILD_DIR ?? join(root, 'build/release'), 'waf/waf');

/** HTTPS by node:https in fetch's shape, which both OAuth libraries can be given; `tls` holds ca, cert and key. */
export function fetchWith(tls) {
  return (url, { method = 'GET', headers = {}, body } = {}) => new Promise((resolve, reject) => {
    const sent = request(url, { method, headers: Object.fromEntries(new Headers(headers)), ...tls }, (answer) => {
      const parts = [];
      answer.on('data', (part) => parts.push(part));
      answer.on('end', () => {
        const text = Buffer.concat(parts);
        const empty = answer.statusCode === 204 || answer.statusCode === 304;
        resolve(new Response(empty ? null : text, { status: answer.statusCode, headers: Object.entries(answer.headers).map(([name, value]) => [name, String(value)]) }));
      });
    });
    sent.on('error', reject);
    sent.end(body === undefined || body === null ? undefined : String(body));
  });
}

export class WafAlone {
  /** `ports` are those of a slot: waf, wss (here the listener that asks for certificates) and admin; `keys` more lines of [keys]. */
  constructor({ name, ports, keys = '', config = '' }) {
    this.program = program;
    this.directory = mkdtempSync(join(tmpdir(), `e2e-${name}-`));
    this.tls = join(this.directory, 'tls');
    ensureCertificates(this.tls);
    this.issuer = `https://localhost:${ports.waf}`;
    this.mtls = `https://localhost:${ports.wss}`;
    this.ca = readFileSync(join(this.tls, 'ca.pem'), 'utf8');
    this.processes = new Processes(this.directory);
    mkdirSync(join(this.directory, 'page'));
    writeFileSync(join(this.directory, 'waf.toml'), `
[server]
issuer = "${this.issuer}"
listen = ["127.0.0.1:${ports.waf}", "[::1]:${ports.waf}"]
certificate = "tls/server.pem"
private_key = "tls/server.key"
[mtls]
listen = ["127.0.0.1:${ports.wss}", "[::1]:${ports.wss}"]
url = "${this.mtls}"
client_ca = "tls/ca.pem"
[admin]
listen = ["127.0.0.1:${ports.admin}"]
[outbound]
ca_file = "tls/ca.pem"
client_networks = ["127.0.0.0/8", "::1/128"]
[wwsf]
folder = "page"
[store]
file = "waf.db"
[keys]
folder = "keys"
${keys}
[tokens]
audience = "sip:gateway.ims.example"
waf_identity = "waf.ims.example"
wwsf_identity = "wwsf.ims.example"
[registration]
enabled = true
scopes = ["openid", "offline_access", "reports.read"]
[limits]
token_per_address_per_second = 1000
${config}`);
  }

  /** Runs a sub-command and returns what it prints. */
  run(...words) {
    return execFileSync(program, [...words, '--config', join(this.directory, 'waf.toml')], { encoding: 'utf8' }).trim();
  }

  async start() {
    this.processes.start('waf', program, ['serve', '--config', join(this.directory, 'waf.toml')]);
    const fetch = fetchWith({ ca: this.ca });
    await waitFor('the WAF', () => fetch(`${this.issuer}/jwks`).then((answer) => answer.ok, () => false), { log: this.processes.logFile('waf') });
  }

  async stop() {
    await this.processes.stopAll();
    rmSync(this.directory, { recursive: true, force: true });
  }

  /** A key and a certificate for it: self-signed, or of the development CA. */
  makeCertificate(name, { signed }) {
    const openssl = (...words) => execFileSync('openssl', words, { cwd: this.tls, stdio: ['ignore', 'ignore', 'pipe'] });
    openssl('genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
    if (signed) {
      openssl('req', '-new', '-key', `${name}.key`, '-out', `${name}.csr`, '-subj', `/O=Machines/CN=${name}`);
      openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-out', `${name}.pem`);
    } else {
      openssl('req', '-x509', '-new', '-key', `${name}.key`, '-days', '2', '-out', `${name}.pem`, '-subj', `/CN=${name}`);
    }
    const read = (file) => readFileSync(join(this.tls, file), 'utf8');
    return { file: join(this.tls, `${name}.pem`), tls: { ca: this.ca, cert: read(`${name}.pem`), key: read(`${name}.key`) } };
  }
}

// SPDX-License-Identifier: Apache-2.0
// A development CA and one server certificate for this machine, made with openssl once and kept.
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = 'DNS:localhost,DNS:ip6-localhost,IP:127.0.0.1,IP:::1';

function openssl(directory, ...args) {
  execFileSync('openssl', args, { cwd: directory, stdio: ['ignore', 'ignore', 'pipe'] });
}

function stillGood(directory) {
  try {
    // A week of validity left, and signed by the CA beside it.
    openssl(directory, 'x509', '-in', 'server.pem', '-noout', '-checkend', String(7 * 86400));
    openssl(directory, 'verify', '-CAfile', 'ca.pem', 'server.pem');
    return existsSync(join(directory, 'server.key'));
  } catch {
    return false;
  }
}

/** Makes ca.pem, ca.key, server.pem and server.key in `directory` unless good ones are there. True when new ones were made. */
export function ensureCertificates(directory) {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  if (stillGood(directory)) return false;
  writeFileSync(join(directory, 'ca.ext'), 'basicConstraints=critical,CA:true,pathlen:0\nkeyUsage=critical,keyCertSign\n');
  writeFileSync(
    join(directory, 'server.ext'),
    `basicConstraints=CA:false\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\nsubjectAltName=${names}\n`,
  );
  for (const name of ['ca', 'server']) {
    openssl(directory, 'genpkey', '-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256', '-out', `${name}.key`);
    chmodSync(join(directory, `${name}.key`), 0o600);
  }
  const subject = (name) => ['-subj', `/O=IMS WebRTC gateway development/CN=${name}`];
  openssl(directory, 'req', '-new', '-key', 'ca.key', '-out', 'ca.csr', ...subject('Development CA'));
  openssl(directory, 'x509', '-req', '-in', 'ca.csr', '-signkey', 'ca.key', '-days', '3650', '-extfile', 'ca.ext', '-out', 'ca.pem');
  openssl(directory, 'req', '-new', '-key', 'server.key', '-out', 'server.csr', ...subject('localhost'));
  openssl(
    directory, 'x509', '-req', '-in', 'server.csr', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '825',
    '-extfile', 'server.ext', '-out', 'server.pem',
  );
  for (const name of ['ca.ext', 'server.ext', 'ca.csr', 'server.csr', 'ca.srl']) rmSync(join(directory, name), { force: true });
  return true;
}

/** The key of a certificate as Chromium's --ignore-certificate-errors-spki-list wants it: base64 of the SHA-256 of the public key. */
export function publicKeyHash(certificate) {
  const pem = execFileSync('openssl', ['x509', '-in', certificate, '-pubkey', '-noout']);
  const der = execFileSync('openssl', ['pkey', '-pubin', '-outform', 'der'], { input: pem });
  return execFileSync('openssl', ['dgst', '-sha256', '-binary'], { input: der }).toString('base64');
}

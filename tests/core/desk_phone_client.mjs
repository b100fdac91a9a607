// SPDX-License-Identifier: Apache-2.0
// The key by which the reference phone (tests/phones) authenticates at the WAF, made once: desk-phone.key and, for the WAF, desk-phone.jwks.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function ensureDeskPhoneClient(directory) {
  const [key, jwks] = [join(directory, 'desk-phone.key'), join(directory, 'desk-phone.jwks')];
  if (existsSync(key) && existsSync(jwks)) return;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  writeFileSync(jwks, JSON.stringify({ keys: [{ ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'desk-phone' }] }));
}

// SPDX-License-Identifier: Apache-2.0
// The key by which the gateway proves to the WAF who it is, made once: gateway-client.key and, for the WAF, gateway-client.jwks.
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export function ensureGatewayClient(directory) {
  const key = join(directory, 'gateway-client.key');
  const jwks = join(directory, 'gateway-client.jwks');
  if (existsSync(key) && existsSync(jwks)) return;
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const jwk = { ...publicKey.export({ format: 'jwk' }), use: 'sig', alg: 'ES256', kid: 'gateway' };
  writeFileSync(jwks, JSON.stringify({ keys: [jwk] }));
}

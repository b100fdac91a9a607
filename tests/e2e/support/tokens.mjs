// SPDX-License-Identifier: Apache-2.0
// Tokens that the WAF would never issue: its own key, read from its folder, or a foreign one, and any claims.
import { createPrivateKey, generateKeyPairSync, sign } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
export const decode = (jwt) => jwt.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url')));

/** The WAF's private signing key with this key id. */
export function wafKey(system, kid) {
  const folder = join(system.runDir, 'keys');
  const file = readdirSync(folder).find((name) => name.startsWith(kid));
  if (!file) throw new Error(`no key ${kid} in ${folder}`);
  return createPrivateKey(readFileSync(join(folder, file)));
}

export const foreignKey = () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

/** A JWS of these header and claims, ES256. */
export function signed(header, claims, key) {
  const input = `${encode(header)}.${encode(claims)}`;
  return `${input}.${sign('sha256', Buffer.from(input), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

/** `jwt` with its claims changed by `edit` and signed anew with `key`. */
export function altered(jwt, key, edit) {
  const [header, claims] = decode(jwt);
  return signed(header, edit(structuredClone(claims)), key);
}

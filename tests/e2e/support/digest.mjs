// SPDX-License-Identifier: Apache-2.0
import { createHash, randomBytes } from 'node:crypto';

const md5 = (text) => createHash('md5').update(text).digest('hex');
const field = (challenge, name) => new RegExp(`\\b${name}="?([^",]+)`).exec(challenge)?.[1];

/** The Authorization value that answers a Digest challenge with qop "auth" (RFC 2617 3.2.2). */
export function digest({ user, password, method, uri, challenge }) {
  const [realm, nonce] = [field(challenge, 'realm'), field(challenge, 'nonce')];
  const cnonce = randomBytes(4).toString('hex');
  const count = '00000001';
  const response = md5([md5(`${user}:${realm}:${password}`), nonce, count, cnonce, 'auth', md5(`${method}:${uri}`)].join(':'));
  const values = { username: user, realm, nonce, uri, response, cnonce };
  const quoted = Object.entries(values).map(([name, value]) => `${name}="${value}"`);
  return `Digest ${[...quoted, 'algorithm=MD5', 'qop=auth', `nc=${count}`].join(', ')}`;
}

// SPDX-License-Identifier: Apache-2.0
// REGISTER as a scripted phone sends it: without credentials, with the answer to a challenge, with a token, with a code in its body.
import { createHash, randomBytes } from 'node:crypto';
import { all, token } from './sip.mjs';

let sequence = 1;
const hashes = { MD5: 'md5', 'SHA-256': 'sha256' };
const field = (challenge, name) => new RegExp(`\\b${name}="?([^",]+)`).exec(challenge)?.[1];

export function registerOf(peer, { user = 'dave', from = user, instance = 'device-1', authorization, headers = [], body } = {}) {
  return {
    method: 'REGISTER',
    uri: 'sip:ims.example',
    headers: [
      ['Max-Forwards', '70'],
      ['From', `<sip:${from}@ims.example>;tag=${token(4)}`],
      ['To', `<sip:${user}@ims.example>`],
      ['Call-ID', token()],
      ['CSeq', `${sequence++} REGISTER`],
      ['Contact', `<sip:${user}@${peer.address}:${peer.port}${peer.transport ? `;transport=${peer.transport}` : ''}>;+sip.instance="<urn:x:${instance}>";expires=300`],
      ...(authorization ? [['Authorization', authorization]] : []),
      ...headers,
    ],
    ...(body === undefined ? {} : { body }),
  };
}

export const challenges = (response) => all(response, 'WWW-Authenticate');
export const digestChallenge = (response, algorithm) => challenges(response).find((value) => value.startsWith('Digest') && field(value, 'algorithm') === algorithm);

/** The Authorization value that answers `challenge` with `code` for a password. */
export function digestAnswer({ challenge, user = 'dave', code, count = '00000001', algorithm = field(challenge, 'algorithm'), nonce = field(challenge, 'nonce') }) {
  const hash = (text) => createHash(hashes[algorithm]).update(text).digest('hex');
  const [realm, uri, cnonce] = [field(challenge, 'realm'), 'sip:ims.example', randomBytes(4).toString('hex')];
  const response = hash([hash(`${user}:${realm}:${code}`), nonce, count, cnonce, 'auth', hash(`REGISTER:${uri}`)].join(':'));
  return `Digest username="${user}", realm="${realm}", nonce="${nonce}", uri="${uri}", response="${response}", ` +
    `cnonce="${cnonce}", algorithm=${algorithm}, qop=auth, nc=${count}`;
}

/** REGISTER, 401, REGISTER with the code: the final answer. */
export async function registerWithCode(send, { algorithm = 'SHA-256', code, user = 'dave', ...rest }) {
  const first = await send({ user, ...rest });
  const challenge = digestChallenge(first, algorithm);
  if (!challenge) throw new Error(`no ${algorithm} challenge in ${first.status} ${challenges(first).join(' | ')}`);
  return send({ user, authorization: digestAnswer({ challenge, user: rest.username ?? user, code }), ...rest });
}

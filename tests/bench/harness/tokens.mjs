// SPDX-License-Identifier: Apache-2.0
// Access tokens (RFC 9068) for many users, one JSON object a line, and the key set that verifies them.
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const json = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');

function claims(name, now) {
  const impi = `${name}@ims.example`;
  const impus = [`sip:${impi}`];
  return {
    iss: 'https://localhost:8443', aud: 'sip:gateway.ims.example', sub: name, client_id: 'demo', iat: now, exp: now + 3600,
    jti: randomBytes(12).toString('base64url'), sid: randomBytes(12).toString('base64url'), auth_time: now, acr: '1',
    scope: 'openid offline_access webrtc-ims-client-access-to-ims sip.register sip.call sip.message',
    'ims:impi': impi, 'ims:impus': impus,
    ims: { impi, impus, waf: 'waf.ims.example', wwsf: 'wwsf.ims.example', mode: 'individual' },
  };
}

/** Writes jwks.json and tokens.jsonl into `directory`; the signing key is not kept. Returns the token file's name. */
export function writeTokens(directory, users) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const kid = 'bench';
  const jwk = { ...publicKey.export({ format: 'jwk' }), kid, alg: 'ES256', use: 'sig' };
  writeFileSync(join(directory, 'jwks.json'), JSON.stringify({ keys: [jwk] }));
  const now = Math.floor(Date.now() / 1000);
  const header = json({ alg: 'ES256', typ: 'at+jwt', kid });
  const lines = Array.from({ length: users }, (_, index) => {
    const body = claims(`user${String(index).padStart(5, '0')}`, now);
    const signed = `${header}.${json(body)}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url');
    return JSON.stringify({ impi: body.ims.impi, impu: body.ims.impus[0], token: `${signed}.${signature}` });
  });
  const file = join(directory, 'tokens.jsonl');
  writeFileSync(file, `${lines.join('\n')}\n`, { mode: 0o600 });
  return file;
}

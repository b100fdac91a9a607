// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { isTrustedServer, parseBearerChallenge } from '../../src/auth/challenge';

const issuer = 'https://localhost:8443';

function trusted(header: string): boolean {
  const challenge = parseBearerChallenge(header);
  return challenge !== undefined && isTrustedServer(challenge, issuer);
}

test('B02 reads the challenge of RFC 8898', () => {
  const header = 'Bearer realm="ims.example", scope="sip.register sip.call", authz_server="https://localhost:8443", error="invalid_token"';
  expect(parseBearerChallenge(header)).toEqual({
    realm: 'ims.example',
    scope: 'sip.register sip.call',
    authzServer: issuer,
    error: 'invalid_token',
  });
});

test('tolerates quoted names and any case of the scheme; other schemes are none', () => {
  expect(parseBearerChallenge('bearer "authz_server"="https://a.example"')?.authzServer).toBe('https://a.example');
  expect(parseBearerChallenge('Digest realm="x", nonce="y"')).toBeUndefined();
});

test('B15 attack 92: only the configured server is trusted', () => {
  expect(trusted(`Bearer authz_server="${issuer}"`)).toBe(true);
  expect(trusted(`Bearer authz_server="${issuer}/"`)).toBe(true);
  expect(trusted('Bearer realm="ims.example"')).toBe(true);
  for (const evil of [
    'https://evil.example',
    'http://localhost:8443',
    'https://localhost:8443.evil.example',
    'https://localhost:8443@evil.example',
    'https://localhost:8443/other',
    'https://LOCALHOST:8443',
    '',
  ]) {
    expect(trusted(`Bearer authz_server="${evil}"`), evil).toBe(false);
  }
});

test('B15 a repeated parameter does not override the one that was checked', () => {
  expect(trusted(`Bearer authz_server="https://evil.example", authz_server="${issuer}"`)).toBe(false);
});

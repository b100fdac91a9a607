// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearerChallenge, trustedServer } from '../challenge.mjs';
import { fromAlaw, fromUlaw, toAlaw, toUlaw } from '../g711.mjs';
import { newKey, readSdp, writeSdp } from '../sdp.mjs';
import { SipStream } from '../sipStream.mjs';

const message = 'SIP/2.0 200 OK\r\nContent-Length: 4\r\n\r\nbody';

test('messages come whole however the stream is split', () => {
  const octets = Buffer.from(`\r\n\r\n${message}\r\n${message}`);
  for (let split = 0; split <= octets.length; ++split) {
    const stream = new SipStream();
    const messages = [...stream.push(octets.subarray(0, split)), ...stream.push(octets.subarray(split))];
    assert.deepEqual(messages, [message, message]);
  }
});

test('a message without Content-Length ends the stream', () => {
  assert.throws(() => new SipStream().push(Buffer.from('SIP/2.0 200 OK\r\nl-x: 3\r\n\r\n')));
});

test('B02 the Bearer challenge is found among others', () => {
  const challenge = bearerChallenge([
    'Digest realm="ims.example", nonce="x", algorithm=SHA-256, qop="auth"',
    'Bearer realm="ims.example", scope="sip.register", authz_server="https://waf.example", error=invalid_token',
  ]);
  assert.deepEqual(challenge, {
    authorizationServer: 'https://waf.example', scope: 'sip.register', error: 'invalid_token', realm: 'ims.example',
  });
  assert.equal(bearerChallenge(['Digest realm="x"']), undefined);
});

test('B15 Attack92 only trusted authorization servers are asked', () => {
  const challenge = { authorizationServer: 'https://evil.example' };
  assert.throws(() => trustedServer(challenge, ['https://waf.example']));
  assert.throws(() => trustedServer({ authorizationServer: 'http://waf.example' }, ['http://waf.example']));
  assert.equal(trustedServer({ authorizationServer: 'https://waf.example' }, ['https://waf.example']), 'https://waf.example');
});

test('the session description names key, address and codec', () => {
  const key = newKey();
  const read = readSdp(writeSdp({ address: '192.0.2.1', port: 4000, version: 1, key }));
  assert.equal(read.address, '192.0.2.1');
  assert.equal(read.port, 4000);
  assert.equal(read.payload, 0);
  assert.deepEqual(read.key, key);
  assert.throws(() => readSdp('v=0\r\nm=audio 4000 RTP/AVP 0\r\n'));
});

test('G.711 keeps a sample within its step', () => {
  for (let sample = -32000; sample < 32000; sample += 13) {
    const step = Math.abs(sample) / 16 + 16;
    assert.ok(Math.abs(fromAlaw(toAlaw(sample)) - sample) <= step, `A-law ${sample}`);
    assert.ok(Math.abs(fromUlaw(toUlaw(sample)) - sample) <= step, `µ-law ${sample}`);
  }
});

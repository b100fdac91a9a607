// SPDX-License-Identifier: Apache-2.0
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { type KeyStore, ProofKey } from '../../src/auth/proofKey';

class MemoryKeys implements KeyStore {
  pair: CryptoKeyPair | undefined;
  load = (): Promise<CryptoKeyPair | undefined> => Promise.resolve(this.pair);
  save = (pair: CryptoKeyPair): Promise<void> => Promise.resolve(void (this.pair = pair));
}

const brokenKeys: KeyStore = {
  load: () => Promise.reject(new Error('private window')),
  save: () => Promise.reject(new Error('private window')),
};

const parts = (proof: string): Record<string, unknown>[] =>
  proof.split('.').slice(0, 2).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>);

test('J18 the key cannot be read out and is the same after a reload', async () => {
  const store = new MemoryKeys();
  const key = await ProofKey.open(store);
  expect(key.pair.privateKey.extractable).toBe(false);
  await expect(crypto.subtle.exportKey('jwk', key.pair.privateKey)).rejects.toThrow();
  expect((await ProofKey.open(store)).pair).toBe(key.pair);
});

test('J18 a proof names request and token, is signed with the key and never the same', async () => {
  const key = await ProofKey.open(new MemoryKeys());
  const proof = await key.prove('REGISTER', 'sip:ims.example', 'token-1');
  const [header, claims] = parts(proof);
  expect(header).toMatchObject({ typ: 'dpop+jwt', alg: 'ES256', jwk: { kty: 'EC', crv: 'P-256' } });
  expect(header?.['jwk']).not.toHaveProperty('d');
  const ath = createHash('sha256').update('token-1').digest('base64url');
  expect(claims).toMatchObject({ htm: 'REGISTER', htu: 'sip:ims.example', ath });
  const [text, signature] = [proof.slice(0, proof.lastIndexOf('.')), proof.slice(proof.lastIndexOf('.') + 1)];
  const good = await crypto.subtle.verify(
    { name: 'ECDSA', hash: 'SHA-256' },
    key.pair.publicKey,
    Buffer.from(signature, 'base64url'),
    Buffer.from(text),
  );
  expect(good).toBe(true);
  const [, again] = parts(await key.prove('REGISTER', 'sip:ims.example', 'token-1'));
  expect(again?.['jti']).not.toBe(claims?.['jti']);
});

test('a browser that keeps nothing has a key for this page', async () => {
  const key = await ProofKey.open(brokenKeys);
  expect(await key.prove('REGISTER', 'sip:ims.example', 't')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
});

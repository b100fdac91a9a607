// SPDX-License-Identifier: Apache-2.0

/** Where the key pair outlives the page; browsers keep a CryptoKey there without ever showing its bits. */
export interface KeyStore {
  load(): Promise<CryptoKeyPair | undefined>;
  save(pair: CryptoKeyPair): Promise<void>;
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256' } as const;

/**
 * The key that this browser profile's tokens are bound to (DPoP, RFC 9449): a script that steals a token cannot use it
 * elsewhere, since the private key cannot be read out, not even by us.
 */
export class ProofKey {
  private constructor(
    readonly pair: CryptoKeyPair,
    private readonly publicJwk: JsonWebKey,
  ) {}

  /** The profile's key, or a new one. A browser that cannot keep it (private window) has it for this page only. */
  static async open(store: KeyStore = new IndexedKeyStore()): Promise<ProofKey> {
    const kept = await store.load().catch(() => undefined);
    const pair = kept ?? (await crypto.subtle.generateKey(algorithm, false, ['sign', 'verify']));
    if (!kept) await store.save(pair).catch(() => undefined);
    const { kty, crv, x, y } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    return new ProofKey(pair, { kty, crv, x, y } as JsonWebKey);
  }

  /** A proof for one request that carries `accessToken`; good for once. */
  async prove(method: string, uri: string, accessToken: string): Promise<string> {
    const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(accessToken));
    const header = { typ: 'dpop+jwt', alg: 'ES256', jwk: this.publicJwk };
    const claims = {
      jti: crypto.randomUUID(),
      htm: method,
      htu: uri,
      iat: Math.floor(Date.now() / 1000),
      ath: base64url(new Uint8Array(hash)),
    };
    const text = [header, claims].map((part) => base64url(new TextEncoder().encode(JSON.stringify(part)))).join('.');
    const signature = await crypto.subtle.sign(
      { name: 'ECDSA', hash: 'SHA-256' },
      this.pair.privateKey,
      new TextEncoder().encode(text),
    );
    return `${text}.${base64url(new Uint8Array(signature))}`;
  }
}

function base64url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

const database = 'softphone';
const table = 'keys';
const entry = 'dpop';

class IndexedKeyStore implements KeyStore {
  load(): Promise<CryptoKeyPair | undefined> {
    return this.run('readonly', (store) => store.get(entry) as IDBRequest<CryptoKeyPair | undefined>);
  }

  async save(pair: CryptoKeyPair): Promise<void> {
    await this.run('readwrite', (store) => store.put(pair, entry));
  }

  private async run<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = indexedDB.open(database, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(table);
    const opened = await settled(opening);
    try {
      return await settled(work(opened.transaction(table, mode).objectStore(table)));
    } finally {
      opened.close();
    }
  }
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB'));
  });
}

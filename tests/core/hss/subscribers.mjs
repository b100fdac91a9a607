// SPDX-License-Identifier: Apache-2.0
// The subscriber database: who exists, which identities belong together, and which S-CSCF serves whom now.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

const escapeXml = (text) => text.replace(/[<>&"']/g, (c) => `&#${c.charCodeAt(0)};`);

export class Subscribers {
  #byImpi = new Map();
  #byImpu = new Map();

  /** `file`: {"realm": …, "subscribers": [{"impi", "impus": […], "password"}]}; the first IMPU is the default one. */
  static fromFile(file) {
    const { realm, subscribers } = JSON.parse(readFileSync(file, 'utf8'));
    return new Subscribers(realm, subscribers);
  }

  constructor(realm, list) {
    this.realm = realm;
    for (const { impi, impus, password } of list) {
      const subscriber = { impi, impus, password, server: null };
      this.#byImpi.set(impi, subscriber);
      for (const impu of impus) this.#byImpu.set(impu, subscriber);
    }
  }

  byImpi(impi) {
    return this.#byImpi.get(impi);
  }

  byImpu(impu) {
    return this.#byImpu.get(impu);
  }

  all() {
    return [...this.#byImpi.values()];
  }

  /** The pair if both exist and belong together, else the 3GPP experimental result (TS 29.229 6.2.2). */
  pair(impi, impu) {
    const subscriber = this.#byImpu.get(impu);
    if (!subscriber || !this.#byImpi.has(impi)) return { error: 5001 };
    return subscriber.impi === impi ? { subscriber } : { error: 5002 };
  }

  digestHa1({ impi, password }) {
    return createHash('md5').update(`${impi}:${this.realm}:${password}`).digest('hex');
  }

  /** The user profile that the S-CSCF loads (TS 29.228 annex E). */
  profile({ impi, impus }) {
    const identities = impus
      .map((impu) => `<PublicIdentity><Identity>${escapeXml(impu)}</Identity></PublicIdentity>`)
      .join('');
    return (
      '<?xml version="1.0" encoding="UTF-8"?>' +
      `<IMSSubscription><PrivateID>${escapeXml(impi)}</PrivateID>` +
      `<ServiceProfile>${identities}</ServiceProfile></IMSSubscription>`
    );
  }
}

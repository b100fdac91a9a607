// SPDX-License-Identifier: Apache-2.0
import * as oauth from 'oauth4webapi';
import { PhoneError } from '../errors';
import type { ProofKey } from './proofKey';

/** The configured WAF: its metadata, read once, and the client that we are to it. */
export class AuthorizationServer {
  readonly client: oauth.Client;
  private metadata: Promise<oauth.AuthorizationServer> | undefined;
  private proofs: Promise<oauth.DPoPHandle | undefined> | undefined;

  constructor(
    readonly issuer: string,
    clientId: string,
    readonly fetcher: typeof fetch,
    /** The key to bind tokens to; undefined: bearer tokens. */
    private readonly openKey?: () => Promise<ProofKey>,
  ) {
    this.client = { client_id: clientId };
  }

  /** OpenID discovery at the issuer; the issuer it states must be ours (RFC 8414 3.3). A failure is not remembered. */
  discover(): Promise<oauth.AuthorizationServer> {
    this.metadata ??= this.read().catch((error: unknown) => {
      this.metadata = undefined;
      throw error;
    });
    return this.metadata;
  }

  get options(): { [oauth.customFetch]: typeof fetch } {
    return { [oauth.customFetch]: this.fetcher };
  }

  /** Thumbprint of the key that tokens will be bound to; undefined for bearer tokens. */
  async keyThumbprint(): Promise<string | undefined> {
    return (await this.proofHandle())?.calculateThumbprint();
  }

  /**
   * A request to the token endpoint and what `process` makes of the answer, with a DPoP proof if tokens are bound. A WAF
   * that wants its nonce in the proof (RFC 9449 8) is asked a second time.
   */
  async requestTokens<T>(
    send: (options: oauth.TokenEndpointRequestOptions) => Promise<Response>,
    process: (response: Response) => Promise<T>,
  ): Promise<T> {
    const DPoP = await this.proofHandle();
    const options = { ...this.options, ...(DPoP && { DPoP }) };
    try {
      return await process(await send(options));
    } catch (error) {
      if (!DPoP || !oauth.isDPoPNonceError(error)) throw error;
      return process(await send(options));
    }
  }

  private proofHandle(): Promise<oauth.DPoPHandle | undefined> {
    const { openKey } = this;
    this.proofs ??= openKey ? openKey().then(({ pair }) => oauth.DPoP(this.client, pair)) : Promise.resolve(undefined);
    return this.proofs;
  }

  private async read(): Promise<oauth.AuthorizationServer> {
    const issuer = new URL(this.issuer);
    let response: Response;
    try {
      response = await oauth.discoveryRequest(issuer, { algorithm: 'oidc', ...this.options });
    } catch (error) {
      throw new PhoneError('waf-unreachable', { detail: this.issuer, cause: error });
    }
    if (response.status >= 500) {
      throw new PhoneError('waf-unreachable', { detail: `HTTP ${response.status}`, status: response.status });
    }
    try {
      const metadata = await oauth.processDiscoveryResponse(issuer, response);
      requireOwnOrigin(metadata, issuer);
      return metadata;
    } catch (error) {
      throw PhoneError.from(error, 'untrusted-authorization-server');
    }
  }
}

/** Metadata that sends codes or refresh tokens to another host is not our WAF's (mix-up, RFC 9700 4.4). */
function requireOwnOrigin(metadata: oauth.AuthorizationServer, issuer: URL): void {
  for (const endpoint of [
    metadata.authorization_endpoint,
    metadata.token_endpoint,
    metadata.revocation_endpoint,
    metadata.end_session_endpoint,
  ]) {
    if (endpoint !== undefined && new URL(endpoint).origin !== issuer.origin) {
      throw new PhoneError('untrusted-authorization-server', { detail: endpoint });
    }
  }
}

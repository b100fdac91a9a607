// SPDX-License-Identifier: Apache-2.0
import { createHash, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';

interface Grant {
  readonly user: string;
  readonly nonce: string;
  readonly challenge: string;
}

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** An authorization server as small as can be, for trying the page without the real one. */
export class LabWaf {
  tokenLife = 600;
  private readonly codes = new Map<string, Grant>();
  private readonly refreshTokens = new Map<string, Grant>();

  constructor(readonly issuer: string) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    const url = new URL(request.url ?? '/', this.issuer);
    switch (url.pathname) {
      case '/.well-known/openid-configuration':
        return json(response, 200, this.metadata());
      case '/jwks':
        return json(response, 200, { keys: [{ ...publicKey.export({ format: 'jwk' }), alg: 'ES256', kid: '1' }] });
      case '/authorize':
        return this.authorize(request, response, url);
      case '/token':
        return json(response, ...this.token(new URLSearchParams(await body(request))));
      case '/logout':
        response.writeHead(303, { location: '/', 'set-cookie': 'user=; Max-Age=0; Path=/; Secure' }).end();
        return true;
      default:
        return false;
    }
  }

  private metadata(): object {
    const { issuer } = this;
    return {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      end_session_endpoint: `${issuer}/logout`,
      jwks_uri: `${issuer}/jwks`,
      response_types_supported: ['code'],
      subject_types_supported: ['public'],
      id_token_signing_alg_values_supported: ['ES256'],
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    };
  }

  private authorize(request: IncomingMessage, response: ServerResponse, url: URL): boolean {
    const asked = url.searchParams;
    const user = asked.get('login') ?? /user=(\w+)/.exec(request.headers.cookie ?? '')?.[1];
    if (!user && asked.get('prompt') !== 'none') {
      const links = ['alice', 'bob'].map((name) => `<a id="${name}" href="${url.href.replace(/&/g, '&amp;')}&amp;login=${name}">${name}</a>`);
      response.writeHead(200, { 'content-type': 'text/html' }).end(links.join(' '));
      return true;
    }
    const back = new URL(asked.get('redirect_uri') ?? '');
    back.searchParams.set('state', asked.get('state') ?? '');
    back.searchParams.set('iss', this.issuer);
    if (user) {
      const code = randomUUID();
      this.codes.set(code, { user, nonce: asked.get('nonce') ?? '', challenge: asked.get('code_challenge') ?? '' });
      back.searchParams.set('code', code);
    } else {
      back.searchParams.set('error', 'login_required');
    }
    const headers: Record<string, string> = { location: back.href };
    if (user) headers['set-cookie'] = `user=${user}; Path=/; Secure`;
    response.writeHead(303, headers).end();
    return true;
  }

  private token(form: URLSearchParams): [number, object] {
    const refresh = form.get('grant_type') === 'refresh_token';
    const [store, key] = refresh
      ? [this.refreshTokens, form.get('refresh_token') ?? '']
      : [this.codes, form.get('code') ?? ''];
    const grant = store.get(key);
    store.delete(key);
    const verifier = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url');
    if (!grant || (!refresh && verifier !== grant.challenge)) return [400, { error: 'invalid_grant' }];
    const next = randomUUID();
    this.refreshTokens.set(next, grant);
    return [200, { ...this.tokens(grant), refresh_token: next }];
  }

  private tokens({ user, nonce }: Grant): object {
    const now = Math.floor(Date.now() / 1000);
    const common = { iss: this.issuer, sub: `u-${user}`, iat: now, exp: now + this.tokenLife };
    const impus = [`sip:${user}@ims.example`];
    return {
      access_token: jwt('at+jwt', { ...common, aud: 'sip:gateway.ims.example', ims: { impus } }),
      id_token: jwt('JWT', { ...common, aud: 'demo', nonce, name: user[0]?.toUpperCase() + user.slice(1) }),
      token_type: 'Bearer',
      expires_in: this.tokenLife,
    };
  }
}

function jwt(typ: string, claims: object): string {
  const text = [{ typ, alg: 'ES256', kid: '1' }, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.');
  return `${text}.${sign('sha256', Buffer.from(text), { key: privateKey, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
}

async function body(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
}

function json(response: ServerResponse, status: number, value: object): boolean {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' }).end(JSON.stringify(value));
  return true;
}

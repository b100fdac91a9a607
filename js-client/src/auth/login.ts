// SPDX-License-Identifier: Apache-2.0
import * as oauth from 'oauth4webapi';
import type { PhoneConfig } from '../config';
import { PhoneError } from '../errors';
import type { AuthorizationServer } from './authorizationServer';
import { type LoginAttempt, keepLoginAttempt, newLoginAttempt, takeLoginAttempt } from './loginAttempt';
import type { Tokens } from './tokens';

/** The address to send the user to: authorization code with PKCE S256, state and nonce. */
export async function loginAddress(
  server: AuthorizationServer,
  config: PhoneConfig,
  storage: Storage,
  silent: boolean,
): Promise<URL> {
  const metadata = await server.discover();
  if (!metadata.authorization_endpoint) {
    throw new PhoneError('misconfigured', { detail: 'the WAF names no authorization endpoint' });
  }
  const attempt = newLoginAttempt(silent);
  const address = new URL(metadata.authorization_endpoint);
  const parameters: Record<string, string> = {
    response_type: 'code',
    client_id: config.clientId,
    redirect_uri: config.redirectUri,
    scope: config.scope,
    state: attempt.state,
    nonce: attempt.nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(attempt.verifier),
    code_challenge_method: 'S256',
  };
  if (silent) parameters['prompt'] = 'none';
  // The code, too, is good only for whoever has the key (RFC 9449 10).
  const thumbprint = await server.keyThumbprint();
  if (thumbprint) parameters['dpop_jkt'] = thumbprint;
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  keepLoginAttempt(storage, attempt);
  return address;
}

/** True where the WAF has sent the browser back to us with an answer. */
export function isLoginAnswer(address: URL, config: PhoneConfig): boolean {
  const callback = new URL(config.redirectUri);
  const named = address.searchParams.has('code') || address.searchParams.has('error');
  return named && address.origin === callback.origin && address.pathname === callback.pathname;
}

/** Checks state, issuer and nonce and exchanges the code. Undefined: a silent attempt found nobody logged in. */
export async function completeLogin(
  server: AuthorizationServer,
  config: PhoneConfig,
  storage: Storage,
  answer: URL,
): Promise<Tokens | undefined> {
  const attempt = takeLoginAttempt(storage);
  if (!attempt) throw new PhoneError('login-mismatch', { detail: 'no login was under way in this tab' });
  const metadata = await server.discover();
  const parameters = checkAnswer(metadata, server.client, answer, attempt);
  if (!parameters) return undefined;
  try {
    const result = await server.requestTokens(
      (options) =>
        request(() =>
          oauth.authorizationCodeGrantRequest(
            metadata,
            server.client,
            oauth.None(),
            parameters,
            config.redirectUri,
            attempt.verifier,
            options,
          ),
        ),
      (response) =>
        oauth.processAuthorizationCodeResponse(metadata, server.client, response, {
          expectedNonce: attempt.nonce,
          requireIdToken: true,
        }),
    );
    return toTokens(result, undefined, Date.now());
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      throw new PhoneError('login-refused', { detail: error.error, status: error.status });
    }
    throw PhoneError.from(error, 'login-mismatch');
  }
}

function checkAnswer(
  metadata: oauth.AuthorizationServer,
  client: oauth.Client,
  answer: URL,
  attempt: LoginAttempt,
): URLSearchParams | undefined {
  try {
    return oauth.validateAuthResponse(metadata, client, answer, attempt.state);
  } catch (error) {
    if (error instanceof oauth.AuthorizationResponseError) {
      if (attempt.silent && asksForUser.has(error.error)) return undefined;
      throw new PhoneError('login-refused', { detail: error.error_description ?? error.error });
    }
    throw PhoneError.from(error, 'login-mismatch');
  }
}

const asksForUser = new Set([
  'login_required',
  'interaction_required',
  'consent_required',
  'account_selection_required',
]);

/** One use of the refresh token; the WAF rotates it. */
export async function refreshTokens(server: AuthorizationServer, tokens: Tokens): Promise<Tokens> {
  const { refreshToken } = tokens;
  if (refreshToken === undefined) throw new PhoneError('session-ended', { detail: 'no refresh token' });
  const metadata = await server.discover();
  try {
    const result = await server.requestTokens(
      (options) =>
        request(() => oauth.refreshTokenGrantRequest(metadata, server.client, oauth.None(), refreshToken, options)),
      (response) => {
        requireWorking(response);
        return oauth.processRefreshTokenResponse(metadata, server.client, response);
      },
    );
    return toTokens(result, tokens, Date.now());
  } catch (error) {
    if (error instanceof oauth.ResponseBodyError) {
      throw new PhoneError('session-ended', { detail: error.error, status: error.status });
    }
    throw PhoneError.from(error, 'session-ended');
  }
}

/** An overloaded WAF has not refused the token. */
function requireWorking(response: Response): void {
  if (response.status < 500 && response.status !== 429) return;
  throw new PhoneError('waf-unreachable', {
    detail: `HTTP ${response.status}`,
    status: response.status,
    retryAfter: Number(response.headers.get('retry-after')) || undefined,
  });
}

async function request(send: () => Promise<Response>): Promise<Response> {
  try {
    return await send();
  } catch (error) {
    throw new PhoneError('waf-unreachable', { detail: 'token endpoint', cause: error });
  }
}

function toTokens(result: oauth.TokenEndpointResponse, previous: Tokens | undefined, now: number): Tokens {
  return {
    accessToken: result.access_token,
    obtainedAt: now,
    expiresAt: now + (result.expires_in ?? 600) * 1000,
    refreshToken: result.refresh_token ?? previous?.refreshToken,
    idToken: result.id_token ?? previous?.idToken,
  };
}

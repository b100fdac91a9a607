// SPDX-License-Identifier: Apache-2.0
import * as oauth from 'oauth4webapi';
import type { PhoneConfig } from '../config';
import type { AuthorizationServer } from './authorizationServer';
import type { Tokens } from './tokens';

/** Revokes the refresh token as far as the WAF can be reached, and gives the address that ends the WAF's own session. */
export async function endSession(
  server: AuthorizationServer,
  config: PhoneConfig,
  tokens: Tokens,
): Promise<URL | undefined> {
  const metadata = await server.discover().catch(() => undefined);
  if (!metadata) return undefined;
  if (metadata.revocation_endpoint && tokens.refreshToken) {
    // Best effort: the end of the WAF's session below takes the grant with it.
    await oauth
      .revocationRequest(metadata, server.client, oauth.None(), tokens.refreshToken, server.options)
      .catch(() => undefined);
  }
  if (!metadata.end_session_endpoint) return undefined;
  const address = new URL(metadata.end_session_endpoint);
  address.searchParams.set('client_id', config.clientId);
  address.searchParams.set('post_logout_redirect_uri', config.postLogoutRedirectUri);
  if (tokens.idToken) address.searchParams.set('id_token_hint', tokens.idToken);
  return address;
}

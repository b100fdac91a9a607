// SPDX-License-Identifier: Apache-2.0

/** The Bearer challenge of a 401 (RFC 8898 4). */
export interface BearerChallenge {
  readonly realm: string | undefined;
  readonly scope: string | undefined;
  readonly authzServer: string | undefined;
  readonly error: string | undefined;
}

/** Reads one WWW-Authenticate value; undefined if its scheme is another. Quoted parameter names are tolerated. */
export function parseBearerChallenge(header: string): BearerChallenge | undefined {
  const scheme = /^\s*Bearer(?:\s+(.*))?$/is.exec(header);
  if (!scheme) return undefined;
  const parameters = new Map<string, string>();
  const item = /"?([A-Za-z0-9_-]+)"?\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g;
  for (const [, name, quoted, token] of (scheme[1] ?? '').matchAll(item)) {
    const value = quoted?.replace(/\\(.)/g, '$1') ?? token ?? '';
    // The first one counts: a repeated parameter must not override what was checked.
    if (name && !parameters.has(name.toLowerCase())) parameters.set(name.toLowerCase(), value);
  }
  return {
    realm: parameters.get('realm'),
    scope: parameters.get('scope'),
    authzServer: parameters.get('authz_server'),
    error: parameters.get('error'),
  };
}

/**
 * RFC 8898 2.1.1: an authorization server that a challenge names is used only if it is one that we are configured to
 * trust. Ours is a list of one, and the string has to be the same (a trailing slash apart).
 */
export function isTrustedServer(challenge: BearerChallenge, issuer: string): boolean {
  const { authzServer } = challenge;
  return authzServer === undefined || stripSlash(authzServer) === stripSlash(issuer);
}

function stripSlash(address: string): string {
  return address.endsWith('/') ? address.slice(0, -1) : address;
}

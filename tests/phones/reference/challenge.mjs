// SPDX-License-Identifier: Apache-2.0
// The gateway's challenge (RFC 8898 section 4): which authorization server to ask, and for what.

/** Parameters of the Bearer challenge among WWW-Authenticate header values; undefined when there is none. */
export function bearerChallenge(headers) {
  for (const header of headers) {
    const scheme = /^\s*bearer\s+/i.exec(header);
    if (!scheme) continue;
    const parameters = {};
    for (const [, name, quoted, plain] of header.slice(scheme[0].length).matchAll(/([\w-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,"]+))/g))
      parameters[name.toLowerCase()] = quoted === undefined ? plain : quoted.replace(/\\(.)/g, '$1');
    return {
      authorizationServer: parameters.authz_server,
      scope: parameters.scope,
      error: parameters.error,
      realm: parameters.realm,
    };
  }
  return undefined;
}

/**
 * RFC 8898 2.1.1: a phone asks only servers that it was told to trust. Whoever can send it a challenge could otherwise
 * have its user type the password into a page of his own.
 */
export function trustedServer(challenge, trusted) {
  const url = challenge?.authorizationServer;
  if (!url) throw new Error('the gateway did not name an authorization server');
  if (!url.startsWith('https://') || !trusted.includes(url)) throw new Error(`not a trusted authorization server: ${url}`);
  return url;
}

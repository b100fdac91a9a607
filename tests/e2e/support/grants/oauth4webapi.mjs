// SPDX-License-Identifier: Apache-2.0
// Every grant by oauth4webapi. The same file runs in Node and, as a module of a page, in Chromium: it imports nothing. `setting` holds the
// library, the server's metadata, what clients know, `via` (fetch options), and what the user does: `browse` and `approve`.

const none = ({ oauth }) => oauth.None();
const secret = ({ oauth, secrets }, id) => oauth.ClientSecretBasic(secrets[id]);

async function login(setting, { pushed = false, ...proof } = {}) {
  const { oauth, server, redirect, scopes } = setting;
  const via = { ...setting.via, ...proof };
  const client = { client_id: 'softphone', id_token_signed_response_alg: 'ES256' };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const nonce = oauth.generateRandomNonce();
  const request = {
    response_type: 'code', redirect_uri: redirect, scope: scopes, state, nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
  };
  let query = { client_id: client.client_id, ...request };
  if (pushed) {
    const sent = await oauth.pushedAuthorizationRequest(server, client, none(setting), request, via);
    query = { client_id: client.client_id, request_uri: (await oauth.processPushedAuthorizationResponse(server, client, sent)).request_uri };
  }
  const back = new URL(await setting.browse(`${server.authorization_endpoint}?${new URLSearchParams(query)}`));
  const answer = oauth.validateAuthResponse(server, client, back, state);
  const response = await oauth.authorizationCodeGrantRequest(server, client, none(setting), answer, redirect, verifier, via);
  const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, { expectedNonce: nonce, requireIdToken: true });
  await oauth.validateApplicationLevelSignature(server, response, setting.via);
  return tokens;
}

async function machine({ oauth, server, via }, client, authentication, options = via) {
  const response = await oauth.clientCredentialsGrantRequest(server, client, authentication, {}, options);
  return oauth.processClientCredentialsResponse(server, client, response);
}

async function introspect(setting, token) {
  const { oauth, server, via } = setting;
  const client = { client_id: 'gateway' };
  return oauth.processIntrospectionResponse(server, client, await oauth.introspectionRequest(server, client, secret(setting, 'gateway'), token, via));
}

async function refreshed(setting, { refresh_token: token }, proof = {}) {
  const { oauth, server } = setting;
  const client = { client_id: 'softphone', id_token_signed_response_alg: 'ES256' };
  const response = await oauth.refreshTokenGrantRequest(server, client, none(setting), token, { ...setting.via, ...proof });
  return oauth.processRefreshTokenResponse(server, client, response);
}

async function generic({ oauth, server, via }, client, authentication, grant, parameters) {
  const response = await oauth.genericTokenEndpointRequest(server, client, authentication, grant, parameters, via);
  return oauth.processGenericTokenEndpointResponse(server, client, response);
}

export const grants = {
  'authorization code': (setting) => login(setting),
  'pushed request': (setting) => login(setting, { pushed: true }),

  async refresh(setting) {
    const first = await login(setting);
    const second = await refreshed(setting, first);
    if (second.refresh_token === first.refresh_token) throw new Error('not rotated');
    return refreshed(setting, second);
  },

  'client credentials': (setting) => machine(setting, { client_id: 'basic' }, secret(setting, 'basic')),

  async private_key_jwt(setting) {
    const key = await crypto.subtle.importKey('jwk', setting.key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
    return machine(setting, { client_id: 'keyed' }, setting.oauth.PrivateKeyJwt({ key, kid: setting.key.kid }));
  },

  mTLS: (setting) => machine(setting, { client_id: 'tls', use_mtls_endpoint_aliases: true }, setting.oauth.TlsClientAuth(), setting.viaCertificate),

  async 'device grant'(setting) {
    const { oauth, server, via } = setting;
    const client = { client_id: 'desk-phone', id_token_signed_response_alg: 'ES256' };
    const started = await oauth.processDeviceAuthorizationResponse(server, client,
      await oauth.deviceAuthorizationRequest(server, client, none(setting), { scope: setting.scopes }, via));
    await setting.approve(started.verification_uri_complete);
    return oauth.processDeviceCodeResponse(server, client, await oauth.deviceCodeGrantRequest(server, client, none(setting), started.device_code, via));
  },

  async 'token exchange'(setting) {
    const { access_token: token } = await login(setting);
    return generic(setting, { client_id: 'portal' }, secret(setting, 'portal'), setting.exchange.grant_type, { ...setting.exchange.parameters, subject_token: token });
  },

  async introspection(setting) {
    const tokens = await login(setting);
    return { ...tokens, told: await introspect(setting, tokens.access_token) };
  },

  async revocation(setting) {
    const { oauth, server, via } = setting;
    const tokens = await login(setting);
    await oauth.processRevocationResponse(await oauth.revocationRequest(server, { client_id: 'softphone' }, none(setting), tokens.refresh_token, via));
    return { ...tokens, told: await introspect(setting, tokens.access_token) };
  },

  async 'first-party challenge'(setting) {
    const { oauth, server } = setting;
    const verifier = oauth.generateRandomCodeVerifier();
    const challenge = { response_type: 'code', scope: setting.scopes, code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' };
    const answer = await (setting.via[oauth.customFetch] ?? fetch)(server.authorization_challenge_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${btoa(`reader:${setting.secrets.reader}`)}` },
      body: new URLSearchParams({ ...challenge, ...setting.user }).toString(),
    });
    const { authorization_code: code } = await answer.json();
    return generic(setting, { client_id: 'reader', id_token_signed_response_alg: 'ES256' }, secret(setting, 'reader'), 'authorization_code', { code, code_verifier: verifier });
  },

  async registration(setting) {
    const { oauth, server, via } = setting;
    const response = await oauth.dynamicClientRegistrationRequest(server, setting.metadata, { ...via, initialAccessToken: setting.initial });
    const client = await oauth.processDynamicClientRegistrationResponse(response);
    return machine(setting, client, oauth.ClientSecretBasic(client.client_secret));
  },

  async DPoP(setting) {
    const { oauth, server } = setting;
    const client = { client_id: 'softphone' };
    const proof = { DPoP: oauth.DPoP(client, await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign'])) };
    const tokens = await refreshed(setting, await login(setting, proof), proof);
    const info = await oauth.userInfoRequest(server, client, tokens.access_token, { ...setting.via, ...proof });
    return { ...tokens, user: (await info.json()).preferred_username };
  },
};

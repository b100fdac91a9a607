// SPDX-License-Identifier: Apache-2.0
// Every grant by openid-client; `setting` as for oauth4webapi, with the discovered `issuer`.
import { generateKeyPairSync } from 'node:crypto';
import { custom, generators } from 'openid-client';

const withSecret = ({ issuer, secrets }, id) =>
  new issuer.Client({ client_id: id, client_secret: secrets[id], token_endpoint_auth_method: 'client_secret_basic', id_token_signed_response_alg: 'ES256' });
const open = ({ issuer, redirect }, id = 'softphone') => new issuer.Client({
  client_id: id, token_endpoint_auth_method: 'none', redirect_uris: [redirect], response_types: ['code'], id_token_signed_response_alg: 'ES256',
});

async function login(setting, { pushed = false, ...proof } = {}) {
  const client = open(setting);
  const verifier = generators.codeVerifier();
  const state = generators.state();
  const nonce = generators.nonce();
  const request = { scope: setting.scopes, state, nonce, code_challenge: generators.codeChallenge(verifier), code_challenge_method: 'S256' };
  let address = client.authorizationUrl(request);
  if (pushed) {
    const { request_uri: uri } = await client.pushedAuthorizationRequest(request);
    address = `${setting.issuer.authorization_endpoint}?${new URLSearchParams({ client_id: 'softphone', request_uri: uri })}`;
  }
  const answer = client.callbackParams(await setting.browse(address));
  return client.callback(setting.redirect, answer, { code_verifier: verifier, state, nonce, response_type: 'code' }, proof);
}

export const grants = {
  'authorization code': (setting) => login(setting),
  'pushed request': (setting) => login(setting, { pushed: true }),

  async refresh(setting) {
    const first = await login(setting);
    const second = await open(setting).refresh(first.refresh_token);
    if (second.refresh_token === first.refresh_token) throw new Error('not rotated');
    return open(setting).refresh(second);
  },

  'client credentials': (setting) => withSecret(setting, 'basic').grant({ grant_type: 'client_credentials' }),

  private_key_jwt({ issuer, key }) {
    const methods = { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256' };
    return new issuer.Client({ client_id: 'keyed', ...methods }, { keys: [key] }).grant({ grant_type: 'client_credentials' });
  },

  mTLS({ issuer, certificate }) {
    const client = new issuer.Client({ client_id: 'tls', token_endpoint_auth_method: 'tls_client_auth' });
    client[custom.http_options] = (url, options) => ({ ...options, ...certificate });
    return client.grant({ grant_type: 'client_credentials' });
  },

  async 'device grant'(setting) {
    const handle = await open(setting, 'desk-phone').deviceAuthorization({ scope: setting.scopes });
    await setting.approve(handle.verification_uri_complete);
    return handle.poll();
  },

  async 'token exchange'(setting) {
    const { access_token: token } = await login(setting);
    const { grant_type, parameters } = setting.exchange;
    return withSecret(setting, 'portal').grant({ grant_type, ...parameters, subject_token: token });
  },

  async introspection(setting) {
    const tokens = await login(setting);
    return { ...tokens, told: await withSecret(setting, 'gateway').introspect(tokens.access_token) };
  },

  async revocation(setting) {
    const tokens = await login(setting);
    await open(setting).revoke(tokens.refresh_token);
    return { ...tokens, told: await withSecret(setting, 'gateway').introspect(tokens.access_token) };
  },

  async 'first-party challenge'(setting) {
    const verifier = generators.codeVerifier();
    const challenge = { response_type: 'code', scope: setting.scopes, code_challenge: generators.codeChallenge(verifier), code_challenge_method: 'S256' };
    const answer = await setting.fetch(setting.server.authorization_challenge_endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', authorization: `Basic ${btoa(`reader:${setting.secrets.reader}`)}` },
      body: new URLSearchParams({ ...challenge, ...setting.user }),
    });
    const { authorization_code: code } = await answer.json();
    return withSecret(setting, 'reader').grant({ grant_type: 'authorization_code', code, code_verifier: verifier });
  },

  async registration(setting) {
    const client = await setting.issuer.Client.register(setting.metadata, { initialAccessToken: setting.initial });
    return client.grant({ grant_type: 'client_credentials' });
  },

  async DPoP(setting) {
    const proof = { DPoP: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey };
    const first = await login(setting, proof);
    const tokens = await open(setting).refresh(first.refresh_token, proof);
    return { ...tokens, user: (await open(setting).userinfo(tokens.access_token, proof)).preferred_username };
  },
};

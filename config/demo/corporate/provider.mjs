// SPDX-License-Identifier: Apache-2.0
// A corporate OpenID provider. usage: node provider.mjs CONFIG.json, with
// { name, port, certificate, key, signingKeys (JWKs, private), waf: { issuer, jwk (public) }, users }.
import { readFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { Provider } from 'oidc-provider';

const config = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const users = JSON.parse(readFileSync(new URL('users.json', import.meta.url), 'utf8'))[config.name];
const issuer = `https://localhost:${config.port}`;

const claimsOf = ({ sub, name, user, phone_number, email, groups }) => ({ sub, name, preferred_username: user, phone_number, email, groups });

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'waf',
    client_name: 'WAF',
    redirect_uris: [`${config.waf.issuer}/federation/${config.name}/callback`],
    post_logout_redirect_uris: [`${config.waf.issuer}/federation/${config.name}/signed-out`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    token_endpoint_auth_method: 'private_key_jwt',
    token_endpoint_auth_signing_alg: 'ES256',
    id_token_signed_response_alg: config.algorithm ?? 'ES256',
    jwks: { keys: [config.waf.jwk] },
    backchannel_logout_uri: `${config.waf.issuer}/backchannel-logout/${config.name}`,
    backchannel_logout_session_required: true,
  }],
  jwks: { keys: config.signingKeys },
  findAccount: (ctx, sub) => {
    const user = users.find((one) => one.sub === sub);
    return user && { accountId: sub, claims: () => claimsOf(user) };
  },
  claims: {
    openid: ['sub'], profile: ['name', 'preferred_username', 'groups'], email: ['email'], phone: ['phone_number'],
  },
  conformIdTokenClaims: false,
  pkce: { required: () => true, methods: ['S256'] },
  cookies: { keys: [config.cookieKey] },
  enabledJWA: { idTokenSigningAlgValues: ['ES256', 'RS256'] },
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    rpInitiatedLogout: { enabled: true },
  },
  // The same certificate authority as the whole demo: NODE_EXTRA_CA_CERTS.
  interactions: { url: (ctx, { uid }) => `/interaction/${uid}` },
  // The WAF is the enterprise's own: nobody is asked for consent.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
    grant.addOIDCScope('openid profile email phone');
    await grant.save();
    return grant;
  },
  ttl: { Session: 3600, Interaction: 600, Grant: 3600, IdToken: 300, AccessToken: 300 },
});

const escape = (text) => text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);

const page = (uid, problem) => `<!doctype html><html lang="en"><meta charset="utf-8"><title>${escape(config.label)}</title>
<style>body{font:16px system-ui;max-width:22rem;margin:4rem auto;padding:0 1rem}label,input,button{display:block;width:100%;margin:.5rem 0}</style>
<h1>${escape(config.label)}</h1><p>${escape(problem)}</p>
<form method="post" action="/interaction/${uid}"><label>User name <input name="login" autofocus required></label>
<label>Password <input name="password" type="password" required></label><button>Sign in</button></form>
<form method="post" action="/interaction/${uid}/abort"><button>Cancel</button></form></html>`;

async function readForm(request) {
  let text = '';
  for await (const chunk of request) if ((text += chunk).length > 10_000) throw new Error('too long');
  return new URLSearchParams(text);
}

async function interact(request, response, uid, abort) {
  response.setHeader('content-type', 'text/html; charset=utf-8');
  if (request.method !== 'POST') return response.end(page(uid, ''));
  if (abort) return provider.interactionFinished(request, response, { error: 'access_denied' });
  const form = await readForm(request);
  const user = users.find((one) => one.user === form.get('login') && one.password === form.get('password'));
  if (!user) return response.end(page(uid, 'The user name or password is not right.'));
  return provider.interactionFinished(request, response, { login: { accountId: user.sub, amr: ['pwd'] } });
}

const serve = provider.callback();
createServer({ cert: readFileSync(config.certificate), key: readFileSync(config.key) }, (request, response) => {
  const [, uid, abort] = /^\/interaction\/([\w-]+)(\/abort)?$/.exec(request.url) ?? [];
  if (!uid) return serve(request, response);
  interact(request, response, uid, Boolean(abort)).catch((error) => {
    response.statusCode = 400;
    response.end(escape(error.message));
  });
}).listen(config.port, '127.0.0.1', () => console.log(`${config.name}: ${issuer}`));
provider.on('server_error', (ctx, error) => console.error('server_error', error.message));
provider.on('backchannel.error', (ctx, error) => console.error('backchannel.error', error.message));
provider.on('grant.error', (ctx, error) => console.error('grant.error', error.message, error.error_detail ?? ''));

// SPDX-License-Identifier: Apache-2.0
// The servers that are measured, each started on its CPU, with the requests that every phase sends to it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listening, start } from '../harness/processes.mjs';
import { startGlewlwyd as startGlewlwydProgram } from './peer/glewlwyd.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const secret = 'bench-secret-of-32-characters-xx';
const basic = `Authorization: Basic ${Buffer.from(`bench:${secret}`).toString('base64')}`;
const form = 'Content-Type: application/x-www-form-urlencoded';
const redirect = 'https://localhost:28443/app/callback';

const users = ['alice', 'bob', 'carol', 'dave'].map((user) => ({ user, password: `${user}-demo` }));

const wafConfig = (port) => `
[server]
issuer = "https://localhost:${port}"
listen = ["127.0.0.1:${port}"]
certificate = "tls/server.pem"
private_key = "tls/server.key"
max_connections_per_address = 4000
[wwsf]
folder = "page"
[store]
file = "waf.db"
[keys]
folder = "keys"
[tokens]
audience = "sip:gateway.ims.example"
waf_identity = "waf.ims.example"
wwsf_identity = "wwsf.ims.example"
[limits]
token_per_client_per_second = 1000000
token_per_confidential_client_per_second = 1000000
token_per_address_per_second = 1000000
login_per_address_per_minute = 1000000
login_per_account_per_minute = 1000000
authorize_per_address_per_minute = 1000000
[log]
level = "error"
[[clients]]
id = "bench"
authentication = "client_secret_basic"
secrets = ["${secret}"]
grant_types = ["client_credentials"]
redirect_uris = []
scopes = ["api.read"]
resources = ["https://resource.example"]
serves = ["https://resource.example"]
[[clients]]
id = "demo"
redirect_uris = ["${redirect}"]
scopes = ["openid", "offline_access", "sip.register"]
${users.map(({ user, password }) => `[[users]]
name = "${user}"
password = "${password}"
impi = "${user}@ims.example"
impus = ["sip:${user}@ims.example"]
`).join('')}`;

const clientCredentials = (target, scope = 'api.read') => ({ target, fields: [basic, form], body: `grant_type=client_credentials&scope=${scope}` });

/** A token of the server for its own introspection endpoint. */
async function tokenOf(port, target, scope = 'api.read') {
  const answer = await fetch(`https://localhost:${port}${target}`, {
    method: 'POST', headers: { authorization: basic.slice('Authorization: '.length), 'content-type': 'application/x-www-form-urlencoded' },
    body: `grant_type=client_credentials&scope=${scope}`,
  });
  if (!answer.ok) throw new Error(`${target} answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()).access_token;
}

/** `sessions`: how many live sessions with a refresh token its store has. */
export async function startWaf(directory, cpu, build, sessions = 64) {
  const port = 28443;
  const waf = join(build, 'waf/waf');
  const config = join(directory, 'waf.toml');
  mkdirSync(join(directory, 'page'), { recursive: true });
  writeFileSync(config, wafConfig(port));
  const tokens = join(directory, 'refresh.txt');
  execFileSync(waf, ['token', 'mint', '--config', config, '--user', 'alice', '--refresh-tokens', String(sessions), '--scope', 'offline_access sip.register', '--out', tokens]);
  const child = start(cpu, waf, ['serve', '--config', config]);
  await listening(port, child);
  const token = await tokenOf(port, '/token');
  return {
    name: 'waf', child, port,
    phases: {
      'client credentials': clientCredentials('/token'),
      'refresh, durable': { target: '/token', fields: [form], body: 'grant_type=refresh_token&client_id=demo&refresh_token=@token@', tokens },
      introspection: { target: '/introspect', fields: [basic, form], body: `token=${token}` },
      jwks: { target: '/jwks', method: 'GET' },
    },
    login: {
      origin: `https://localhost:${port}`, users,
      authorize: `/authorize?${new URLSearchParams({ response_type: 'code', client_id: 'demo', redirect_uri: redirect, scope: 'openid', state: 'x', nonce: 'y', code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM', code_challenge_method: 'S256' })}`,
    },
  };
}

export async function startOidcProvider(directory, cpu) {
  const peer = join(here, 'peer');
  if (!existsSync(join(peer, 'node_modules/oidc-provider'))) execFileSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: peer, stdio: 'inherit' });
  const port = 28444;
  const child = start(cpu, 'node', [join(peer, 'oidc_provider.mjs'), String(port), join(directory, 'tls/server.pem'), join(directory, 'tls/server.key')]);
  await listening(port, child);
  await tokenOf(port, '/token'); // works before it is measured
  return {
    name: 'oidc-provider', child, port,
    // It introspects opaque tokens only, which are not what is compared here.
    phases: {
      'client credentials': clientCredentials('/token'),
      jwks: { target: '/jwks', method: 'GET' },
    },
  };
}

export async function startGlewlwyd(directory, cpu) {
  const port = 28445;
  const child = await startGlewlwydProgram(directory, cpu, port, secret);
  await tokenOf(port, '/api/bench/token', 'g_profile');
  return {
    name: 'glewlwyd', child, port,
    phases: {
      'client credentials': clientCredentials('/api/bench/token', 'g_profile'),
      jwks: { target: '/api/bench/jwks', method: 'GET' },
    },
  };
}

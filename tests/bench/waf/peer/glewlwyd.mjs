// SPDX-License-Identifier: Apache-2.0
// Debian's glewlwyd as a peer: an OpenID plugin with an ES256 key and one client, made through its own API.
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { listening, start } from '../../harness/processes.mjs';

const program = '/usr/bin/glewlwyd';
const schema = '/usr/share/doc/glewlwyd/database/init.sqlite3.sql.gz';

const configuration = (directory, port) => `
port=${port}
bind_address="127.0.0.1"
external_url="https://localhost:${port}"
login_url="login.html"
api_prefix="api"
static_files_path="/usr/share/glewlwyd/webapp/"
log_mode="console"
log_level="NONE"
cookie_domain="localhost"
session_expiration=86400
session_key="session"
admin_session_authentication="cookie"
profile_session_authentication="cookie"
login_api_enabled=true
admin_scope="g_admin"
profile_scope="g_profile"
user_module_path="/usr/lib/glewlwyd/user"
client_module_path="/usr/lib/glewlwyd/client"
user_auth_scheme_module_path="/usr/lib/glewlwyd/scheme"
plugin_module_path="/usr/lib/glewlwyd/plugin"
use_secure_connection=true
secure_connection_key_file="${join(directory, 'tls/server.key')}"
secure_connection_pem_file="${join(directory, 'tls/server.pem')}"
hash_algorithm="SHA512"
database={ type="sqlite3" path="${join(directory, 'glewlwyd.db')}" };
`;

function plugin(port) {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    module: 'oidc', name: 'bench', display_name: 'bench', enabled: true,
    parameters: {
      iss: `https://localhost:${port}`, 'jwt-type': 'ecdsa', 'jwt-key-size': '256',
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }), cert: publicKey.export({ type: 'spki', format: 'pem' }),
      'access-token-duration': 300, 'refresh-token-duration': 86400, 'code-duration': 60, 'refresh-token-rolling': true, 'refresh-token-one-use': 'never',
      'allow-non-oidc': true, 'auth-type-client-enabled': true, 'auth-type-code-enabled': true, 'auth-type-refresh-enabled': true,
      'auth-type-token-enabled': false, 'auth-type-id-token-enabled': false, 'auth-type-none-enabled': false, 'auth-type-password-enabled': false,
      'subject-type': 'public', 'address-claim': { type: 'no' }, 'name-claim': 'no', 'email-claim': 'no', 'scope-claim': 'no',
      'jwks-show': true, 'jwks-x5c': [], 'pkce-allowed': true, 'introspection-revocation-allowed': false, scope: [], claims: [],
    },
  };
}

const client = (secret) => ({
  client_id: 'bench', name: 'bench', confidential: true, client_secret: secret, password: secret, enabled: true,
  authorization_type: ['client_credentials'], token_endpoint_auth_method: ['client_secret_basic'], scope: ['g_profile'],
});

async function setUp(port, secret) {
  const api = `https://localhost:${port}/api`;
  let cookie = '';
  const post = async (path, body) => {
    const answer = await fetch(api + path, { method: 'POST', headers: { 'content-type': 'application/json', cookie }, body: JSON.stringify(body) });
    if (!answer.ok) throw new Error(`glewlwyd: ${path} answered ${answer.status}: ${await answer.text()}`);
    cookie ||= answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  };
  await post('/auth/', { username: 'admin', password: 'password' }); // the schema's own first user
  await post('/mod/plugin/', plugin(port));
  await post('/client/', client(secret));
}

/** `secret`: of its client "bench", to be sent by HTTP Basic. */
export async function startGlewlwyd(directory, cpu, port, secret) {
  if (!existsSync(program)) throw new Error('glewlwyd is missing: see config/peer-packages.txt');
  const database = join(directory, 'glewlwyd.db');
  rmSync(database, { force: true });
  execFileSync('sqlite3', [database], { input: gunzipSync(readFileSync(schema)) });
  const config = join(directory, 'glewlwyd.conf');
  writeFileSync(config, configuration(directory, port));
  const child = start(cpu, program, [`--config-file=${config}`]);
  await listening(port, child);
  await setUp(port, secret);
  return child;
}

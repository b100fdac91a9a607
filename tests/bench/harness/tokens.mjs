// SPDX-License-Identifier: Apache-2.0
// Access tokens for many users, minted by the WAF's own command, and the key set that verifies them.
import { execFileSync } from 'node:child_process';
import { createPublicKey } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

// What the gateway of config/bench.toml expects of its issuer.
const configuration = `
[server]
issuer = "https://localhost:8443"
listen = ["127.0.0.1:8443"]
certificate = "tls/server.pem"
private_key = "tls/server.key"
[wwsf]
folder = "."
gateways = ["wss://localhost:17443"]
[store]
file = "waf.db"
[keys]
folder = "keys"
[tokens]
audience = "sip:gateway.ims.example"
waf_identity = "waf.ims.example"
wwsf_identity = "wwsf.ims.example"
`;

/** Writes jwks.json and tokens.jsonl (one JSON object a line) into `directory`. Returns the token file's name. */
export function writeTokens(waf, directory, users) {
  const config = join(directory, 'waf.toml');
  const file = join(directory, 'tokens.jsonl');
  writeFileSync(config, configuration);
  execFileSync(waf, ['token', 'mint', '--config', config, '--users', String(users), '--out', file]);
  const keys = readdirSync(join(directory, 'keys')).filter((name) => name.endsWith('.pem')).map((name) => {
    const jwk = createPublicKey(readFileSync(join(directory, 'keys', name))).export({ format: 'jwk' });
    return { ...jwk, kid: basename(name, '.pem'), alg: 'ES256', use: 'sig' };
  });
  writeFileSync(join(directory, 'jwks.json'), JSON.stringify({ keys }));
  return file;
}

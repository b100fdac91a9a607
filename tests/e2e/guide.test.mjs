// SPDX-License-Identifier: Apache-2.0
// The operators' guides say what works: every block of commands in them is run, in its order, at a running WAF. Placeholders in capitals
// are what an operator would put there.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { slot } from '../core/ports.mjs';
import { WafAlone } from './support/waf-alone.mjs';

const operations = randomBytes(32).toString('base64url');
const ports = slot(7);
const waf = new WafAlone({ name: 'guide', ports, config: `
[[users]]
name = "alice"
password = "alice-demo"
impi = "alice@ims.example"
impus = ["sip:alice@ims.example"]
[[clients]]
id = "desk-phone"
name = "Desk phone"
redirect_uris = []
scopes = ["openid", "offline_access", "sip.register", "sip.call"]
grant_types = ["urn:ietf:params:oauth:grant-type:device_code", "refresh_token"]
[[clients]]
id = "operations"
authentication = "client_secret_basic"
secret_digests = ["${createHash('sha256').update(operations).digest('base64url')}"]
grant_types = ["client_credentials"]
redirect_uris = []
scopes = ["waf.admin"]
resources = ["https://localhost:${ports.waf}"]
[[clients]]
id = "CLIENT_ID"
name = "One to be ended"
redirect_uris = ["https://localhost/cb"]
scopes = ["openid"]
[[pools]]
name = "guests"
clients = ["shop-wwsf"]
wwsf_identity = "shop.example"
impi = "guest{n}@ims.example"
impus = ["sip:guest{n}@ims.example"]
first = 1
last = 500
` });
const secrets = join(waf.directory, 'secrets');

/** The shell has the `waf` that it would have, keeps what is printed once, and takes a refusal by a server for a failure. */
const prelude = `
set -euo pipefail
waf() {
  local out
  out=$("$PROGRAM" "$@" --config waf.toml)
  case "$1 $2" in "client add" | "client secret") printf %s "$out" > "secrets/$3" ;; esac
  printf '%s\\n' "$out"
}
curl() { command curl --silent --show-error --fail-with-body --cacert tls/ca.pem "$@"; echo; }
`;

/** Keys that a block has dropped: the server takes that over a moment later. */
const dropped = new Set();
function kid() {
  for (let tries = 0; tries < 30; ++tries) {
    const { keys } = JSON.parse(execFileSync('curl', ['-s', '--cacert', 'tls/ca.pem', `${waf.issuer}/jwks`], { cwd: waf.directory }));
    if (!keys.some((key) => dropped.has(key.kid))) return keys[0].kid;
    execFileSync('sleep', ['0.1']);
  }
  throw new Error('the server still publishes a key that was dropped');
}
const byBasic = (id) => JSON.parse(execFileSync('curl', ['-s', '--cacert', 'tls/ca.pem', '-u', `${id}:${readFileSync(join(secrets, id), 'utf8')}`,
  '-d', 'grant_type=client_credentials', `${waf.issuer}/token`], { cwd: waf.directory })).access_token;

/** What stands for TOKEN in the block with this text. */
const tokens = [
  ['orders:SECRET', () => byBasic('shop')],
  ['portal:SECRET', () => waf.run('token', 'mint', '--user', 'alice', '--client', 'desk-phone', '--scope', 'openid stock.read', '--audience', 'https://portal.example')],
];

function filledIn(block, values) {
  const token = tokens.find(([text]) => block.includes(text))?.[1]();
  return block
    .replaceAll(/https:\/\/(login\.example\.com|localhost:8443)/g, waf.issuer)
    .replaceAll('/var/backups/', './')
    .replaceAll(/([\w-]+):SECRET/g, '"$1:$(cat secrets/$1)"')
    .replaceAll(/(?<![$\w])TOKEN\b(?!=)/g, token ?? 'TOKEN')
    .replaceAll(/\b(KID|USER_ID)\b/g, (name) => values[name]());
}

/** The blocks without a language in which a line begins with a command of ours. */
function blocksOf(guide) {
  const text = readFileSync(fileURLToPath(new URL(`../../docs/guide/${guide}.md`, import.meta.url)), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map(([, language, block]) => (language ? '' : block));
  return blocks.filter((block) => /^(waf |curl |TOKEN=)/m.test(block));
}

function run(block) {
  let user;
  const named = () => {
    const found = kid();
    if (block.includes('waf keys drop')) dropped.add(found);
    return found;
  };
  const values = { KID: named, USER_ID: () => user ?? (user = userId()) };
  return execFileSync('bash', ['-c', prelude + filledIn(block, values)], {
    cwd: waf.directory, encoding: 'utf8', env: { ...process.env, PROGRAM: waf.program }, stdio: ['ignore', 'pipe', 'pipe'],
  });
}

function userId() {
  const token = byBasic('operations');
  const users = execFileSync('curl', ['-s', '--cacert', 'tls/ca.pem', '-H', `Authorization: Bearer ${token}`, `${waf.issuer}/admin/v1/users`], { cwd: waf.directory });
  return JSON.parse(users).items[0].id;
}

/** What must come out of the block with this text. */
const expected = [
  ['orders:SECRET', /"active":true/],
  ['portal:SECRET', /"issued_token_type"/],
  ['shop-wwsf:SECRET', /"impi":"guest\d+@ims\.example"/],
  ['/device_authorization', /"user_code"/],
  ['/admin/v1/users', /"enabled":false/],
  ['waf store check', /\w/],
];

/** What is refused at this moment, as the guide says: a new key signs only after ten minutes. */
const refused = [['waf keys retire', /rotate first/]];

before(async () => {
  mkdirSync(secrets);
  writeFileSync(join(secrets, 'operations'), operations);
  await waf.start();
});

after(() => waf.stop());

for (const guide of ['clients', 'devices', 'waf-operation']) {
  for (const block of blocksOf(guide)) {
    test(`${guide}: ${block.split('\n')[0].slice(0, 60)}`, () => {
      const refusal = refused.find(([text]) => block.includes(text));
      if (refusal) return assert.throws(() => run(block), refusal[1]);
      const out = run(block);
      for (const [text, pattern] of expected) if (block.includes(text)) assert.match(out, pattern);
      return undefined;
    });
  }
}

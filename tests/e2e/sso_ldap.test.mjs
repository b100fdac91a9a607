// SPDX-License-Identifier: Apache-2.0
// Users of a directory: a real slapd, over LDAPS and StartTLS, as it should be and as it should not.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ensureCertificates } from '../core/certificates.mjs';
import { Corporate } from '../core/corporate.mjs';
import { sleep } from '../core/processes.mjs';
import { authorize, login } from './support/login.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { decode } from './support/tokens.mjs';

const startTls = () => `
[[directories]]
name = "starttls"
uris = ["ldap://127.0.0.1:${system.ports.corporate.ldap}"]
ca_file = "tls/ca.pem"
bind_dn = "cn=waf,dc=corp,dc=example"
bind_password_file = "corporate/directory-password"
base_dn = "ou=people,dc=corp,dc=example"
filter = "(uid={user})"
realms = ["tls.example"]
group_base_dn = "ou=groups,dc=corp,dc=example"
group_filter = "(member={dn})"
retry = "1s"

[directories.mapping]
claims = ["uid", "cn", "groups"]
domains = ["ims.example"]
impi = "{uid}@ims.example"
impus = ["sip:{uid}@ims.example"]
display_name = "{cn}"
groups = "groups"
scopes = ["webrtc-ims-client-access-to-ims", "sip.register"]
group_scopes = [{ group = "callers", scopes = ["sip.call"] }, { group = "writers", scopes = ["sip.message"] }]
`;

const quick = 'connect_timeout = "1s"\noperation_timeout = "1s"\nretry = "1s"\nbase_dn = "dc=corp,dc=example"';
const edit = ({ name, text }) => (name === 'waf.toml' ? text.replace('base_dn = "dc=corp,dc=example"', quick) + startTls() : text);
const { ready, system, browser } = scene({ name: 'sso_ldap', slot: 7, edit });
const corporate = new Corporate(system);
const wafLog = () => readFileSync(system.processes.logFile('waf'), 'utf8');

ready(() => corporate.startDirectory());

const claimsOf = async (user, password) => decode((await login(system, user, password && { password })).access_token)[1];
/** What the login page says to a name and a password: the status in the message of the failure. */
const refusal = (user, password) => authorize(system, { user, password }).then(() => 'signed in', (error) => error.message);
const refused = / stopped at \/login: 400 /;
const away = / stopped at \/login: 503 /;

test('E05 a user of the directory gets an account and the scopes of his groups', async () => {
  const claims = await claimsOf('frank');
  assert.equal(claims.ims.impi, 'frank@ims.example');
  assert.deepEqual(claims.ims.impus, ['sip:frank@ims.example', 'tel:+1555010006']);
  assert.match(claims.scope, /sip\.call/);
  assert.doesNotMatch(claims.scope, /sip\.message/);
  assert.equal((await claimsOf('frank')).sub, claims.sub, 'the second login finds the account of the first');
});

test('E05 StartTLS, a realm in the name, and groups found by a search', async () => {
  const tokens = await login(system, 'heidi@tls.example', { password: 'heidi-demo' });
  const [, claims] = decode(tokens.access_token);
  assert.equal(claims.ims.impi, 'heidi@ims.example');
  assert.match(claims.scope, /sip\.message/);
  assert.doesNotMatch(claims.scope, /sip\.call/);
});

test('a user of the directory is registered in the IMS', async () => {
  const chromium = await browser(440);
  const softphone = await SoftphonePage.registered(chromium, 'frank');
  assert.match(await softphone.part('identity').innerText(), /sip:frank@ims\.example/);
  await softphone.page.context().close();
});

test('E05 E06 Attack55 wrong, empty and clever names and passwords are all refused alike', async () => {
  const attempts = [
    ['frank', 'wrong'], ['nobody', 'frank-demo'], ['*', 'frank-demo'], ['fran*', 'frank-demo'], ['*)(uid=*', 'frank-demo'],
    ['frank)(|(uid=*', 'frank-demo'], ['frank\\2a', 'frank-demo'], ['twin', 'twin-demo'], ['frank', ''], ['cn=waf,dc=corp,dc=example', 'waf-demo'],
  ];
  for (const [user, password] of attempts) assert.match(await refusal(user, password), refused, `${user} / ${password}`);
  assert.match(wafLog(), /directory staff: login refused: wrong_password/);
  assert.match(wafLog(), /directory staff: login refused: no_such_user/);
  assert.match(wafLog(), /directory staff: login refused: several_users/);
  await sleep(1500); // frank's one failure has its pause
});

test('a directory that is down is not a wrong password, and counts for nobody', async () => {
  await corporate.stop('slapd');
  for (let attempt = 0; attempt < 12; attempt += 1) assert.match(await refusal('frank', 'frank-demo'), away);
  assert.equal((await claimsOf('alice')).ims.impi, 'alice@ims.example', 'local users do not need it');
  await corporate.runDirectory();
  await sleep(1500);
  assert.equal((await claimsOf('frank')).ims.impi, 'frank@ims.example');
});

test('a directory that hangs holds nobody for longer than its time-outs', async () => {
  const { pid } = system.processes.alive().find((entry) => entry.name === 'slapd');
  process.kill(pid, 'SIGSTOP');
  try {
    const began = Date.now();
    assert.match(await refusal('frank', 'frank-demo'), away);
    assert.ok(Date.now() - began < 10_000, `took ${Date.now() - began} ms`);
    assert.match(await refusal('frank', 'frank-demo'), away);
  } finally {
    process.kill(pid, 'SIGCONT');
  }
  await sleep(1500);
  assert.equal((await claimsOf('frank')).ims.impi, 'frank@ims.example');
});

test('Attack94 a directory with another authority\'s certificate gets no password', async () => {
  const foreign = join(system.runDir, 'foreign-tls');
  mkdirSync(foreign, { recursive: true });
  ensureCertificates(foreign);
  await corporate.stop('slapd');
  await corporate.startDirectory({ certificates: foreign });
  assert.match(await refusal('frank', 'frank-demo'), away);
  assert.match(await refusal('heidi@tls.example', 'heidi-demo'), away);
  assert.match(wafLog(), /directory staff: ldaps:\S+ connection failed/);
  await corporate.stop('slapd');
});

test('E04 waf map shows what the rules make of a user', () => {
  const program = join(process.env.GATEWAY_BUILD_DIR ?? 'build/release', 'waf/waf');
  const map = (claims) => execFileSync(program, ['map', '--dry-run', '--provider', 'staff', '--claims', '-', '--config', join(system.runDir, 'waf.toml')],
    { input: JSON.stringify(claims), encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  assert.match(map({ uid: 'Frank', cn: 'Frank', groups: ['callers'] }), /^impi\tfrank@ims\.example\nimpu\tsip:frank@ims\.example\n/);
  assert.throws(() => map({ cn: 'Frank' }), /refused: missing_claim: uid/);
});

test('A37 no password is in the log', () => {
  assert.doesNotMatch(wafLog(), /-demo|wrong password of/);
});

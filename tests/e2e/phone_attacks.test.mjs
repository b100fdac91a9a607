// SPDX-License-Identifier: Apache-2.0
// Attacks on the way in of phones: each is refused as it should be, and nothing of it reaches the core.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { sleep, waitFor } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { assertCoreUntouched } from './support/core-watch.mjs';
import { login } from './support/login.mjs';
import { challenges, digestAnswer, digestChallenge, registerOf, registerWithCode } from './support/phone-register.mjs';
import { scene } from './support/scene.mjs';
import { StreamPeer } from './support/tls-peer.mjs';
import { UdpPeer } from './support/udp-peer.mjs';

// Beside the demo's listeners one that is left as it comes: UDP and TCP without cleartext.
const strict = (port) => ['udp', 'tcp'].map((transport) => `\n[[phones.listen]]\ntransport = "${transport}"\naddress = "127.0.0.1:${port}"\n`).join('');
const { ready, own, system, browser } = scene({
  name: 'phone_attacks', slot: 2,
  edit: ({ name, text }) => (name === 'wic-gateway.toml' ? `${text}${strict(12026)}` : text.replace('[access_codes]', '[access_codes]\nminted_per_user_per_hour = 60')),
});
const strictPort = 12026;
const secrets = [];
let page;

ready(async () => {
  page = await AccessCodePage.open(await browser(440), 'dave');
});

async function freshCode() {
  await page.visit();
  const code = await page.code();
  secrets.push(code);
  return code;
}

async function tls(options) {
  const peer = own(await StreamPeer.open(system, options));
  return { peer, send: (what) => peer.request(registerOf(peer, what)) };
}

async function udp(port = system.ports.sip, address = '127.0.0.1') {
  const peer = own(await new UdpPeer({ address }).open());
  return { peer, send: (what) => peer.request(registerOf(peer, what), { host: '127.0.0.1', port }) };
}

/** Once the core is done with what was allowed before (its NOTIFY comes after the 200). */
async function untouched(action) {
  await sleep(500);
  return assertCoreUntouched(system.core, action);
}

test('B19 C10 the first challenge over TLS is Digest SHA-256, the last Bearer; a downgrade to Digest takes no token or password', async () => {
  await untouched(async () => {
    const { send } = await tls();
    const first = await send({});
    assert.equal(first.status, 401);
    const offered = challenges(first);
    assert.match(offered[0], /^Digest .*algorithm=SHA-256/);
    assert.match(offered.at(-1), new RegExp(`^Bearer .*authz_server="${system.origin}"`));
    const answer = digestAnswer({ challenge: offered[0], code: 'dave-demo' });
    assert.equal((await send({ authorization: answer })).status, 401, "the user's password is no code");
  });
});

test('Attack61 guesses end the code after three', async () => {
  const code = await freshCode();
  await untouched(async () => {
    for (const guess of ['000000000000', '111111111111', '222222222222']) {
      const { send } = await tls();
      assert.equal((await registerWithCode(send, { code: guess })).status, 401);
    }
    const { send } = await tls();
    assert.equal((await registerWithCode(send, { code })).status, 401, 'the right one comes too late');
  });
});

test('Attack63 Attack65 a code works for one phone; its Digest cannot be replayed', async () => {
  const code = await freshCode();
  const { send } = await tls();
  const challenge = digestChallenge(await send({ instance: 'own' }), 'SHA-256');
  const authorization = digestAnswer({ challenge, code });
  assert.equal((await send({ instance: 'own', authorization })).status, 200);
  await untouched(async () => {
    const again = await send({ instance: 'own', authorization });
    assert.equal(again.status, 401);
    assert.match(challenges(again)[0], /stale=true/);
    const elsewhere = await tls({ from: '127.0.0.2' });
    const foreign = await elsewhere.send({ instance: 'own', authorization: digestAnswer({ challenge, code, count: '00000002' }) });
    assert.equal(foreign.status, 401, 'a nonce of another address');
    assert.match(challenges(foreign)[0], /stale=true/);
    const made = await send({ instance: 'own', authorization: digestAnswer({ challenge, code, nonce: 'bWFkZSB1cA' }) });
    assert.match(challenges(made)[0], /stale=true/, 'a nonce of nobody');
    const thief = await tls();
    assert.equal((await registerWithCode(thief.send, { code, instance: 'thief' })).status, 401, 'a second phone');
  });
  await page.shows('tried to use the code of another phone');
});

test('Attack70 a code is worth nothing with the name of another', async () => {
  const code = await freshCode();
  await untouched(async () => {
    const { send } = await tls();
    assert.equal((await registerWithCode(send, { code, user: 'alice' })).status, 401);
    const other = await tls();
    const challenge = digestChallenge(await other.send({}), 'SHA-256');
    const mixed = await other.send({ user: 'alice', authorization: digestAnswer({ challenge, user: 'dave', code }) });
    assert.equal(mixed.status, 403, 'the name of the Digest is not the one of To');
  });
});

test('Attack71 a cancelled code and one without its leading digit are refused', async () => {
  const code = await freshCode();
  await untouched(async () => {
    const { send } = await tls();
    assert.equal((await registerWithCode(send, { code: code.slice(1) })).status, 401);
    await page.page.getByRole('button', { name: 'Cancel the code' }).click();
    await page.page.getByText('The code no longer works.').waitFor();
    assert.equal((await registerWithCode((await tls()).send, { code })).status, 401);
  });
});

test('Attack68 an algorithm that a listener does not offer is not taken', async () => {
  const code = await freshCode();
  await untouched(async () => {
    const { send } = await tls({ port: system.ports.sipsPlain });
    const challenge = digestChallenge(await send({}), 'MD5');
    assert.equal((await send({ authorization: digestAnswer({ challenge, code, algorithm: 'SHA-256' }) })).status, 401);
  });
});

test('Attack67 a listener left as it comes offers nothing over UDP and TCP', async () => {
  await untouched(async () => {
    for (const { send } of [await udp(strictPort), await tls({ transport: 'tcp', port: strictPort })]) {
      const answer = await send({});
      assert.equal(answer.status, 403);
      assert.deepEqual(challenges(answer), []);
    }
  });
});

test('Attack69 a code in a body is not taken over TCP', async () => {
  const code = await freshCode();
  await untouched(async () => {
    const { send } = await tls({ transport: 'tcp', port: strictPort });
    const answer = await send({ headers: [['Content-Type', 'application/x-www-form-urlencoded']], body: `grant_type=authorization_code&code=${code}` });
    assert.equal(answer.status, 403);
  });
});

test('C06 a code in the body of REGISTER signs a phone in over TLS; anything else in the body is 400', async () => {
  const code = await freshCode();
  const form = [['Content-Type', 'application/x-www-form-urlencoded']];
  const { send } = await tls();
  await untouched(async () => {
    for (const body of [`grant_type=authorization_code&code=${code}&code=${code}`, `grant_type=authorization_code&code=12ab`, 'code=1']) {
      assert.equal((await send({ headers: form, body })).status, 400, body.replace(code, 'CODE'));
    }
  });
  const answer = await send({ instance: 'body', headers: form, body: `grant_type=authorization_code&code=${code}` });
  assert.equal(answer.status, 200);
});

test('Attack27 a token over UDP is refused and reported to the WAF', async () => {
  const tokens = await login(system, 'dave');
  secrets.push(tokens.access_token);
  await untouched(async () => {
    const { send } = await udp();
    assert.equal((await send({ authorization: `Bearer ${tokens.access_token}` })).status, 403);
  });
  assert.equal(await system.metric('wic_gateway_tokens_exposed_total'), 1);
  // The WAF has taken it back: it registers nobody over TLS either.
  await waitFor('the token to be revoked', async () => {
    const { peer, send } = await tls();
    const { status } = await send({ instance: 'exposed', authorization: `Bearer ${tokens.access_token}` });
    peer.close();
    return status === 401;
  }, { timeout: 3000 });
});

test('Attack77 Attack90 To and From differ, calls before REGISTER: 403', async () => {
  await untouched(async () => {
    const { peer, send } = await tls();
    const invite = registerOf(peer, {});
    const headers = invite.headers.map(([name, value]) => [name, name === 'CSeq' ? '1 INVITE' : value]);
    assert.equal((await peer.request({ method: 'INVITE', uri: 'sip:alice@ims.example', headers })).status, 403);
    assert.equal((await send({ from: 'alice' })).status >= 400, true);
  });
});

test('a source address that is not allowed, or is another than that of the sign-in, gets nowhere over UDP', async () => {
  const code = await freshCode();
  const first = await udp();
  assert.equal((await registerWithCode(first.send, { code, algorithm: 'MD5', instance: 'udp' })).status, 200);
  await untouched(async () => {
    const spoofed = await udp(system.ports.sip, '127.0.0.9');
    assert.equal((await registerWithCode(spoofed.send, { code, algorithm: 'MD5', instance: 'udp' })).status, 401);
    const invite = registerOf(first.peer, {});
    const headers = invite.headers.map(([name, value]) => [name, name === 'CSeq' ? '1 INVITE' : value]);
    const called = await spoofed.peer.request({ method: 'INVITE', uri: 'sip:alice@ims.example', headers }, { host: '127.0.0.1', port: system.ports.sip });
    assert.equal(called.status, 403, 'a registration belongs to its source address');
  });
});

test('Attack72 no core of WAF or gateway is written', () => {
  for (const name of ['wic-gateway', 'waf']) {
    const { pid } = system.processes.alive().find((entry) => entry.name === name);
    assert.match(readFileSync(`/proc/${pid}/limits`, 'utf8'), /^Max core file size +0 +0 /m);
  }
});

test('Attack72 no code and no token in any log', () => {
  for (const name of ['wic-gateway', 'waf']) {
    const text = readFileSync(system.processes.logFile(name), 'utf8');
    for (const secret of secrets) assert.ok(!text.includes(secret), `${name}.log holds a secret`);
  }
  assert.ok(secrets.length > 5);
});

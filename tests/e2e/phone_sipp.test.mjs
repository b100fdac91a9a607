// SPDX-License-Identifier: Apache-2.0
// sipp as the barest phone there is: Digest with an access code over UDP and TCP, then a call whose sound comes back.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { sleep } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { assertCoreUntouched } from './support/core-watch.mjs';
import { registerOf, registerWithCode } from './support/phone-register.mjs';
import { scene } from './support/scene.mjs';
import { header } from './support/sip.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { StreamPeer } from './support/tls-peer.mjs';
import { assertTone } from './support/tone.mjs';

const edit = ({ name, text }) => (name === 'waf.toml' ? text.replace('[access_codes]', '[access_codes]\nlifetime = "1m"\nfailures_per_realm_per_minute = 12') : text);
const { ready, own, system, browser } = scene({ name: 'phone_sipp', slot: 5, edit });
const scenario = fileURLToPath(new URL('support/sipp-code-call.xml', import.meta.url));
const aliceTone = 440;
let alice;
let codes;
/** A code of carol's that nobody uses while the other tests run. */
const unused = {};

ready(async () => {
  const chromium = await browser(aliceTone);
  alice = await SoftphonePage.registered(chromium, 'alice');
  codes = await AccessCodePage.open(chromium, 'dave');
  unused.code = await (await AccessCodePage.open(chromium, 'carol')).code();
  unused.until = Date.now() + 61_000;
});

/** Runs the scenario once; `ended` is its exit status. */
function sipp(transport, code, number) {
  const values = join(system.runDir, `sipp-${number}.csv`);
  writeFileSync(values, `SEQUENTIAL\ndave;[authentication username=dave password=${code}];alice\n`, { mode: 0o600 });
  const { sipPort } = system.ports.phoneNumber(number);
  const errors = join(system.runDir, `sipp-${number}.errors`);
  const child = spawn('sipp', [
    `127.0.0.1:${system.ports.sip}`, '-sf', scenario, '-inf', values, '-m', '1', '-t', transport, '-i', '127.0.0.1', '-p', String(sipPort),
    '-mi', '127.0.0.1', '-mp', String(system.ports.spare + 4 * number), '-rtp_echo', '-auth_uri', 'ims.example', '-trace_err', '-error_file', errors, '-nostdin', '-timeout', '60',
  ], { cwd: system.runDir, stdio: ['ignore', 'ignore', 'ignore'] });
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  own({ stop: () => void child.kill('SIGKILL') });
  return { ended, errors: () => { try { return readFileSync(errors, 'utf8'); } catch { return ''; } } };
}

let number = 0;
for (const [transport, option] of Object.entries({ UDP: 'u1', TCP: 't1' })) {
  test(`C01 C05 sipp over ${transport}: a typed code registers it, and its call with the browser has sound both ways`, async () => {
    await codes.visit();
    const phone = sipp(option, await codes.code(), number++);
    await alice.waitIncoming().catch((error) => { throw new Error(`${error.message}\n${phone.errors()}`); });
    assert.match(await system.admin('/registrations'), /dave@ims\.example/);
    await alice.answer();
    await alice.waitCall('active');
    // What she hears is her own tone: it went to the phone and came back.
    assertTone(await alice.listen(4.5), aliceTone, { seconds: 3.5, who: 'alice' });
    await alice.hangUp();
    assert.equal(await phone.ended, 0, phone.errors());
  });
}

test('Attack71 a code is refused once its minute is over', async () => {
  await sleep(Math.max(0, unused.until - Date.now()));
  await assertCoreUntouched(system.core, async () => {
    const peer = own(await StreamPeer.open(system));
    const answer = await registerWithCode((what) => peer.request(registerOf(peer, what)), { code: unused.code, user: 'carol' });
    assert.equal(answer.status, 401);
    assert.ok(!(await system.admin('/registrations')).includes('carol@ims.example'));
  });
});

test('Attack62 one guess each from many addresses and at many users runs into the limit of the realm', async () => {
  await codes.visit();
  const code = await codes.code();
  await sleep(500);
  await assertCoreUntouched(system.core, async () => {
    for (let n = 1; n <= 14; ++n) {
      const peer = own(await StreamPeer.open(system, { from: `127.0.${n}.1` }));
      const send = (what) => peer.request(registerOf(peer, what));
      const { status } = await registerWithCode(send, { code: '000000000000', user: `user${n}` });
      assert.ok(status === 401 || status === 503, String(status));
    }
    const peer = own(await StreamPeer.open(system, { from: '127.0.99.1' }));
    const answer = await registerWithCode((what) => peer.request(registerOf(peer, what)), { code });
    assert.equal(answer.status, 503, 'nobody gets in while the limit holds');
    assert.ok(Number(header(answer, 'Retry-After')) > 0);
  });
  assert.ok((await codes.page.locator('#code').innerText()).length > 0, 'the code itself has lost nothing');
});

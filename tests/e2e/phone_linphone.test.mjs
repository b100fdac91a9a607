// SPDX-License-Identifier: Apache-2.0
// Linphone with an access code for a password: over TLS with SRTP, over UDP without, calls both ways with a browser.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { Linphone } from '../core/linphone.mjs';
import { waitFor } from '../core/processes.mjs';
import { AccessCodePage } from './support/access-code-page.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';
import { assertTone, ending } from './support/tone.mjs';
import { isWhole, readWav, sine, writeWav } from './support/wav.mjs';

// Listeners for phones that take nothing but one kind of SRTP. Linphone 5.1 ends itself at a Bearer challenge: they have none.
const listener = (port, offer) => `
[[phones.listen]]
transport = "tls"
address = "127.0.0.1:${port}"
certificate = "tls/server.pem"
private_key = "tls/server.key"
digest = ["SHA-256", "MD5"]
tokens = false
media_offer = "${offer}"
`;
const [sdesPort, dtlsPort] = [24026, 24027];
const edit = ({ name, text }) => (name === 'wic-gateway.toml' ? text + listener(sdesPort, 'sdes') + listener(dtlsPort, 'dtls') : text);
const { ready, own, system, browser } = scene({ name: 'phone_linphone', slot: 4, edit });
const [aliceTone, daveTone] = [440, 880];
let alice;
let codes;
let tone;

ready(async () => {
  const chromium = await browser(aliceTone);
  alice = await SoftphonePage.registered(chromium, 'alice');
  codes = await AccessCodePage.open(chromium, 'dave');
  tone = join(system.runDir, 'dave.wav');
  writeWav(tone, sine({ rate: 8000, frequency: daveTone, seconds: 60 }));
});

const host = 'localhost';
const ways = {
  'TLS, SRTP with SDES': { gateway: () => ({ host, port: sdesPort, transport: 'tls', caFile: system.caFile }), encryption: 'srtp', codec: 'PCMA' },
  'TLS, DTLS-SRTP': { gateway: () => ({ host, port: dtlsPort, transport: 'tls', caFile: system.caFile }), encryption: 'dtls', codec: 'PCMU' },
  'UDP, RTP': { gateway: () => ({ host: '127.0.0.1', port: system.ports.sip, transport: 'udp' }), codec: 'PCMU' },
  'TCP, RTP': { gateway: () => ({ host: '127.0.0.1', port: system.ports.sip, transport: 'tcp' }), codec: 'PCMU' },
};

let number = 0;
for (const [way, { gateway, encryption, codec }] of Object.entries(ways)) {
  test(`C01 C05 linphone over ${way}: a typed code registers it, sound both ways in calls of both directions`, async () => {
    await codes.visit();
    const phone = own(new Linphone({
      runDir: join(system.runDir, `linphone-${number}`), user: 'dave', gateway: gateway(), password: await codes.code(), play: tone, encryption, codec,
      sipPort: system.ports.phoneNumber(number).sipPort, audioPort: system.ports.spare + 4 * number++,
    }));
    await phone.start();
    assert.match(await system.admin('/registrations'), /dave@ims\.example/);
    /** Linphone's recording is whole once the call has ended. */
    const bothWays = async (hangUp) => {
      phone.record();
      assertTone(await alice.listen(4.5), daveTone, { seconds: 3.5, who: 'alice' });
      await hangUp();
      await alice.waitCall('ended');
      await waitFor('linphone to finish its recording', () => isWhole(phone.recording));
      assertTone(ending(readWav(phone.recording), 4), aliceTone, { seconds: 3, who: 'linphone' });
    };
    phone.type('call sip:alice@ims.example');
    await alice.waitIncoming();
    await alice.answer();
    await alice.waitCall('active');
    await bothWays(() => phone.type('terminate'));

    await alice.call('dave');
    await alice.waitCall('active');
    await bothWays(() => alice.hangUp());
    await phone.stop();
  });
}

test('MED32 linphone sends its picture to a browser and gets that of the browser', async () => {
  await codes.visit();
  const { gateway, encryption, codec } = ways['TLS, SRTP with SDES'];
  const phone = own(new Linphone({
    runDir: join(system.runDir, 'linphone-video'), user: 'dave', gateway: gateway(), password: await codes.code(), play: tone, encryption, codec,
    sipPort: system.ports.phoneNumber(number).sipPort, audioPort: system.ports.spare + 4 * number++, videoPort: system.ports.spare + 60,
  }));
  await phone.start();
  await alice.call('dave', { video: true });
  await alice.waitCall('active');
  await waitFor('pictures of linphone', async () => (await alice.pictures()).decoded >= 3, { timeout: 10000 });
  assert.equal((await alice.pictures()).width, 176);
  // Linphone reports what it gets of hers.
  const reported = () => alice.page.evaluate(async () => {
    const stats = [...(await window.heard.connections.at(-1).getStats()).values()];
    return stats.find((one) => one.type === 'remote-inbound-rtp' && one.kind === 'video')?.fractionLost;
  });
  await waitFor('reports of linphone', async () => (await reported()) !== undefined, { timeout: 10000 });
  assert.equal(await reported(), 0);
  await alice.hangUp();
  await alice.waitCall('ended');
  await phone.stop();
});

#!/usr/bin/env node
// SPDX-License-Identifier: Apache-2.0
// The phone on the command line.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';

const help = `usage: NODE_EXTRA_CA_CERTS=ca.pem reference/main.mjs --uri sip:USER@DOMAIN --gateway HOST:PORT --trust ISSUER --client-id ID [OPTION]...
  --ca FILE            PEM of who issued the gateway's certificate (default: the system's)
  --certificate FILE   PEM of the phone's own certificate and key, for mutual TLS
  --client-key FILE    PEM (PKCS#8, P-256) with which the phone authenticates at the authorization server
  --sign-in WAY        device (default): approve in any browser; challenge: type name and password here;
                       browser: open the shown address on this machine
  --call URI           call that party when registered; otherwise wait for calls and answer them
  --seconds N          hang up after N seconds (default 10)
  --play FILE          WAV (8 kHz, mono, 16 bit) to play into the call, again and again (default: a tone)
  --record FILE        WAV of what was heard`;

const { values: options } = parseArgs({
  options: {
    uri: { type: 'string' }, gateway: { type: 'string' }, trust: { type: 'string', multiple: true }, 'client-id': { type: 'string' },
    ca: { type: 'string' }, certificate: { type: 'string' }, 'client-key': { type: 'string' }, 'sign-in': { type: 'string', default: 'device' },
    call: { type: 'string' }, seconds: { type: 'string', default: '10' }, play: { type: 'string' }, record: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const ways = {
  device: (authorization, scope) => authorization.byDevice(scope, ({ url, code }) => console.log(`Open ${url} and enter ${code}`)),
  challenge: (authorization, scope) => authorization.byChallenge(scope, prompt),
  browser: (authorization, scope) => authorization.byBrowser(scope, (url) => console.log(`Open ${url}`)),
};

async function prompt(what) {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${what}: `);
  terminal.close();
  return answer;
}

async function clientKey(file) {
  if (!file) return undefined;
  const der = createPrivateKey(readFileSync(file)).export({ type: 'pkcs8', format: 'der' });
  return { key: await webcrypto.subtle.importKey('pkcs8', der, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']) };
}

function sound(samples) {
  if (samples) return (position, count) => Int16Array.from({ length: count }, (_, i) => samples[(position + i) % samples.length]);
  return (position, count) => Int16Array.from({ length: count }, (_, i) => 8000 * Math.sin((2 * Math.PI * 440 * (position + i)) / 8000));
}

if (options.help || !options.uri || !options.gateway || !options.trust || !options['client-id'] || !ways[options['sign-in']]) {
  console.log(help);
  process.exit(options.help ? 0 : 2);
}
globalThis.crypto ??= webcrypto;
const { Phone } = await import('./phone.mjs');
const { readWav, writeWav } = await import('./wav.mjs');
const [host, port] = options.gateway.split(/:(?=\d+$)/);
const certificate = options.certificate && readFileSync(options.certificate);

const phone = new Phone({
  uri: options.uri,
  gateway: { host, port: Number(port ?? 5061), ca: options.ca && readFileSync(options.ca), cert: certificate, key: certificate },
  trusted: options.trust,
  clientId: options['client-id'],
  privateKey: await clientKey(options['client-key']),
  signIn: ways[options['sign-in']],
  source: sound(options.play && readWav(options.play)),
});

async function talk(call) {
  console.log('connected');
  await Promise.race([sleep(Number(options.seconds) * 1000), call.ended]);
  if (options.record) writeWav(options.record, call.heard);
  call.hangUp();
  console.log(`heard ${(call.heard.length / 8000).toFixed(1)} s`);
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => phone.stop().finally(() => process.exit(0)));
try {
  await phone.register();
  console.log(`registered as ${options.uri}`);
  phone.on('disconnected', () => console.log('connection lost'));
  phone.on('failed', (error) => { console.error(error.message); process.exit(1); });
  if (options.call) {
    await talk(await phone.call(options.call));
    await phone.stop();
    process.exit(0);
  }
  phone.on('incoming', (from, call) => {
    console.log(`call from ${from}`);
    call.then(talk, (error) => console.error(error.message));
  });
} catch (error) {
  console.error(`reference-phone: ${error.message}`);
  process.exit(1);
}

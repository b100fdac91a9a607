// SPDX-License-Identifier: Apache-2.0
// usage: node demo.mjs start|stop|check|bob RUN_DIR [USER]: the whole system with bob's phone, as `./run demo` shows it.
// check: exit 0 while everything runs. bob: let bob's phone call USER.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { publicKeyHash } from './certificates.mjs';
import { Corporate } from './corporate.mjs';
import { Phone } from './phone.mjs';
import * as ports from './ports.mjs';
import { System } from './system.mjs';

const [action, directory, user] = process.argv.slice(2);
const runDir = resolve(directory ?? '.');
const system = new System({ runDir });
const corporate = new Corporate(system);

/** Ten minutes of a slow melody: what bob's phone plays. */
function melody() {
  const file = join(runDir, 'melody.wav');
  if (existsSync(file)) return file;
  const notes = ['C4', 'E4', 'G4', 'C5', 'A4', 'F4', 'G4', 'E4', 'D4', 'F4', 'A4', 'D5', 'B4', 'G4', 'E4', 'C4'];
  const parts = notes.map((note, index) => {
    const part = join(runDir, `note-${index}.wav`);
    execFileSync('sox', ['-n', '-r', '16000', '-c', '1', '-b', '16', part, 'synth', '0.45', 'pluck', note, 'gain', '-6', 'fade', '0', '0.45', '0.1']);
    return part;
  });
  const rounds = Math.round(600 / (notes.length * 0.45));
  execFileSync('sox', [...parts, file, 'repeat', String(rounds)]);
  execFileSync('rm', parts);
  return file;
}

const phone = () => new Phone({ runDir: join(runDir, 'phone-bob'), user: 'bob', pcscf: system.core.pcscf, play: { file: melody() }, ...ports.demo.phone });

function facts() {
  const lines = [
    ['Softphone and WAF', `${system.origin}/`],
    ['Gateway (SIP over WSS)', system.wssUrl],
    ['Metrics, registrations', `${system.adminUrl}/metrics  /registrations  /calls`],
    ['Sign in as', 'alice / alice-demo   or   carol / carol-demo'],
    ['… through Example Corp', 'the button on the sign-in page, then erin / erin-demo'],
    ['… of the directory', 'frank / frank-demo'],
    ['Corporate portal', `${corporate.portalUrl}/ (signed in already after any of these)`],
    ['Call', 'bob (a SIP phone that answers and plays), carol, alice'],
    ['Let bob call alice', './run bob alice'],
    ['Sign in a SIP phone', `${system.origin}/access-code as dave / dave-demo; docs/guide/phones.md`],
    ['What bob has heard', `${join(directory, 'phone-bob/recordings')}/*-dec.wav`],
    ['Logs', `${directory}/*.log, ${directory}/core/*.log`],
    ['Stop', 'Ctrl-C here, or ./run stop'],
  ];
  const width = Math.max(...lines.map(([, value]) => value.length));
  const bar = '─'.repeat(width + 28);
  console.log([`┌${bar}┐`, ...lines.map(([key, value]) => `│ ${key.padEnd(24)}  ${value.padEnd(width)} │`), `└${bar}┘`].join('\n'));
  console.log(`
The certificates come from a development CA, ${join(directory, 'tls/ca.pem')}. Let your browser trust it once, for Chromium:
  certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n ims-webrtc-gateway -i ${join(directory, 'tls/ca.pem')}     (package libnss3-tools)
or start one that trusts this key only:
  chromium --user-data-dir=/tmp/softphone --ignore-certificate-errors-spki-list=${publicKeyHash(join(runDir, 'tls/server.pem'))} ${system.origin}/
`);
}

async function stop() {
  await phone().stop();
  await system.stop();
}

async function start() {
  mkdirSync(runDir, { recursive: true });
  try {
    await system.start();
    await corporate.start();
    const bob = phone();
    await bob.start();
    bob.disconnect();
  } catch (error) {
    await stop();
    throw error;
  }
  facts();
}

function check() {
  const missing = [...system.missing(), ...(phone().processes.isAlive('phone-bob') ? [] : ['phone-bob'])];
  if (missing.length) throw new Error(`not running: ${missing.join(', ')}`);
}

async function bob() {
  const caller = phone();
  await caller.attach();
  await caller.dial(`sip:${user ?? 'alice'}@ims.example`);
  caller.disconnect();
}

try {
  await { start, stop, check, bob }[action]();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

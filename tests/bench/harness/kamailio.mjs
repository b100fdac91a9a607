// SPDX-License-Identifier: Apache-2.0
// Kamailio in the gateway's place, for registrations: same certificate, same ports, same CPU.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { start } from './processes.mjs';

/** Starts Kamailio (packages kamailio-tls-modules and kamailio-websocket-modules) on one CPU. */
export function startKamailio(directory, cpu) {
  const template = readFileSync(new URL('kamailio.cfg', import.meta.url), 'utf8');
  const file = join(directory, 'kamailio.cfg');
  writeFileSync(file, template.replaceAll('@DIRECTORY@', directory));
  const child = start(cpu, 'kamailio', ['-DD', '-E', '-f', file, '-m', '512', '-M', '32', '-Y', directory]);
  return { child, port: 17443, relay: ['--calls', '', '--setups', '0', '--profiles', ''] };
}

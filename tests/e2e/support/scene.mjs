// SPDX-License-Identifier: Apache-2.0
// One test file's system: started before its tests, ended after them, its run directory kept when a test failed.
import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Phone } from '../../core/phone.mjs';
import * as ports from '../../core/ports.mjs';
import { Processes } from '../../core/processes.mjs';
import { System } from '../../core/system.mjs';
import { Browser } from './browser.mjs';

// One machine is every user here; the limits for one address and account are tested by unit tests.
const limits = `
[limits]
token_per_address_per_second = 100
login_per_address_per_minute = 1000
login_per_account_per_minute = 1000
authorize_per_address_per_minute = 10000
`;

const verbose = `
[log]
level = "debug"
`;

const artifacts = join(dirname(fileURLToPath(import.meta.url)), '../artifacts');

/** Ends what a run of this file has left that was killed before it could clean up. */
async function endLeftovers(name, own) {
  for (const entry of readdirSync(tmpdir())) {
    if (!entry.startsWith(`e2e-${name}-`)) continue;
    const directory = join(tmpdir(), entry);
    if (directory === own) continue;
    const inside = readdirSync(directory, { withFileTypes: true }).filter((part) => part.isDirectory());
    for (const folder of [directory, ...inside.map((part) => join(directory, part.name))]) await new Processes(folder).stopAll();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** What cannot be ended any more must not keep the rest running. */
async function end(part) {
  try {
    await (part.stop ? part.stop() : part.close());
  } catch (error) {
    console.error(`while ending: ${error.message}`);
  }
}

/**
 * Registers the hooks of a test file. `name` names its artifacts, `slot` its ports (files run one after another, but a leftover of
 * one must not disturb the next). What `phone()` and `browser()` have started is ended by itself.
 */
export function scene({ name, slot, edit = ({ text }) => text, coreOptions, pageConfig }) {
  const runDir = mkdtempSync(join(tmpdir(), `e2e-${name}-`));
  const system = new System({ runDir, ports: ports.slot(slot), coreOptions, pageConfig,
    edit: ({ name: file, text }) => edit({ name: file, text: text + verbose + (file === 'waf.toml' ? limits : '') }),
  });
  const started = [];
  const preparations = [];
  let phones = 0;

  before(async () => {
    await endLeftovers(name, runDir);
    await system.start();
    for (const prepare of preparations) await prepare();
  });

  after(async () => {
    for (const part of started.reverse()) await end(part);
    await system.stop();
  });

  // Whether a test has failed is known only now.
  process.once('exit', (code) => {
    const kept = join(artifacts, name);
    rmSync(kept, { recursive: true, force: true });
    if (code !== 0) cpSync(runDir, kept, { recursive: true });
    rmSync(runDir, { recursive: true, force: true });
  });

  return {
    system,

    /** What a file needs beyond the system. Not a second `before`: those run side by side. */
    ready: (prepare) => void preparations.push(prepare),

    /** Has `part` stopped at the end. */
    own(part) {
      started.push(part);
      return part;
    },

    /** A registered phone. */
    async phone(user, settings = {}) {
      const phone = new Phone({
        runDir: join(runDir, `phone-${user}`), user, pcscf: system.core.pcscf, ...system.ports.phoneNumber(phones++), ...settings,
      });
      started.push(phone);
      await phone.start();
      return phone;
    },

    /** A Chromium whose microphone plays `tone`. */
    async browser(tone, options = {}) {
      const browser = await Browser.launch({ system, tone, ...options });
      started.push(browser);
      return browser;
    },
  };
}

// SPDX-License-Identifier: Apache-2.0
// One test file's system: started before its tests, ended after them, its run directory kept when a test failed.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Phone } from '../../core/phone.mjs';
import * as ports from '../../core/ports.mjs';
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
  let failed = false;
  let phones = 0;

  before(async () => {
    try {
      await system.start();
      for (const prepare of preparations) await prepare();
    } catch (error) {
      failed = true;
      throw error;
    }
  });

  afterEach((context) => {
    // Node 18 does not tell hooks how a test went; there, artifacts are kept for every file.
    failed ||= context?.passed !== true && context?.error !== null;
  });

  after(async () => {
    for (const part of started.reverse()) await end(part);
    await system.stop();
    if (failed) {
      mkdirSync(artifacts, { recursive: true });
      rmSync(join(artifacts, name), { recursive: true, force: true });
      cpSync(runDir, join(artifacts, name), { recursive: true });
    }
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
    async browser(tone) {
      const browser = await Browser.launch({ system, tone });
      started.push(browser);
      return browser;
    },
  };
}

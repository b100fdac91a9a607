// SPDX-License-Identifier: Apache-2.0
// usage: node cli.mjs start|stop|status|snapshot|terminate RUN_DIR [--base PORT] [--trust ADDRESS,…] [--impi IMPI]
import { parseArgs } from 'node:util';
import { Core, demoPorts, portsFrom } from './core.mjs';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { base: { type: 'string' }, trust: { type: 'string' }, impi: { type: 'string' } },
});
const [action, runDir] = positionals;
const core = new Core({
  runDir: runDir ?? '.',
  ports: values.base ? portsFrom(Number(values.base)) : demoPorts,
  trusted: values.trust?.split(','),
});

const actions = {
  async start() {
    try {
      await core.start();
    } catch (error) {
      await core.stop();
      throw error;
    }
  },
  stop: () => core.stop(),
  status: async () => console.log(JSON.stringify({ processes: core.processes.alive(), hss: await core.hss('/status') })),
  snapshot: async () => console.log(await core.snapshot()),
  terminate: async () => console.log(JSON.stringify(await core.terminate(values.impi))),
};

if (!runDir || !actions[action]) {
  console.error('usage: cli.mjs start|stop|status|snapshot|terminate RUN_DIR [--base PORT] [--trust ADDRESS,…] [--impi IMPI]');
  process.exit(2);
}
try {
  await actions[action]();
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

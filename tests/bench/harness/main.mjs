// SPDX-License-Identifier: Apache-2.0
// Starts the gateway (or a peer) and the load generator, several times, and prints one table of the medians.
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCertificates } from '../../core/certificates.mjs';
import { startKamailio } from './kamailio.mjs';
import { killAll, listening, output, start, stop } from './processes.mjs';
import { medians, table } from './table.mjs';
import { writeTokens } from './tokens.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

const help = `usage: tests/bench/run [OPTION]...
  --quick           one short run of every phase, under a minute
  --runs N          runs whose medians are shown (default 3)
  --engine          the media engine alone, inside the generator, without signalling
  --peer kamailio   registrations through Kamailio instead of the gateway, same load
  --build DIR       where the programs are built (default build/release)
  --json FILE       write medians and every run there (default build/bench.json)
  --calls N,N,...   numbers of calls whose media is relayed
  --users N         registered users
  --keep            keep the working folder (configuration, keys)`;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' }, engine: { type: 'boolean' }, keep: { type: 'boolean' }, help: { type: 'boolean' },
    runs: { type: 'string' }, peer: { type: 'string' }, build: { type: 'string', default: join(root, 'build/release') },
    json: { type: 'string', default: join(root, 'build/bench.json') }, calls: { type: 'string' }, users: { type: 'string' },
  },
});

const plan = options.quick
  ? { runs: 1, users: 400, refreshes: 1000, setups: 100, calls: '10,50', seconds: 2 }
  : { runs: 3, users: 4000, refreshes: 10_000, setups: 1000, calls: '10,100,400,800,1200,1600,2000', seconds: 5 };
plan.runs = Number(options.runs ?? plan.runs);
plan.users = Number(options.users ?? plan.users);
plan.calls = options.calls ?? plan.calls;

// What is measured gets a CPU of its own, so that the generator does not take its time.
const alone = availableParallelism() > 1;
const measuredCpu = alone ? 0 : undefined;
const generatorCpu = alone ? 1 : undefined;
const runLimit = 15 * 60_000;

function generator(args) {
  const pinned = alone ? ['--cpu', String(generatorCpu)] : [];
  return start(undefined, join(options.build, 'tests/bench/load_generator'), [...pinned, ...args]);
}

const relayArguments = () => [
  '--calls', plan.calls, '--seconds', String(plan.seconds), '--setups', String(plan.setups), '--width', '32',
];

async function runEngine() {
  const args = ['--engine', ...relayArguments(), ...(alone ? ['--engine-cpu', String(measuredCpu)] : [])];
  return JSON.parse(await output(generator(args), runLimit));
}

function startGateway(directory) {
  copyFileSync(join(root, 'config/bench.toml'), join(directory, 'bench.toml'));
  // Many connections, each a descriptor; the hard limit is what the system allows.
  const program = join(options.build, 'wic-gateway/wic-gateway');
  const child = start(measuredCpu, 'bash', [
    '-c', 'ulimit -n "$(ulimit -Hn)"; exec "$0" serve --config "$1"', program, join(directory, 'bench.toml'),
  ]);
  return { child, port: 17443, relay: relayArguments() };
}

async function runServer(directory, tokens) {
  const server = options.peer ? startKamailio(directory, measuredCpu) : startGateway(directory);
  try {
    await listening(server.port, server.child);
    return JSON.parse(await output(generator([
      '--tokens', tokens, '--pid', String(server.child.pid), '--gateway', `127.0.0.1:${server.port}`, '--host',
      `localhost:${server.port}`, '--origin', 'https://localhost:8443', '--registrations', String(plan.users), '--refreshes',
      String(plan.refreshes), ...server.relay,
    ]), runLimit));
  } finally {
    await stop(server.child);
  }
}

async function main() {
  if (options.help) return console.log(help);
  if (options.peer && options.peer !== 'kamailio') throw new Error('the only peer is kamailio');
  if (!existsSync(join(options.build, 'tests/bench/load_generator'))) throw new Error('load_generator is not built: ./run build');
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const runs = [];
  try {
    ensureCertificates(join(directory, 'tls'));
    const tokens = writeTokens(join(options.build, 'waf/waf'), directory, plan.users);
    for (let run = 1; run <= plan.runs; ++run) {
      console.error(`run ${run} of ${plan.runs}`);
      runs.push(options.engine ? await runEngine() : await runServer(directory, tokens));
    }
  } finally {
    if (!options.keep) rmSync(directory, { recursive: true, force: true });
  }
  const result = medians(runs);
  const machine = { cpu: cpus()[0].model, cpus: cpus().length, kernel: release() };
  writeFileSync(options.json, JSON.stringify({ machine, plan, medians: result, runs }, null, 2));
  const subject = options.peer ?? (options.engine ? 'media engine' : 'wic-gateway');
  console.log(`${subject}, medians of ${plan.runs} runs, on ${machine.cpus} × ${machine.cpu}, Linux ${machine.kernel}`);
  if (!alone) console.log('One CPU only: generator and measured program disturb each other.');
  for (const line of table(result)) console.log(line);
  const failed = (part) => part && (part.failed > 0 || part.timed_out);
  const relayBroken = Object.values(result.relay ?? {}).some((levels) => !levels[0]?.all_up || levels[0].loss > 0.01);
  if (failed(result.registrations) || failed(result.refreshes) || failed(result.setups) || relayBroken) {
    console.log('Some of it failed: these figures say little.');
    process.exitCode = 1;
  }
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { killAll(); process.exit(130); });
try {
  await main();
} catch (error) {
  killAll();
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}

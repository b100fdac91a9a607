// SPDX-License-Identifier: Apache-2.0
// Starts the gateway (or a peer) and the load generator, several times, and prints one table of the medians.
import { copyFileSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCertificates } from '../../core/certificates.mjs';
import { startKamailio } from './kamailio.mjs';
import { killAll, listening, output, start, stop } from './processes.mjs';
import { startRtpengine } from './rtpengine.mjs';
import { medians, relayRatios, table } from './table.mjs';
import { writeTokens } from './tokens.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');

const help = `usage: tests/bench/run [OPTION]...
  --quick           one short run of every phase, under a minute
  --runs N          runs whose medians are shown (default 3)
  --engine          the media engine alone, inside the generator, without signalling
  --peer rtpengine  the media engine (twice: a socket a stream, and with a shared core port) and rtpengine's userspace relay in turn, same load, same CPU ("--peer" alone means this)
  --peer kamailio   the gateway's registrations and Kamailio's in turn
  --build DIR       where the programs are built (default build/release)
  --json FILE       write medians and every run there (default build/bench.json)
  --calls N,N,...   numbers of calls whose media is relayed
  --users N         registered users
  --keep            keep the working folder (configuration, keys)`;

const peers = ['rtpengine', 'kamailio'];
const args = process.argv.slice(2).flatMap((arg, i, all) => (arg === '--peer' && !peers.includes(all[i + 1]) ? [arg, peers[0]] : [arg]));

const { values: options } = parseArgs({
  args,
  options: {
    quick: { type: 'boolean' }, engine: { type: 'boolean' }, keep: { type: 'boolean' }, help: { type: 'boolean' },
    runs: { type: 'string' }, peer: { type: 'string' }, build: { type: 'string', default: join(root, 'build/release') },
    json: { type: 'string', default: join(root, 'build/bench.json') }, calls: { type: 'string' }, users: { type: 'string' },
  },
});

const plan = options.quick
  ? { runs: 1, users: 400, refreshes: 1000, setups: 100, calls: '10,50', seconds: 2, beside: 50 }
  : { runs: 3, users: 4000, refreshes: 10_000, setups: 1000, calls: '10,100,400,800,1200,1600,2000', seconds: 5, beside: 800 };
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
  '--beside', String(plan.beside),
];

async function runEngine(more = []) {
  const args = ['--engine', ...more, ...relayArguments(), ...(alone ? ['--engine-cpu', String(measuredCpu)] : [])];
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

async function runRtpengine(directory) {
  const server = startRtpengine(directory, measuredCpu);
  try {
    await sleep(1000);
    return JSON.parse(await output(generator(['--rtpengine', server.control, '--pid', String(server.child.pid), ...relayArguments()]), runLimit));
  } finally {
    await stop(server.child);
  }
}

async function runServer(server, tokens) {
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
  if (!existsSync(join(options.build, 'tests/bench/load_generator'))) throw new Error('load_generator is not built: ./run build');
  const directory = mkdtempSync(join(tmpdir(), 'gateway-bench-'));
  const chosen = subjects(directory);
  const runs = chosen.map(() => []);
  try {
    ensureCertificates(join(directory, 'tls'));
    const tokens = writeTokens(join(options.build, 'waf/waf'), directory, plan.users);
    for (let run = 1; run <= plan.runs; ++run) {
      for (const [i, subject] of chosen.entries()) {
        console.error(`run ${run} of ${plan.runs}, ${subject.name}`);
        runs[i].push(await subject.run(tokens));
      }
    }
  } finally {
    if (!options.keep) rmSync(directory, { recursive: true, force: true });
  }
  const machine = { cpu: cpus()[0].model, cpus: cpus().length, kernel: release() };
  const results = chosen.map((subject, i) => ({ subject: subject.name, medians: medians(runs[i]), runs: runs[i] }));
  writeFileSync(options.json, JSON.stringify({ machine, plan, results }, null, 2));
  if (!alone) console.log('One CPU only: generator and measured program disturb each other.');
  for (const result of results) report(result, machine);
  if (options.peer === 'rtpengine') {
    const peer = results.at(-1).medians;
    for (const own of results.slice(0, -1)) for (const line of relayRatios(own, peer)) console.log(line);
  }
}

/** What is measured, in turn. */
function subjects(directory) {
  const engine = { name: 'media engine', run: () => runEngine() };
  const shared = { name: 'media engine, shared core port', run: () => runEngine(['--shared-port']) };
  const gateway = { name: 'wic-gateway', run: (tokens) => runServer(startGateway(directory), tokens) };
  if (options.engine) return [engine, shared];
  if (options.peer === 'rtpengine') return [engine, shared, { name: 'rtpengine', run: () => runRtpengine(directory) }];
  if (options.peer === 'kamailio')
    return [gateway, { name: 'kamailio', run: (tokens) => runServer(startKamailio(directory, measuredCpu), tokens) }];
  return [gateway];
}

function report({ subject, medians: result }, machine) {
  console.log(`\n${subject}, medians of ${plan.runs} runs, on ${machine.cpus} × ${machine.cpu}, Linux ${machine.kernel}`);
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

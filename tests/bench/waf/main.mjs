// SPDX-License-Identifier: Apache-2.0
// Measures the WAF's endpoints over kept TLS connections, in turn with its peers on the same core, and prints one table.
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { ensureCertificates } from '../../core/certificates.mjs';
import { killAll, output, start, stop } from '../harness/processes.mjs';
import { medians } from '../harness/table.mjs';
import { measureLogins } from './login.mjs';
import { startGlewlwyd, startOidcProvider, startWaf } from './servers.mjs';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const help = `usage: tests/bench/waf/run [OPTION]...
  --peer NAME       also measure a peer in the same run: oidc-provider (npm packages are installed for it) or
                    glewlwyd (Debian packages glewlwyd and sqlite3)
  --runs N          runs whose medians are shown (default 3)
  --seconds N       of every measurement (default 3)
  --connections N   kept TLS connections (default 64)
  --quick           one run of one second each
  --build DIR       where the programs are built (default build/release)
  --json FILE       write medians and every run there (default build/bench-waf.json)`;
const { values: options } = parseArgs({
  options: {
    peer: { type: 'string', multiple: true, default: [] }, runs: { type: 'string' }, seconds: { type: 'string' }, quick: { type: 'boolean' },
    connections: { type: 'string', default: '64' }, build: { type: 'string', default: join(root, 'build/release') },
    json: { type: 'string', default: join(root, 'build/bench-waf.json') }, help: { type: 'boolean' },
  },
});
const plan = { runs: Number(options.runs ?? (options.quick ? 1 : 3)), seconds: Number(options.seconds ?? (options.quick ? 1 : 3)), connections: Number(options.connections) };

// What is measured gets a CPU of its own, so that the generator does not take its time.
const alone = availableParallelism() > 1;
const measuredCpu = alone ? 0 : undefined;

async function load(server, phase, rate) {
  const args = ['--connect', `127.0.0.1:${server.port}`, '--host', `localhost:${server.port}`, '--target', phase.target, '--pid', String(server.child.pid),
    '--seconds', String(plan.seconds), '--connections', String(plan.connections), '--method', phase.method ?? 'POST'];
  for (const field of phase.fields ?? []) args.push('--field', field);
  if (phase.body) args.push('--body', phase.body);
  if (phase.tokens) args.push('--tokens', phase.tokens);
  if (rate) args.push('--rate', String(rate));
  if (alone) args.push('--cpu', '1');
  return JSON.parse(await output(start(undefined, join(options.build, 'tests/bench/waf_load'), args), 120_000));
}

/** Every phase at full speed, then at half of what that gave, where latency means something. */
async function measure(server) {
  const result = {};
  for (const [name, phase] of Object.entries(server.phases)) {
    const full = await load(server, phase);
    const half = await load(server, phase, full.per_second / 2);
    result[name] = { full, half };
  }
  if (server.login) {
    const { origin, authorize, users } = server.login;
    const full = await measureLogins(origin, authorize, users, plan.seconds);
    result['login, Argon2id'] = { full, half: full };
  }
  return result;
}

const kilobytes = (pid) => Number(/^Pss: +(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8'))[1]);

/** Uses every refresh token of a file once. */
async function refreshEach(port, tokens) {
  const next = readFileSync(tokens, 'utf8').trim().split('\n').values();
  const worker = async () => {
    for (const token of next) {
      const body = new URLSearchParams({ grant_type: 'refresh_token', client_id: 'demo', refresh_token: token });
      const answer = await fetch(`https://localhost:${port}/token`, { method: 'POST', body });
      if (!answer.ok) throw new Error(`refresh answered ${answer.status}`);
      await answer.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}

/** Octets of the process a live session: what more the same server takes when each of `many` sessions was used, not of few. */
async function memoryOfSessions(directory, many) {
  const used = [];
  for (const sessions of [64, 64 + many]) {
    const folder = mkdtempSync(join(directory, 'memory-'));
    symlinkSync(join(directory, 'tls'), join(folder, 'tls'));
    const server = await startWaf(folder, measuredCpu, options.build, sessions);
    try {
      await refreshEach(server.port, join(folder, 'refresh.txt'));
      used.push(kilobytes(server.child.pid));
    } finally {
      await stop(server.child);
    }
  }
  return (1024 * (used[1] - used[0])) / many;
}

const milliseconds = (microseconds) => `${(microseconds / 1000).toFixed(2)} ms`;

function rows(name, result, waf) {
  return Object.entries(result).map(([phase, { full, half }]) => [
    `${name}: ${phase}`, `${full.per_second.toFixed(0)}/s`, full.cpu_us_each ? `${full.cpu_us_each.toFixed(1)} µs` : '-',
    `p50 ${milliseconds(half.latency_p50_us)}, p99 ${milliseconds(half.latency_p99_us)}`,
    waf === result ? '' : `WAF: ${(waf[phase].full.per_second / full.per_second).toFixed(1)} ×`,
    full.failed + half.failed ? `${full.failed + half.failed} failed` : '',
  ]);
}

function print(lines) {
  const widths = lines[0].map((_, i) => Math.max(...lines.map((line) => line[i].length)));
  for (const line of lines) console.log(line.map((cell, i) => cell.padEnd(widths[i])).join('  ').trimEnd());
}

async function main() {
  if (options.help) return console.log(help);
  const peers = { 'oidc-provider': startOidcProvider, glewlwyd: startGlewlwyd };
  const starters = { waf: startWaf };
  for (const peer of options.peer) {
    if (!peers[peer]) throw new Error(`no such peer: ${peer}`);
    starters[peer] = peers[peer];
  }
  const directory = mkdtempSync(join(tmpdir(), 'waf-bench-'));
  const runs = [];
  let sessionMemory;
  try {
    const { ca } = ensureCertificates(join(directory, 'tls')) ?? {};
    process.env.NODE_EXTRA_CA_CERTS ??= ca ?? join(directory, 'tls/ca.pem');
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'; // our own servers, on loopback
    for (let run = 1; run <= plan.runs; ++run) {
      console.error(`run ${run} of ${plan.runs}`);
      const result = {};
      for (const [name, starter] of Object.entries(starters)) {
        const server = await starter(directory, measuredCpu, options.build);
        try {
          result[name] = await measure(server);
        } finally {
          await stop(server.child);
        }
      }
      runs.push(result);
    }
    sessionMemory = await memoryOfSessions(directory, options.quick ? 1000 : 10_000);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
  const result = medians(runs);
  const machine = { cpu: cpus()[0].model, cpus: cpus().length, kernel: release() };
  writeFileSync(options.json, JSON.stringify({ machine, plan, medians: result, session_memory: sessionMemory, runs }, null, 2));
  console.log(`medians of ${plan.runs} runs, ${plan.connections} TLS connections, one core each, on ${machine.cpus} × ${machine.cpu}, Linux ${machine.kernel}`);
  print([['', 'full speed', 'CPU each', 'at half of that', '', ''], ...Object.entries(result).flatMap(([name, one]) => rows(name, one, result.waf))]);
  console.log(`waf: a live session takes ${sessionMemory.toFixed(0)} octets of the process`);
  const failed = Object.values(result).some((one) => Object.values(one).some(({ full, half }) => full.failed + half.failed > 0));
  if (failed) process.exitCode = 1;
}

for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => { killAll(); process.exit(130); });
try {
  await main();
} catch (error) {
  killAll();
  console.error(`bench: ${error.message}`);
  process.exitCode = 1;
}

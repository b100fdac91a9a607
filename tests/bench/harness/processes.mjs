// SPDX-License-Identifier: Apache-2.0
// Programs that a measurement starts, each on a CPU of its own, and that end with it.
import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const started = new Set();

/** Starts a program on `cpu` with its output on our standard error; undefined: any CPU. */
export function start(cpu, command, args, options = {}) {
  const [program, ...rest] = cpu === undefined ? [command, ...args] : ['taskset', '-c', String(cpu), command, ...args];
  const child = spawn(program, rest, { stdio: ['ignore', 'pipe', 'inherit'], ...options });
  started.add(child);
  child.once('exit', () => started.delete(child));
  return child;
}

/** What a program that was started writes to standard output until it ends; fails unless it ends with 0 in `limit` ms. */
export async function output(child, limit) {
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  let text = '';
  child.stdout.on('data', (data) => { text += data; });
  const status = await new Promise((resolve, reject) => {
    child.once('close', resolve);
    child.once('error', reject);
  });
  clearTimeout(timer);
  if (status !== 0) throw new Error(`${child.spawnargs.join(' ')} ended with ${status ?? 'a time-out'}`);
  return text;
}

/** Waits until a TCP port of loopback takes connections. */
export async function listening(port, child, limit = 10_000) {
  const end = Date.now() + limit;
  while (Date.now() < end && child.exitCode === null) {
    const socket = connect(port, '127.0.0.1');
    const open = await new Promise((resolve) => {
      socket.once('connect', () => resolve(true));
      socket.once('error', () => resolve(false));
    });
    socket.destroy();
    if (open) return;
    await sleep(50);
  }
  throw new Error(`nothing listens on port ${port}`);
}

/** Ends a program: SIGTERM, and SIGKILL when it stays. */
export async function stop(child, patience = 5000) {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  const timer = setTimeout(() => child.kill('SIGKILL'), patience);
  await gone;
  clearTimeout(timer);
}

/** Ends whatever still runs; for signals and failures. */
export function killAll() {
  for (const child of started) child.kill('SIGKILL');
}

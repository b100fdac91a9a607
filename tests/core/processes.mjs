// SPDX-License-Identifier: Apache-2.0
// Long-running children: started in a process group of their own, recorded in a file, stopped by verified pid.
import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** {state, group, started} of a process, or null. `started` tells a reused pid from ours. */
function statOf(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { state: fields[0], group: Number(fields[2]), started: fields[19] };
  } catch {
    return null;
  }
}

// A zombie only waits for its parent to ask; it runs no more.
const runs = (stat) => stat !== null && stat.state !== 'Z' && stat.state !== 'X';

function startTime(pid) {
  const stat = statOf(pid);
  return runs(stat) ? stat.started : null;
}

const isOurs = ({ pid, started }) => startTime(pid) === started;

function groupAlive(group) {
  return readdirSync('/proc').some((name) => {
    const stat = /^\d+$/.test(name) ? statOf(name) : null;
    return runs(stat) && stat.group === group;
  });
}

function signalGroup(pid, signal) {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}

export class Processes {
  #file;
  #directory;

  constructor(directory) {
    this.#directory = directory;
    this.#file = join(directory, 'processes.json');
  }

  list() {
    return existsSync(this.#file) ? JSON.parse(readFileSync(this.#file, 'utf8')) : [];
  }

  alive() {
    return this.list().filter(isOurs);
  }

  isAlive(name) {
    return this.alive().some((entry) => entry.name === name);
  }

  logFile(name) {
    return join(this.#directory, `${name}.log`);
  }

  /** Begins new logs; within one run a restarted part goes on in its old one. */
  dropLogs() {
    for (const name of readdirSync(this.#directory)) if (name.endsWith('.log')) rmSync(join(this.#directory, name));
  }

  /** Starts `command`, its output in NAME.log of the directory. */
  start(name, command, args, { env = process.env, cwd } = {}) {
    const log = openSync(this.logFile(name), 'a');
    const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log], env, cwd });
    closeSync(log);
    child.on('error', (error) => writeFileSync(this.logFile(name), `${error.message}\n`, { flag: 'a' }));
    child.unref();
    if (!child.pid) throw new Error(`cannot start ${command}`);
    const entries = this.list().filter((entry) => entry.name !== name);
    writeFileSync(this.#file, JSON.stringify([...entries, { name, pid: child.pid, started: startTime(child.pid) }]));
    return child.pid;
  }

  async stop(name) {
    const entry = this.list().find((candidate) => candidate.name === name);
    if (!entry) return;
    if (isOurs(entry)) {
      process.kill(entry.pid, 'SIGTERM');
      for (let waited = 0; waited < 5000 && isOurs(entry); waited += 50) await sleep(50);
      // Workers of a parent that did not collect them, or a parent that would not go.
      if (groupAlive(entry.pid)) signalGroup(entry.pid, 'SIGKILL');
      for (let waited = 0; waited < 2000 && groupAlive(entry.pid); waited += 50) await sleep(50);
    }
    writeFileSync(this.#file, JSON.stringify(this.list().filter((candidate) => candidate.name !== name)));
  }

  /** Stops all, the last started first, and forgets them. */
  async stopAll() {
    for (const { name } of this.list().reverse()) await this.stop(name);
    rmSync(this.#file, { force: true });
  }
}

/** Polls `check` until it returns something true; fails with `what` and, if given, the end of a log. */
export async function waitFor(what, check, { timeout = 15000, every = 50, log } = {}) {
  const end = Date.now() + timeout;
  for (;;) {
    const got = await check();
    if (got) return got;
    if (Date.now() > end) {
      const tail = log && existsSync(log) ? `\n${readFileSync(log, 'utf8').split('\n').slice(-25).join('\n')}` : '';
      throw new Error(`timed out waiting for ${what}${tail}`);
    }
    await sleep(every);
  }
}

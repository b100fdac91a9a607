// SPDX-License-Identifier: Apache-2.0
// The operator's host in a network of its own (support/own-network), and a user's computer behind one or two links to it.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { once } from 'node:events';

/** Where the computer reaches WAF and gateway, which listen on loopback behind a static NAT. */
export const publicAddress = '10.99.0.1';

export function assertOwnNetwork() {
  assert.ok(process.env.OWN_NETWORK, 'this file changes the network: run it with tests/e2e/support/own-network node --test FILE');
}

const run = (command, ...args) => execFileSync(command, args, { stdio: ['ignore', 'pipe', 'pipe'], encoding: 'utf8' });

/** Adds rules [table, chain, …] of iptables; returns how to take them away, once. */
function rules(list) {
  for (const [table, ...rule] of list) run('iptables', '-t', table, '-A', ...rule);
  const added = [...list];
  return () => {
    for (const [table, ...rule] of added.splice(0)) run('iptables', '-t', table, '-D', ...rule);
  };
}

/** A computer with a network namespace; link N has the address 10.99.N.2. The first link is up. */
export class Computer {
  static async start({ links = 1 } = {}) {
    const holder = spawn('unshare', ['--net', 'sh', '-c', 'ip link set lo up; echo ready; exec sleep 100000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(holder.stdout, 'data');
    const computer = new Computer(holder);
    for (let link = 0; link < links; ++link) computer.#addLink(link);
    computer.#use(0);
    writeFileSync('/proc/sys/net/ipv4/ip_forward', '1');
    for (const chain of ['PREROUTING', 'OUTPUT']) {
      rules(['tcp', 'udp'].map((protocol) => ['nat', chain, '-d', publicAddress, '-p', protocol, '-j', 'DNAT', '--to-destination', '127.0.0.1']));
    }
    return computer;
  }

  constructor(holder) {
    this.holder = holder;
  }

  stop() {
    this.holder.kill();
  }

  #addLink(link) {
    const near = `op${link}`;
    run('ip', 'link', 'add', near, 'type', 'veth', 'peer', 'name', `eth${link}`);
    run('ip', 'link', 'set', `eth${link}`, 'netns', String(this.holder.pid));
    run('ip', 'addr', 'add', `10.99.${link}.1/24`, 'dev', near);
    run('ip', 'link', 'set', near, 'up');
    writeFileSync(`/proc/sys/net/ipv4/conf/${near}/route_localnet`, '1');
    this.run('ip', 'addr', 'add', `10.99.${link}.2/24`, 'dev', `eth${link}`);
  }

  /** What starts a program there. */
  get command() {
    return ['nsenter', '--net', '--target', String(this.holder.pid)];
  }

  run(...command) {
    return run(...this.command, ...command);
  }

  /**
   * From now on the operator's host sees the UDP of the computer come from another address and ports of a NAT's choice, and reaches it only
   * by ports that are open there, until `end` is called. Returns {outside, end}: that address, and how to stop.
   */
  hideBehindNat() {
    const outside = '10.99.0.200';
    return { outside, end: rules([
      ['nat', 'INPUT', '-s', '10.99.0.2', '-p', 'udp', '-j', 'SNAT', '--to-source', `${outside}:40000-41000`],
      ['filter', 'OUTPUT', '-d', '10.99.0.2', '-p', 'udp', '-m', 'conntrack', '--ctstate', 'NEW', '-j', 'DROP'],
    ]) };
  }

  #use(link) {
    this.run('ip', 'link', 'set', `eth${link}`, 'up');
    this.run('ip', 'route', 'replace', 'default', 'via', `10.99.${link}.1`);
  }

  /** One link is gone and another takes over, as when somebody leaves a Wi-Fi. */
  change(from, to) {
    // With its address, or packets of the old one would go out by the new link.
    this.run('ip', 'addr', 'flush', 'dev', `eth${from}`);
    this.run('ip', 'link', 'set', `eth${from}`, 'down');
    this.#use(to);
  }

  /** What Chromium is started with to run there. */
  browserOptions(directory) {
    const program = join(directory, 'chromium-elsewhere');
    const chromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
    writeFileSync(program, `#!/bin/sh\nexec ${this.command.join(' ')} ${chromium} "$@"\n`);
    chmodSync(program, 0o755);
    return { program, args: [`--host-resolver-rules=MAP localhost ${publicAddress}`] };
  }
}

/** Drops what comes from the computer and matches, until the function that is returned is called. `what`: arguments of iptables. */
export const drop = (...what) => rules([['raw', 'PREROUTING', '-i', 'op+', ...what, '-j', 'DROP']]);

/** Loses this share of the UDP datagrams in both directions, until the function that is returned is called. */
export function lose(share) {
  const random = ['-p', 'udp', '-m', 'statistic', '--mode', 'random', '--probability', String(share), '-j', 'DROP'];
  return rules([['raw', 'PREROUTING', '-i', 'op+', ...random], ['raw', 'OUTPUT', '-o', 'op+', ...random]]);
}

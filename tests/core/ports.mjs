// SPDX-License-Identifier: Apache-2.0
// Which port numbers an instance uses, and who holds them now.
import { execFileSync } from 'node:child_process';
import { demoPorts, portsFrom } from './core.mjs';

/** The demo's ports: those that README names. */
export const demo = {
  core: demoPorts, gatewayCore: 5070, waf: 8443, wss: 7443, admin: 9090, media: 7500, rtp: [20000, 23999],
  sip: 7060, sips: 7061, sipsPlain: 7062, phoneRtp: [18000, 18999],
  corporate: { portal: 8444, corp: 8445, partner: 8446, ldap: 8389, ldaps: 8636 },
  phone: { sipPort: 5100, controlPort: 5102, rtpPorts: '19000-19198' },
};

/**
 * The port set of a numbered slot: 2000 ports, clear of the demo's and of those that the kernel hands out by itself (32768 and up).
 */
export function slot(number) {
  const base = [10000, 12000, 14000, 16000, 24000, 26000, 28000, 30000][number];
  return {
    core: portsFrom(base), gatewayCore: base + 10, waf: base + 20, wss: base + 21, admin: base + 22, media: base + 30,
    sip: base + 23, sips: base + 24, sipsPlain: base + 25,
    rtp: [base + 1000, base + 1599], phoneRtp: [base + 1600, base + 1999], spare: base + 80,
    corporate: { portal: base + 90, corp: base + 91, partner: base + 92, ldap: base + 93, ldaps: base + 94 },
    phone: phoneOf(base, 0),
    /** The n-th phone's ports. */
    phoneNumber: (number) => phoneOf(base, number),
  };
}

const phoneOf = (base, number) => ({
  sipPort: base + 40 + number * 4,
  controlPort: base + 42 + number * 4,
  rtpPorts: `${base + 100 + number * 40}-${base + 138 + number * 40}`,
});

/** The set's fixed listeners as [what, port]. */
function listeners({ core, gatewayCore, waf, wss, admin, media, sip, sips, sipsPlain, phone }) {
  return [
    ...Object.entries(core).map(([name, port]) => [`IMS core (${name})`, port]),
    ['gateway towards the core', gatewayCore],
    ['WAF and softphone', waf],
    ['gateway WSS', wss],
    ['gateway admin', admin],
    ['gateway media', media],
    ['gateway SIP (phones)', sip],
    ['gateway SIP over TLS (phones)', sips],
    ['gateway SIP over TLS (Digest MD5 only)', sipsPlain],
    ['SIP phone', phone.sipPort],
    ['SIP phone control', phone.controlPort],
  ];
}

/** One line for each port of the set that somebody else holds. */
export function conflicts(ports) {
  const sockets = execFileSync('ss', ['-H', '-ltnup'], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n').map((line) => line.split(/\s+/));
  return listeners(ports).flatMap(([what, port]) => {
    const holder = sockets.find((fields) => fields[4]?.endsWith(`:${port}`));
    if (!holder) return [];
    const who = /users:\(\("([^"]+)",pid=(\d+)/.exec(holder.at(-1) ?? '') ?? /users:\(\("([^"]+)",pid=(\d+)/.exec(holder.join(' '));
    return [`port ${port} (${what}) is taken by ${who ? `${who[1]}, pid ${who[2]}` : 'a process of another user'} (${holder[0]} ${holder[4]})`];
  });
}

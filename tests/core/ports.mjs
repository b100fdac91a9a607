// SPDX-License-Identifier: Apache-2.0
// Which port numbers an instance uses, and who holds them now.
import { execFileSync } from 'node:child_process';
import { demoPorts, portsFrom } from './core.mjs';

/** The demo's ports: those that README names. */
export const demo = {
  core: demoPorts, gatewayCore: 5070, waf: 8443, wss: 7443, admin: 9090, media: 7500, rtp: [20000, 23999],
  phone: { sipPort: 5100, controlPort: 5102, rtpPorts: '19000-19198' },
};

/** A port set of its own from `base` on; instances 3000 apart do not meet. */
export const from = (base) => ({
  core: portsFrom(base), gatewayCore: base + 10, waf: base + 20, wss: base + 21, admin: base + 22, media: base + 30,
  rtp: [base + 1000, base + 2999],
  phone: { sipPort: base + 40, controlPort: base + 42, rtpPorts: `${base + 100}-${base + 198}` },
});

/** The set's fixed listeners as [what, port]. */
function listeners({ core, gatewayCore, waf, wss, admin, media, phone }) {
  return [
    ...Object.entries(core).map(([name, port]) => [`IMS core (${name})`, port]),
    ['gateway towards the core', gatewayCore],
    ['WAF and softphone', waf],
    ['gateway WSS', wss],
    ['gateway admin', admin],
    ['gateway media', media],
    ['SIP phone', phone.sipPort],
    ['SIP phone control', phone.controlPort],
  ];
}

/** One line for each port of the set that somebody else holds. */
export function conflicts(ports) {
  const sockets = execFileSync('ss', ['-H', '-ltnup'], { encoding: 'utf8' }).split('\n').map((line) => line.split(/\s+/));
  return listeners(ports).flatMap(([what, port]) => {
    const holder = sockets.find((fields) => fields[4]?.endsWith(`:${port}`));
    if (!holder) return [];
    const who = /users:\(\("([^"]+)",pid=(\d+)/.exec(holder.at(-1) ?? '') ?? /users:\(\("([^"]+)",pid=(\d+)/.exec(holder.join(' '));
    return [`port ${port} (${what}) is taken by ${who ? `${who[1]}, pid ${who[2]}` : 'a process of another user'} (${holder[0]} ${holder[4]})`];
  });
}

// SPDX-License-Identifier: Apache-2.0
// Medians of several runs and the table that shows them.

/** The median of a list of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** One result of the same shape whose numbers are the medians of those of `results`; what only some runs have counts for those. */
export function medians(results) {
  const present = results.filter((result) => result !== undefined);
  const [first] = present;
  if (typeof first === 'number') return median(present);
  if (Array.isArray(first)) {
    const longest = Math.max(...present.map((list) => list.length));
    return Array.from({ length: longest }, (_, i) => medians(present.map((list) => list[i])));
  }
  if (first === null || typeof first !== 'object') return present.every((value) => value === first) ? first : present.at(-1);
  const keys = new Set(present.flatMap((value) => Object.keys(value)));
  return Object.fromEntries([...keys].map((key) => [key, medians(present.map((value) => value[key]))]));
}

const fixed = (value, digits) => (value === undefined ? '-' : value.toFixed(digits));
const microseconds = (value) => (value >= 1000 ? `${fixed(value / 1000, 1)} ms` : `${fixed(value, 0)} µs`);

function jobs(name, result) {
  if (!result) return [];
  const failed = result.failed ? `, ${result.failed} failed` : '';
  return [[name, `${fixed(result.per_second, 0)}/s`, `${fixed(result.cpu_ms_each, 2)} ms`,
    `p50 ${microseconds(result.latency_p50_us)}, p99 ${microseconds(result.latency_p99_us)}${failed}`,
    `${fixed(result.gateway_cores, 2)} / ${fixed(result.generator_cores, 2)}`]];
}

const profileNames = { gcm: 'AEAD_AES_128_GCM', cm: 'AES128_CM_SHA1_80' };

function relay(levels, profile) {
  return levels.map((level) => [
    `relay ${profileNames[profile]}, ${level.calls} calls${level.all_up ? '' : ' (not all up)'}`,
    `${fixed(level.packets_per_second, 0)} packets/s`, `${fixed(level.cpu_us_per_packet, 2)} µs`,
    `added p50 ${microseconds(level.latency_p50_us)}, p99 ${microseconds(level.latency_p99_us)}, loss ${fixed(level.loss * 100, 2)} %`,
    `${fixed(level.gateway_cores, 2)} / ${fixed(level.generator_cores, 2)}`,
  ]);
}

/** What running calls feel of others that are set up. */
function beside(result) {
  if (!result) return [];
  const row = (name, level) => [name, `${fixed(level.packets_per_second, 0)} packets/s`, '-',
    `added p50 ${microseconds(level.latency_p50_us)}, p99 ${microseconds(level.latency_p99_us)}`,
    `${fixed(level.gateway_cores, 2)} / ${fixed(level.generator_cores, 2)}`];
  return [row(`relay, ${result.calls} calls`, result.quiet),
    row(`relay, ${result.calls} calls, beside ${fixed(result.setups_per_second, 0)} set-ups/s`, result.busy)];
}

/** Lines of a table of one result: what, rate, CPU each, time, cores used by the gateway and by the generator. */
export function table(result) {
  let note = '';
  const rows = [['', 'rate', 'CPU each', 'time', 'cores (gateway / generator)']];
  rows.push(...jobs('new TLS + WebSocket + REGISTER', result.registrations));
  rows.push(...jobs('REGISTER again on an open flow', result.refreshes));
  if (result.memory)
    rows.push([`idle registration (of ${result.memory.registrations})`, '', '', `${fixed(result.memory.bytes_each / 1024, 1)} kB of memory`, '']);
  rows.push(...jobs('call set up, heard both ways, ended', result.setups));
  for (const profile of Object.keys(profileNames)) rows.push(...relay(result.relay?.[profile] ?? [], profile));
  rows.push(...beside(result.beside_setups));
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  if (Object.values(result.relay ?? {}).flat().some((level) => level.late_slots > 0.05 * level.seconds * 2000))
    note = '(the generator was short of CPU in some relay phases: latency and loss are not all the gateway\'s)';
  const body = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  ').trimEnd());
  return note ? [...body, note] : body;
}

/** How many times more CPU a packet costs the peer, for every number of calls that both of them carried. */
export function relayRatios(ours, peer) {
  return Object.entries(ours.relay ?? {}).flatMap(([profile, levels]) => levels.flatMap((level) => {
    const other = peer.relay?.[profile]?.find((one) => one.calls === level.calls);
    if (!other) return [];
    const ratio = other.cpu_us_per_packet / level.cpu_us_per_packet;
    return [`${profileNames[profile]}, ${level.calls} calls: ${fixed(ratio, 1)} times the CPU a packet with the peer`];
  }));
}

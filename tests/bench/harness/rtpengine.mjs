// SPDX-License-Identifier: Apache-2.0
// rtpengine in the media engine's place: relays in userspace with one worker thread, on one CPU.
import { start } from './processes.mjs';

const control = '127.0.0.1:12223';

/** Starts rtpengine (package rtpengine-daemon) on one CPU . */
export function startRtpengine(directory, cpu) {
  // Its complaints about packets that come before the keys would cost it time.
  const child = start(cpu, 'bash', ['-c', 'ulimit -n "$(ulimit -Hn)"; exec "$0" "$@"', 'rtpengine', '--config-file=none', '--foreground',
    '--log-stderr', '--log-level=2', '--table=-1', '--num-threads=1', '--interface=127.0.0.1', `--listen-ng=${control}`,
    '--port-min=40000', '--port-max=59999', '--delete-delay=0', `--pidfile=${directory}/rtpengine.pid`]);
  return { child, control };
}

// SPDX-License-Identifier: Apache-2.0
import type { Call, Party } from '../src/index';

export function nameOf(party: Party): string {
  return party.displayName ?? party.user;
}

export function initials(party: Party): string {
  const letters = nameOf(party).match(/\p{L}+/gu) ?? [];
  return letters.length === 0 ? '#' : letters.slice(0, 2).map((word) => word.charAt(0).toUpperCase()).join('');
}

/** 65_000 -> `01:05`. */
export function timer(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const tail = [minutes, seconds % 60].map((part) => String(part).padStart(2, '0')).join(':');
  return hours > 0 ? `${hours}:${tail}` : tail;
}

export function stateWords(call: Call): string {
  if (call.repairing) return 'Connection lost, reconnecting…';
  if (call.state === 'active') {
    if (call.onHold.local && call.onHold.remote) return 'On hold, both sides';
    if (call.onHold.local) return 'On hold';
    if (call.onHold.remote) return 'The other side put you on hold';
    return call.muted ? 'Connected, muted' : 'Connected';
  }
  const words = {
    calling: 'Calling…',
    ringing: 'Ringing…',
    early: 'Ringing…',
    incoming: 'Incoming call',
    connecting: 'Connecting…',
    ended: call.ending?.missed ? 'Missed' : 'Call ended',
  };
  return words[call.state];
}

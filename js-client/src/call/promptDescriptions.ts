// SPDX-License-Identifier: Apache-2.0

/**
 * Makes JsSIP send each offer and answer the moment it is set, without waiting for ICE gathering.
 *
 * JsSIP holds a description back until `iceGatheringState` is `complete`, or until a first candidate lets the
 * application call `ready()`. Our peer is the gateway: ICE-lite, with its address in its own description, and it learns
 * ours from the connectivity checks, so zero candidates suffice. Gathering itself goes on untouched; only what this
 * one property says on this one connection is ours. That covers INVITE, 200, re-INVITE and UPDATE alike.
 */
export function sendDescriptionsAtOnce(connection: RTCPeerConnection): void {
  Object.defineProperty(connection, 'iceGatheringState', { configurable: true, get: () => 'complete' });
}

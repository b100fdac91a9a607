// SPDX-License-Identifier: Apache-2.0

/** TS 23.228 U.1.1: media multiplexing is not used on W2; browsers write the group even for a single stream. */
export function withoutBundle(sdp: string): string {
  return sdp.replace(/^a=group:BUNDLE.*\r?\n/gm, '');
}

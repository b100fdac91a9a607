// SPDX-License-Identifier: Apache-2.0
import { PhoneError } from '../errors';

const duration = 120;
const gap = 70;

/** Sends tones as RFC 4733 events in the call's own audio stream; a tone pressed meanwhile queues behind them. */
export function sendTones(connection: RTCPeerConnection, tones: string): void {
  if (!/^[0-9A-Da-d*#,]+$/.test(tones)) throw new PhoneError('dtmf-unavailable', { detail: `not tones: ${tones}` });
  const sender = connection.getSenders().find(({ track }) => track?.kind === 'audio')?.dtmf;
  if (!sender?.canInsertDTMF) {
    throw new PhoneError('dtmf-unavailable', { detail: 'telephone-event was not negotiated' });
  }
  sender.insertDTMF(sender.toneBuffer + tones, duration, gap);
}

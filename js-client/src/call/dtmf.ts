// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { PhoneError } from '../errors';

const duration = 120;
const gap = 70;

/**
 * Sends tones as RFC 4733 events in the call's own audio stream; a tone pressed meanwhile queues behind them. Where the far end takes no
 * events each tone is a SIP INFO (application/dtmf-relay).
 */
export function sendTones(session: Pick<RTCSession, 'connection' | 'sendDTMF'>, tones: string): void {
  if (!/^[0-9A-Da-d*#,]+$/.test(tones)) throw new PhoneError('dtmf-unavailable', { detail: `not tones: ${tones}` });
  const sender = session.connection.getSenders().find(({ track }) => track?.kind === 'audio')?.dtmf;
  if (sender?.canInsertDTMF) return sender.insertDTMF(sender.toneBuffer + tones, duration, gap);
  session.sendDTMF(tones, { duration, interToneGap: gap, transportType: 'INFO' as never });
}

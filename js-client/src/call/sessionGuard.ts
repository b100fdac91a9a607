// SPDX-License-Identifier: Apache-2.0
import type { RTCSession, TerminateOptions } from 'jssip/lib/RTCSession';

export interface SessionTrouble {
  /** ICE has given up on the path. */
  mediaLost(): void;
  /** A request of the call could not be sent: the WebSocket is gone. */
  signallingLost(): void;
  /** A re-INVITE (hold, resume, ICE restart) was refused. */
  reofferRefused(): void;
}

const reofferPhrases = new Set(['Hold Failed', 'Unhold Failed', 'Media Renegotiation Failed']);

/**
 * JsSIP answers trouble in an established call by ending it: a lost path, a lost WebSocket, a refused hold. A phone
 * rather keeps the call and repairs it, so these three reasons to terminate come to us first. All others go through.
 */
export function guardSession(session: RTCSession, trouble: SessionTrouble): void {
  const terminate = session.terminate.bind(session);
  session.terminate = (options: TerminateOptions = {}): void => {
    if (!session.isEstablished()) return terminate(options);
    if (options.cause === 'RTP Timeout') return trouble.mediaLost();
    if (options.cause === 'Connection Error') return trouble.signallingLost();
    if (reofferPhrases.has(options.reason_phrase ?? '')) return trouble.reofferRefused();
    terminate(options);
  };
}

// SPDX-License-Identifier: Apache-2.0
import type { EndEvent } from 'jssip/lib/RTCSession';
import { PhoneError } from '../errors';
import { type SipFailure, failureOf } from '../sip/failure';
import type { CallState } from './call';

/** Who ended a call and, unless that was the plan, why. */
export interface Ending {
  readonly by: 'local' | 'remote' | 'network';
  readonly error?: PhoneError;
  /** An incoming call that nobody took. */
  readonly missed?: boolean;
}

/** Reads JsSIP's account of the end, given the state in which it found the call. */
export function endingOf(event: Pick<EndEvent, 'originator' | 'message' | 'cause'>, state: CallState): Ending {
  const originator: string = event.originator;
  const response = event.message as unknown as Partial<SipFailure> | null;
  const missed = state === 'incoming';
  if (originator === 'remote' && typeof response?.status_code === 'number') {
    // A 2xx here is one that we could not use: its body was no answer to our offer.
    const error =
      response.status_code < 300
        ? new PhoneError('media-failed', { detail: event.cause })
        : failureOf(response as SipFailure, 'call-refused');
    return { by: 'remote', error };
  }
  switch (event.cause) {
    case 'Connection Error':
      return { by: 'network', error: new PhoneError('connection-lost') };
    case 'Request Timeout':
      return { by: 'network', error: new PhoneError('unavailable', { detail: 'no answer from the network' }) };
    case 'Dialog Error':
      return { by: 'network', error: new PhoneError('connection-lost', { detail: 'the network has forgotten the call' }) };
    case 'RTP Timeout':
    case 'WebRTC Error':
    case 'Bad Media Description':
    case 'Internal Error':
      return { by: 'network', error: new PhoneError('media-failed', { detail: event.cause }) };
    case 'No ACK':
      return { by: 'network', error: new PhoneError('call-refused', { detail: 'the answer was not confirmed' }) };
    default: {
      // Our own clock ran out on a ringing call: nobody refused it.
      const unanswered = event.cause === 'No Answer' || event.cause === 'Expires';
      const by = originator === 'local' && !unanswered ? 'local' : 'remote';
      return missed && by === 'remote' ? { by, missed } : { by };
    }
  }
}

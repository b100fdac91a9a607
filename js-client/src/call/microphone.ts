// SPDX-License-Identifier: Apache-2.0
import { PhoneError, type PhoneErrorCode } from '../errors';

const byName: Record<string, PhoneErrorCode> = {
  NotAllowedError: 'microphone-refused',
  SecurityError: 'microphone-refused',
  NotFoundError: 'microphone-missing',
  OverconstrainedError: 'microphone-missing',
  NotReadableError: 'microphone-busy',
  AbortError: 'microphone-busy',
};

/** What a person speaking wants; a test that sends tones turns these off, for noise suppression eats steady tones. */
export const speech: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

/** Opens the microphone, or says which of the usual reasons stands in the way. */
export async function openMicrophone(constraints: MediaTrackConstraints): Promise<MediaStream> {
  requireCapableBrowser();
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: constraints });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw new PhoneError(byName[name] ?? 'microphone-missing', { detail: name, cause: error });
  }
}

/** Browsers hide microphone and cryptography from pages that did not come over HTTPS (or from localhost). */
export function requireCapableBrowser(): void {
  if (!window.isSecureContext) throw new PhoneError('insecure-context', { detail: location.origin });
  if (!('RTCPeerConnection' in window) || !navigator.mediaDevices) throw new PhoneError('webrtc-unsupported');
}

// SPDX-License-Identifier: Apache-2.0
import { PhoneError } from '../errors';

/** What a call's picture is taken with. */
export const picture: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 25 } };

/** Adds the camera's track to a call's stream. A call without it is still a call: the reason comes back, it is not thrown. */
export async function addCamera(stream: MediaStream): Promise<PhoneError | undefined> {
  try {
    const camera = await navigator.mediaDevices.getUserMedia({ video: picture });
    for (const track of camera.getVideoTracks()) stream.addTrack(track);
    return undefined;
  } catch (error) {
    return new PhoneError('camera-unavailable', { detail: error instanceof Error ? error.name : '', cause: error });
  }
}

/** The offer has a video section that is not refused. */
export function offersVideo(sdp: string | undefined): boolean {
  return /^m=video [1-9]/m.test(sdp ?? '');
}

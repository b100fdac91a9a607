// SPDX-License-Identifier: Apache-2.0
import { vi } from 'vitest';
import type { LabSip } from './labSip';

const sdp = [
  'v=0',
  'o=- 1 1 IN IP4 127.0.0.1',
  's=-',
  't=0 0',
  'a=group:BUNDLE 0',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111',
  'c=IN IP4 0.0.0.0',
  'a=mid:0',
  'a=sendrecv',
  'a=rtpmap:111 opus/48000/2',
  '',
].join('\r\n');

/** A connection whose gathering never ends and never finds anything: whoever waits for it waits for ever. */
class FakeConnection extends EventTarget {
  localDescription: RTCSessionDescriptionInit | null = null;
  signalingState: RTCSignalingState = 'stable';
  iceConnectionState: RTCIceConnectionState = 'new';

  get iceGatheringState(): RTCIceGatheringState {
    return this.localDescription ? 'gathering' : 'new';
  }

  createOffer = async (): Promise<RTCSessionDescriptionInit> => ({ type: 'offer', sdp });
  createAnswer = async (): Promise<RTCSessionDescriptionInit> => ({ type: 'answer', sdp });
  getSenders = (): RTCRtpSender[] => [];
  addTrack = (): void => undefined;
  close = (): void => undefined;

  async setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.localDescription = description;
    this.signalingState = description.type === 'offer' ? 'have-local-offer' : 'stable';
  }

  async setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    if (description.type === 'answer' && this.signalingState !== 'have-local-offer') throw new Error('InvalidStateError');
    this.signalingState = description.type === 'offer' ? 'have-remote-offer' : 'stable';
  }
}

/** As much of a browser as JsSIP and a call touch. */
export function stubBrowser(): void {
  const stream = { getTracks: () => [], getAudioTracks: () => [] };
  vi.stubGlobal('window', { RTCPeerConnection: FakeConnection, isSecureContext: true });
  vi.stubGlobal('RTCPeerConnection', FakeConnection);
  vi.stubGlobal('RTCSessionDescription', function (init: RTCSessionDescriptionInit) {
    return init;
  });
  vi.stubGlobal('navigator', { onLine: true, mediaDevices: { getUserMedia: async () => stream } });
}

/** A WebSocket that ends in the lab's SIP switch, in this process. */
export class LabSocket {
  readyState = 0;
  binaryType = '';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null = null;

  constructor(private readonly sip: LabSip) {
    queueMicrotask(() => {
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(text: string): void {
    const peer = { send: (answer: string) => queueMicrotask(() => this.onmessage?.({ data: answer })) };
    this.sip.receive(peer, text);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The network takes it away. */
  drop(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason, wasClean: false });
  }
}

// SPDX-License-Identifier: Apache-2.0
// JsSIP asks a browser's RTCPeerConnection for its session descriptions. On this phone they are plain SRTP ones, and
// what connects is Audio.
import { newKey, readSdp, writeSdp } from './sdp.mjs';

export class PhonePeerConnection extends EventTarget {
  /** Set by the phone before a call: { audio, address }. */
  static media;

  iceConnectionState = 'connected';
  iceGatheringState = 'complete';
  signalingState = 'stable';
  localDescription = null;
  #media = PhonePeerConnection.media;
  #key = newKey();
  #port = null;
  #version = 0;
  #remote = null;

  async createOffer() {
    return { type: 'offer', sdp: await this.#describe({}) };
  }

  async createAnswer() {
    const { tag, payload, profile } = this.#remote;
    return { type: 'answer', sdp: await this.#describe({ tag, profile, payloads: [payload], direction: this.#remote.held ? 'recvonly' : 'sendrecv' }) };
  }

  async setLocalDescription(description) {
    this.localDescription = description;
    if (description.type === 'answer') this.#connect();
  }

  async setRemoteDescription(description) {
    this.#remote = readSdp(description.sdp);
    if (description.type === 'answer') this.#connect();
  }

  addTrack() {}
  getSenders() { return []; }
  getReceivers() { return []; }
  close() { this.#media.audio.close(); }

  async #describe(choices) {
    this.#port ??= await this.#media.audio.open(this.#media.address);
    return writeSdp({ address: this.#media.address, port: this.#port, version: ++this.#version, key: this.#key, ...choices });
  }

  #connect() {
    const { address, port, payload, key } = this.#remote;
    this.#media.audio.connect({ address, port, payload, localKey: this.#key, remoteKey: key });
  }
}

/** What JsSIP expects to find in a browser. */
export function installGlobals() {
  globalThis.window ??= globalThis;
  globalThis.RTCPeerConnection = PhonePeerConnection;
  globalThis.RTCSessionDescription = class {
    constructor({ type, sdp }) { Object.assign(this, { type, sdp }); }
  };
}

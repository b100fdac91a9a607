// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { Emitter } from '../emitter';
import { PhoneError } from '../errors';
import type { Party } from '../sip/party';
import { acceptLaterAnswers } from './laterAnswers';
import { addCamera } from './camera';
import { type Ending, endingOf } from './ending';
import { openMicrophone } from './microphone';
import { sendTones } from './dtmf';
import { sendDescriptionsAtOnce } from './promptDescriptions';
import { Reoffers } from './reoffer';
import { guardSession } from './sessionGuard';
import { withoutBundle } from './withoutBundle';

export type CallDirection = 'outgoing' | 'incoming';

/**
 * `calling`: INVITE on its way; `ringing`: the far end rings; `early`: sound before the answer; `incoming`: we ring;
 * `connecting`: answered here, not yet set up; `active`; `ended`.
 */
export type CallState = 'calling' | 'ringing' | 'early' | 'incoming' | 'connecting' | 'active' | 'ended';

export interface CallEvents {
  /** Anything that a user sees has changed: state, hold, mute, repair. */
  change: Call;
  ended: Call;
  /** The far end's sound is there (or is a new one). */
  remoteStream: MediaStream;
  /** The far end's picture is there (or is a new one). */
  remoteVideo: MediaStream;
}

/** Milliseconds since the epoch; for display and for measuring set-up times. */
export interface CallTimes {
  readonly created: number;
  inviteSent?: number;
  progress?: number;
  connected?: number;
  ended?: number;
}

export interface CallSettings {
  /** Seconds that a lost path may take to come back. */
  readonly grace: number;
  readonly isOnline: () => boolean;
  /** Packets no longer pass: the way of the signalling may be gone as well. */
  readonly pathLost: () => void;
  /** STUN and TURN servers, where the gateway cannot be reached directly. */
  readonly iceServers: readonly RTCIceServer[];
  readonly microphone: MediaTrackConstraints;
  readonly problem: (error: PhoneError) => void;
}

/** For the gateway: one media section each, no BUNDLE (MED-05), and one host candidate that answers our checks. */
export function connectionSettings({ iceServers }: Pick<CallSettings, 'iceServers'>): RTCConfiguration {
  return { iceServers: [...iceServers], bundlePolicy: 'max-compat', rtcpMuxPolicy: 'require' };
}

/** Session refresh by RFC 4028 every half of this many seconds. */
export const sessionExpires = 1800;

/** One call, from the first ring to the end. */
export class Call extends Emitter<CallEvents> {
  state: CallState;
  ending: Ending | undefined;
  /** The path is lost and being repaired. */
  repairing = false;
  remoteStream: MediaStream | undefined;
  remoteVideo: MediaStream | undefined;
  localStream: MediaStream | undefined;
  /** Picture is wanted: by the caller, until an incoming call is answered without. */
  video = false;
  readonly times: CallTimes = { created: Date.now() };
  private readonly reoffers: Reoffers;
  private graceTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly session: RTCSession,
    readonly direction: CallDirection,
    readonly remote: Party,
    private readonly settings: CallSettings,
  ) {
    super();
    this.state = direction === 'incoming' ? 'incoming' : 'calling';
    this.reoffers = new Reoffers(session);
    this.listen();
  }

  get id(): string {
    return this.session.id;
  }

  /** For statistics and tests; undefined before an incoming call is answered. */
  get connection(): RTCPeerConnection | undefined {
    return this.session.connection ?? undefined;
  }

  get muted(): boolean {
    return this.session.isMuted().audio ?? false;
  }

  get onHold(): { readonly local: boolean; readonly remote: boolean } {
    return this.session.isOnHold();
  }

  get error(): PhoneError | undefined {
    return this.ending?.error;
  }

  /** Our camera shows something; false also when there is none in the call. */
  get cameraOn(): boolean {
    return this.hasCamera && !(this.session.isMuted().video ?? false);
  }

  get hasCamera(): boolean {
    return (this.localStream?.getVideoTracks().length ?? 0) > 0;
  }

  /** Shows or hides our picture; the other end sees black meanwhile. */
  setCamera(on: boolean): void {
    if (on) this.session.unmute({ video: true });
    else this.session.mute({ video: true });
  }

  /** Takes an incoming call; `video` only where it was offered. */
  async answer({ video = false } = {}): Promise<void> {
    if (this.state !== 'incoming') throw new PhoneError('invalid-state', { detail: this.state });
    this.become('connecting');
    let stream: MediaStream;
    try {
      stream = await openMicrophone(this.settings.microphone);
    } catch (error) {
      // Still ringing: the user may allow the microphone and try again.
      if (!this.hasEnded()) this.become('incoming');
      throw error;
    }
    this.video = this.video && video;
    const lacking = this.video ? await addCamera(stream) : undefined;
    if (lacking) this.settings.problem(lacking);
    if (this.hasEnded()) return stopTracks(stream);
    this.localStream = stream;
    this.session.answer({
      mediaStream: stream,
      pcConfig: connectionSettings(this.settings),
      sessionTimersExpires: sessionExpires,
    });
  }

  /** Ends the call in whatever state: CANCEL, decline or BYE. */
  hangup(): void {
    if (this.hasEnded()) return;
    const ringing = this.state === 'incoming' || this.state === 'connecting';
    this.session.terminate(ringing ? { status_code: 603, reason_phrase: 'Decline' } : {});
  }

  /** Turns an incoming call away as busy rather than declined. */
  reject(): void {
    if (this.state === 'incoming') this.session.terminate({ status_code: 486, reason_phrase: 'Busy Here' });
  }

  async hold(): Promise<void> {
    await this.changeHold(true);
  }

  async unhold(): Promise<void> {
    await this.changeHold(false);
  }

  mute(): void {
    this.session.mute({ audio: true });
  }

  unmute(): void {
    this.session.unmute({ audio: true });
  }

  dtmf(tones: string): void {
    if (this.state !== 'active' && this.state !== 'early') throw new PhoneError('invalid-state', { detail: this.state });
    sendTones(this.session, tones);
  }

  /** The line is registered again: new candidates and credentials for the path, on the dialog we have. */
  async restartIce(): Promise<void> {
    if (!this.session.isEstablished()) return;
    this.repair();
    try {
      await this.reoffers.restartIce();
      this.checkRepaired();
    } catch {
      // Gone again, or refused: the next return of the line tries once more, or the grace time ends the call.
      this.checkRepaired();
    }
  }

  private async changeHold(on: boolean): Promise<void> {
    if (this.state !== 'active') throw new PhoneError('invalid-state', { detail: this.state });
    if (!this.settings.isOnline()) throw new PhoneError('connection-lost');
    await this.reoffers.setHold(on).finally(() => this.emit('change', this));
  }

  private listen(): void {
    const { session } = this;
    if (session.connection) this.adopt(session.connection);
    session.on('peerconnection', ({ peerconnection }) => this.adopt(peerconnection));
    session.on('sdp', (event) => {
      if (event.originator === ('local' as typeof event.originator)) event.sdp = withoutBundle(event.sdp);
    });
    session.on('sending', () => {
      this.times.inviteSent = Date.now();
    });
    session.on('progress', ({ response }: { response?: { body?: string } | null }) => {
      if (this.direction === 'incoming') return;
      this.times.progress ??= Date.now();
      if (response?.body) this.become('early');
      else if (this.state !== 'early') this.become('ringing');
    });
    session.on('confirmed', () => {
      this.times.connected = Date.now();
      this.become('active');
    });
    session.on('ended', (event) => this.finish(endingOf(event, this.state)));
    session.on('failed', (event) => this.finish(endingOf(event, this.state)));
    for (const event of ['hold', 'unhold', 'muted', 'unmuted'] as const) {
      session.on(event, () => this.emit('change', this));
    }
    guardSession(session, {
      mediaLost: () => this.handleMediaLost(),
      signallingLost: () => this.reoffers.handleSignallingLost(),
      reofferRefused: () => this.reoffers.handleRefused(),
    });
  }

  private adopt(connection: RTCPeerConnection): void {
    sendDescriptionsAtOnce(connection);
    acceptLaterAnswers(connection);
    connection.addEventListener('track', ({ track, transceiver }) => {
      if (track.kind === 'video') return this.adoptVideo(track, transceiver);
      // After a hold the same track comes back; whoever plays or records it goes on.
      if (this.remoteStream?.getTracks()[0] === track) return;
      this.remoteStream = new MediaStream([track]);
      this.emit('remoteStream', this.remoteStream);
      this.emit('change', this);
    });
    connection.addEventListener('iceconnectionstatechange', () => {
      if (connection.iceConnectionState === 'disconnected') {
        this.repair();
        this.settings.pathLost();
      }
      this.checkRepaired();
    });
  }

  private adoptVideo(track: MediaStreamTrack, transceiver: RTCRtpTransceiver): void {
    // Before the answer is made: its section says port 0 then (RFC 3264 6).
    if (!this.video) return transceiver.stop();
    if (this.remoteVideo?.getTracks()[0] === track) return;
    this.remoteVideo = new MediaStream([track]);
    this.emit('remoteVideo', this.remoteVideo);
    this.emit('change', this);
  }

  private handleMediaLost(): void {
    this.repair();
    // Without signalling the restart follows when the line is back.
    if (this.settings.isOnline()) void this.restartIce();
  }

  private repair(): void {
    if (this.hasEnded()) return;
    this.graceTimer ??= setTimeout(() => this.giveUp(), this.settings.grace * 1000);
    if (this.repairing) return;
    this.repairing = true;
    this.emit('change', this);
  }

  private checkRepaired(): void {
    const state = this.connection?.iceConnectionState;
    if (!this.repairing || (state !== 'connected' && state !== 'completed')) return;
    clearTimeout(this.graceTimer);
    this.graceTimer = undefined;
    this.repairing = false;
    this.emit('change', this);
  }

  private giveUp(): void {
    if (this.hasEnded()) return;
    this.ending = { by: 'network', error: new PhoneError('media-failed', { detail: 'no path to the gateway' }) };
    this.session.terminate({ status_code: 408, reason_phrase: 'Media Lost' });
  }

  private finish(ending: Ending): void {
    if (this.hasEnded()) return;
    this.ending ??= ending;
    this.times.ended = Date.now();
    clearTimeout(this.graceTimer);
    this.repairing = false;
    stopTracks(this.localStream);
    this.become('ended');
    this.emit('ended', this);
  }

  private hasEnded(): boolean {
    return this.state === 'ended';
  }

  private become(state: CallState): void {
    if (this.state === state || this.hasEnded()) return;
    this.state = state;
    this.emit('change', this);
  }
}

function stopTracks(stream: MediaStream | undefined): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

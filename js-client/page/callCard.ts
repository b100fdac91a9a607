// SPDX-License-Identifier: Apache-2.0
import { type Call, PhoneError, type Softphone } from '../src/index';
import { h, icon, setText, show } from './dom';
import { keypad } from './keypad';
import { MeterView } from './meter';
import type { Sounds } from './sounds';
import { initials, nameOf, stateWords, timer } from './wording';
import { wordsFor } from './words';

/** Milliseconds for which the end of a call stays readable. */
const farewell = 3_500;

/** One call: who, how long, how loud, and what can be done. */
export class CallCard {
  readonly element: HTMLElement;
  private readonly state = h('p', { class: 'call-state', 'data-testid': 'call-state', 'aria-live': 'polite' });
  private readonly timer = h('span', { class: 'call-timer', 'data-testid': 'call-timer', role: 'timer' });
  private readonly answer: HTMLButtonElement;
  private readonly answerVideo: HTMLButtonElement;
  private readonly camera: HTMLButtonElement;
  private readonly pictures: HTMLElement;
  private readonly ownPicture = h('video', { class: 'own', autoplay: true, playsinline: true, muted: true, 'data-testid': 'call-own-video', 'aria-label': 'Your picture' });
  private readonly picture: HTMLVideoElement;
  private readonly hangup: HTMLButtonElement;
  private readonly mute: HTMLButtonElement;
  private readonly hold: HTMLButtonElement;
  private readonly pad: HTMLButtonElement;
  private readonly tools: HTMLElement;
  private readonly tones: HTMLElement;
  private readonly toneText = h('output', { class: 'tones', 'data-testid': 'tones-sent' });
  private readonly meters: HTMLElement;
  private readonly local: MeterView;
  private readonly remote: MeterView;
  private readonly audio = h('audio', { autoplay: true, playsinline: true, 'data-testid': 'remote-audio' });
  private readonly tick: ReturnType<typeof setInterval>;

  constructor(
    readonly call: Call,
    private readonly phone: Softphone,
    private readonly sounds: Sounds,
    private readonly failed: (error: PhoneError) => void,
  ) {
    this.local = new MeterView(sounds.context, 'You', 'meter-local');
    this.remote = new MeterView(sounds.context, nameOf(call.remote), 'meter-remote');
    this.answer = this.button('call-answer', 'phone', 'Answer', 'call', () => this.take());
    this.answerVideo = this.button('call-answer-video', 'video', 'Answer with video', 'call', () => this.take(true));
    this.camera = this.button('call-camera', 'video', 'Camera off', 'tool', () => call.setCamera(!call.cameraOn));
    this.picture = h('video', { autoplay: true, playsinline: true, muted: true, 'data-testid': 'call-remote-video', 'aria-label': `Picture of ${nameOf(call.remote)}` });
    // The sound has an element of its own.
    for (const video of [this.picture, this.ownPicture]) video.muted = true;
    this.pictures = h('div', { class: 'pictures', hidden: true }, this.picture, this.ownPicture);
    this.hangup = this.button('call-hangup', 'hangup', 'Hang up', 'danger', () => call.hangup());
    this.mute = this.button('call-mute', 'mic', 'Mute', 'tool', () => (call.muted ? call.unmute() : call.mute()));
    this.hold = this.button('call-hold', 'pause', 'Hold', 'tool', () => (call.onHold.local ? call.unhold() : call.hold()));
    this.pad = this.button('call-keypad', 'keypad', 'Keypad', 'tool', () => this.togglePad());
    this.tools = h('div', { class: 'call-tools' }, this.mute, this.camera, this.hold, this.pad);
    this.tones = h('div', { class: 'call-tones', hidden: true }, this.toneText, keypad('tone', (key) => this.sendTone(key)));
    this.meters = h('div', { class: 'meters' }, this.local.element, this.remote.element);
    this.element = h(
      'article',
      { class: 'card call', 'data-testid': 'call-card', 'data-call-id': call.id, 'data-direction': call.direction, tabindex: '-1', 'aria-label': `Call with ${nameOf(call.remote)}` },
      h(
        'div',
        { class: 'call-head' },
        h('div', { class: 'avatar', 'aria-hidden': 'true' }, initials(call.remote)),
        h('div', { class: 'call-who' }, h('h2', { 'data-testid': 'call-peer' }, nameOf(call.remote)), h('p', { class: 'uri' }, call.remote.uri), this.state),
        this.timer,
      ),
      this.pictures,
      this.meters,
      this.tools,
      this.tones,
      h('div', { class: 'call-ends' }, this.answer, this.answerVideo, this.hangup),
      this.audio,
    );
    call.on('change', () => this.update());
    call.on('ended', () => this.leave());
    this.tick = setInterval(() => this.writeTimer(), 500);
    this.update();
  }

  /** Digits typed while this call is in front. */
  sendTone(key: string): void {
    try {
      this.call.dtmf(key);
      this.sounds.key(key);
      this.toneText.value += key;
    } catch (error) {
      this.failed(PhoneError.from(error, 'dtmf-unavailable'));
    }
  }

  async take(video = false): Promise<void> {
    // A call that cannot be held must not keep us from answering.
    await this.phone.holdOthers(this.call).catch(() => undefined);
    await this.call.answer({ video });
  }

  private update(): void {
    const { call } = this;
    const talking = call.state === 'active';
    const ringing = call.state === 'incoming';
    this.element.dataset['state'] = call.state;
    this.element.dataset['hold'] = call.onHold.local ? 'local' : call.onHold.remote ? 'remote' : 'none';
    this.element.dataset['repairing'] = String(call.repairing);
    setText(this.state, stateWords(call));
    this.writeTimer();
    show(this.answer, ringing);
    show(this.answerVideo, ringing && call.video);
    show(this.camera, call.hasCamera);
    show(this.tools, talking || call.state === 'early');
    show(this.meters, talking || call.state === 'early');
    label(this.hangup, ringing ? 'Decline' : talking ? 'Hang up' : 'Cancel');
    this.press(this.mute, call.muted, call.muted ? 'Unmute' : 'Mute', call.muted ? 'micOff' : 'mic');
    this.press(this.hold, call.onHold.local, call.onHold.local ? 'Resume' : 'Hold', call.onHold.local ? 'play' : 'pause');
    this.press(this.camera, !call.cameraOn, call.cameraOn ? 'Camera off' : 'Camera on', call.cameraOn ? 'video' : 'videoOff');
    this.hold.disabled = !talking;
    if (call.state === 'ended') return;
    this.local.watch(call.localStream);
    this.listenTo(call.remoteStream);
    this.look();
  }

  private listenTo(stream: MediaStream | undefined): void {
    if (!stream || this.audio.srcObject === stream) return;
    this.audio.srcObject = stream;
    void this.audio.play().catch(() => undefined);
    this.remote.watch(stream);
  }

  private look(): void {
    const { remoteVideo, localStream, hasCamera } = this.call;
    if (remoteVideo) play(this.picture, remoteVideo);
    if (hasCamera && localStream) play(this.ownPicture, localStream);
    show(this.ownPicture, hasCamera);
    show(this.pictures, remoteVideo !== undefined || hasCamera);
  }

  private togglePad(): void {
    show(this.tones, this.tones.hidden);
    this.press(this.pad, !this.tones.hidden, 'Keypad', 'keypad');
  }

  private writeTimer(): void {
    const { connected, ended } = this.call.times;
    setText(this.timer, connected === undefined ? '' : timer((ended ?? Date.now()) - connected));
  }

  private leave(): void {
    clearInterval(this.tick);
    this.local.close();
    this.remote.close();
    this.audio.srcObject = null;
    this.picture.srcObject = null;
    this.ownPicture.srcObject = null;
    show(this.pictures, false);
    const { error } = this.call;
    this.element.dataset['error'] = error?.code ?? '';
    if (error) setText(this.state, `${wordsFor(error).title} — ${wordsFor(error).advice}`);
    show(this.tools, false);
    show(this.meters, false);
    show(this.tones, false);
    show(this.answer, false);
    show(this.answerVideo, false);
    show(this.hangup, false);
    setTimeout(() => this.element.remove(), error ? farewell * 2 : farewell);
  }

  private button(testId: string, picture: 'phone' | 'hangup' | 'mic' | 'pause' | 'keypad' | 'video', text: string, kind: string, act: () => unknown): HTMLButtonElement {
    const run = async (): Promise<void> => {
      try {
        await act();
      } catch (error) {
        this.failed(PhoneError.from(error, 'invalid-state'));
      }
    };
    return h('button', { type: 'button', class: `button ${kind}`, 'data-testid': testId, onclick: () => void run() }, icon(picture), h('span', {}, text));
  }

  private press(button: HTMLButtonElement, on: boolean, text: string, picture: Parameters<typeof icon>[0]): void {
    button.setAttribute('aria-pressed', String(on));
    if (button.dataset['icon'] !== picture) {
      button.dataset['icon'] = String(picture);
      button.querySelector('svg')?.replaceWith(icon(picture));
    }
    label(button, text);
  }
}

function play(video: HTMLVideoElement, stream: MediaStream): void {
  if (video.srcObject === stream) return;
  video.srcObject = stream;
  void video.play().catch(() => undefined);
}

function label(button: HTMLButtonElement, text: string): void {
  const span = button.querySelector('span');
  if (span) setText(span, text);
}

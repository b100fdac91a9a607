// SPDX-License-Identifier: Apache-2.0

type Pattern = 'ring' | 'ringback' | 'busy';

interface Cadence {
  readonly tones: readonly number[];
  /** Seconds of sound and of the whole period. */
  readonly bursts: readonly (readonly [start: number, length: number])[];
  readonly period: number;
  readonly volume: number;
}

const cadences: Record<Pattern, Cadence> = {
  ring: { tones: [659, 880], bursts: [[0, 0.4], [0.55, 0.4]], period: 2.8, volume: 0.16 },
  ringback: { tones: [425], bursts: [[0, 1]], period: 4, volume: 0.07 },
  busy: { tones: [425], bursts: [[0, 0.4], [0.8, 0.4], [1.6, 0.4]], period: 60, volume: 0.07 },
};

const rows = [697, 770, 852, 941];
const columns = [1209, 1336, 1477];
const keys = '123456789*0#';

/** Ring and call progress tones, made by WebAudio: nothing to load. */
export class Sounds {
  readonly context = new AudioContext();
  private playing: Pattern | undefined;
  private timer: ReturnType<typeof setInterval> | undefined;
  private output: GainNode | undefined;

  /** Browsers let a page sound only after the user has touched it. */
  unlock(): void {
    if (this.context.state === 'suspended') void this.context.resume();
  }

  get locked(): boolean {
    return this.context.state !== 'running';
  }

  play(pattern: Pattern | undefined): void {
    if (pattern === this.playing) return;
    this.stop();
    if (!pattern) return;
    this.playing = pattern;
    const cadence = cadences[pattern];
    this.output = this.context.createGain();
    this.output.connect(this.context.destination);
    this.period(cadence);
    this.timer = setInterval(() => this.period(cadence), cadence.period * 1000);
    if (pattern === 'busy') setTimeout(() => this.playing === 'busy' && this.play(undefined), 2_200);
  }

  key(tone: string): void {
    const index = keys.indexOf(tone);
    if (index < 0) return;
    const at = this.context.currentTime;
    for (const frequency of [rows[Math.floor(index / 3)] ?? 0, columns[index % 3] ?? 0]) {
      this.tone(frequency, at, 0.09, 0.04, this.context.destination);
    }
  }

  private stop(): void {
    clearInterval(this.timer);
    this.output?.disconnect();
    this.output = undefined;
    this.playing = undefined;
  }

  private period({ tones, bursts, volume }: Cadence): void {
    const now = this.context.currentTime;
    for (const [start, length] of bursts) {
      for (const frequency of tones) this.tone(frequency, now + start, length, volume / tones.length, this.output);
    }
  }

  private tone(frequency: number, at: number, length: number, volume: number, into: AudioNode | undefined): void {
    if (!into) return;
    const oscillator = this.context.createOscillator();
    const envelope = this.context.createGain();
    oscillator.frequency.value = frequency;
    // A soft edge: a hard one clicks.
    envelope.gain.setValueAtTime(0, at);
    envelope.gain.linearRampToValueAtTime(volume, at + 0.015);
    envelope.gain.setValueAtTime(volume, at + length - 0.03);
    envelope.gain.linearRampToValueAtTime(0, at + length);
    oscillator.connect(envelope).connect(into);
    oscillator.start(at);
    oscillator.stop(at + length);
  }
}

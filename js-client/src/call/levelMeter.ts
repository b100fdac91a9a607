// SPDX-License-Identifier: Apache-2.0

/** Silence as a number. */
export const floor = -90;

/** Measures how loud a stream is, without changing or playing it. */
export class LevelMeter {
  private readonly source: MediaStreamAudioSourceNode;
  private readonly analyser: AnalyserNode;
  private readonly samples: Float32Array<ArrayBuffer>;

  constructor(context: AudioContext, stream: MediaStream) {
    this.source = context.createMediaStreamSource(stream);
    this.analyser = context.createAnalyser();
    this.analyser.fftSize = 1024;
    this.samples = new Float32Array(this.analyser.fftSize);
    this.source.connect(this.analyser);
  }

  /** Decibels below full scale (RMS), -90 for silence. */
  level(): number {
    this.analyser.getFloatTimeDomainData(this.samples);
    return decibels(this.samples);
  }

  close(): void {
    this.source.disconnect();
  }
}

export function decibels(samples: Float32Array): number {
  let energy = 0;
  for (const sample of samples) energy += sample * sample;
  const rms = Math.sqrt(energy / samples.length);
  return rms > 0 ? Math.max(floor, 20 * Math.log10(rms)) : floor;
}

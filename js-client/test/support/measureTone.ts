// SPDX-License-Identifier: Apache-2.0

export interface Tone {
  /** Strongest frequency in hertz. */
  readonly frequency: number;
  /** Level of the whole signal in decibels below full scale. */
  readonly level: number;
}

/**
 * For `page.evaluate(measureTone, 1000)`: what the first call of the page receives, averaged over so many milliseconds.
 * It runs in the page, so it must not use anything from outside itself.
 */
export async function measureTone(milliseconds: number): Promise<Tone> {
  const phone = (window as unknown as { softphone: { calls: { remoteStream?: MediaStream }[] } }).softphone;
  const stream = phone.calls[0]?.remoteStream;
  if (!stream) throw new Error('no remote stream');
  const context = new AudioContext();
  await context.resume();
  const analyser = context.createAnalyser();
  analyser.fftSize = 8192;
  analyser.smoothingTimeConstant = 0;
  context.createMediaStreamSource(stream).connect(analyser);
  const bins = new Float32Array(analyser.frequencyBinCount);
  const power = new Float64Array(bins.length);
  const samples = new Float32Array(analyser.fftSize);
  let energy = 0;
  let rounds = 0;
  const end = performance.now() + milliseconds;
  await new Promise((resolve) => setTimeout(resolve, 200));
  do {
    analyser.getFloatFrequencyData(bins);
    analyser.getFloatTimeDomainData(samples);
    bins.forEach((decibels, bin) => (power[bin] = (power[bin] ?? 0) + 10 ** (decibels / 10)));
    for (const sample of samples) energy += sample * sample;
    rounds += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
  } while (performance.now() < end);
  const strongest = power.indexOf(Math.max(...power));
  const frequency = (strongest * context.sampleRate) / analyser.fftSize;
  await context.close();
  return { frequency, level: 10 * Math.log10(energy / (rounds * samples.length) || 1e-9) };
}

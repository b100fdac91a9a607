// SPDX-License-Identifier: Apache-2.0
// Which tone is in a recording, how loud, and for how long.
import assert from 'node:assert/strict';

const decibel = (amplitude) => 20 * Math.log10(Math.max(amplitude, 1e-9));

/** Amplitude of one frequency in a block (Goertzel), as dB below full scale. */
export function level(samples, rate, frequency) {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / rate);
  let before = 0;
  let last = 0;
  for (const sample of samples) [before, last] = [last, sample + coefficient * last - before];
  const power = last * last + before * before - coefficient * last * before;
  return decibel((2 * Math.sqrt(Math.max(power, 0))) / samples.length);
}

/** Root mean square as dB below full scale. */
export function loudness(samples) {
  let sum = 0;
  for (const sample of samples) sum += sample * sample;
  return decibel(Math.sqrt(sum / Math.max(samples.length, 1)));
}

function blocks({ samples, rate }, milliseconds = 100) {
  const size = Math.floor((rate * milliseconds) / 1000);
  return Array.from({ length: Math.floor(samples.length / size) }, (_, index) => samples.subarray(index * size, (index + 1) * size));
}

/** True for a block whose sound is this tone: loud enough, and nearly all of what there is. */
function isTone(block, rate, frequency, least) {
  const found = level(block, rate, frequency);
  // A sine's RMS is 3 dB below its amplitude: what remains beside the tone must stay 6 dB below it.
  return found >= least && loudness(block) - (found - 3) < 1;
}

/** Seconds of a recording in which the tone, and nothing else, is heard at `least` dBFS or more. */
export function secondsOfTone(recording, frequency, least = -30) {
  return blocks(recording).filter((block) => isTone(block, recording.rate, frequency, least)).length / 10;
}

/** Seconds in which hardly anything is heard. */
export function secondsOfSilence(recording, most = -55) {
  return blocks(recording).filter((block) => loudness(block) < most).length / 10;
}

/** Fails unless the tone is there for `seconds`, at its frequency and not a neighbour's. */
export function assertTone(recording, frequency, { seconds = 3, least = -30, who = 'the recording' } = {}) {
  const heard = secondsOfTone(recording, frequency, least);
  const detail = `${(recording.samples.length / recording.rate).toFixed(1)} s recorded at ${loudness(recording.samples).toFixed(1)} dBFS`;
  assert.ok(heard >= seconds, `${who}: ${frequency} Hz heard for ${heard} s, wanted ${seconds} s (${detail})`);
  for (const neighbour of [frequency * 0.9, frequency * 1.1]) {
    assert.ok(secondsOfTone(recording, neighbour, least) === 0, `${who}: ${neighbour} Hz instead of ${frequency} Hz`);
  }
}

/** The last `seconds` of a recording. */
export function ending({ samples, rate }, seconds) {
  return { rate, samples: samples.subarray(Math.max(0, samples.length - Math.round(rate * seconds))) };
}

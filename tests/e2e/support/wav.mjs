// SPDX-License-Identifier: Apache-2.0
// 16-bit PCM WAV files as samples between -1 and 1.
import { readFileSync, writeFileSync } from 'node:fs';

/** {rate, samples}: the first channel. A file still being written (sizes of 0 in its header) is read to its end. */
export function readWav(file) {
  const bytes = readFileSync(file);
  const channels = bytes.readUInt16LE(22);
  const rate = bytes.readUInt32LE(24);
  const data = bytes.indexOf('data', 36, 'latin1') + 8;
  const count = Math.floor((bytes.length - data) / 2 / channels);
  const samples = Float32Array.from({ length: count }, (_, index) => bytes.readInt16LE(data + index * 2 * channels) / 32768);
  return { rate, samples };
}

/** Its writer has put the sizes into its header. */
export function isWhole(file) {
  const bytes = readFileSync(file);
  return bytes.length > 44 && bytes.readUInt16LE(22) !== 0 && bytes.readUInt32LE(4) !== 0;
}

export function writeWav(file, { rate, samples }) {
  const head = Buffer.alloc(44);
  head.write('RIFF', 0);
  head.writeUInt32LE(36 + samples.length * 2, 4);
  head.write('WAVEfmt ', 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate * 2, 28);
  head.writeUInt16LE(2, 32);
  head.writeUInt16LE(16, 34);
  head.write('data', 36);
  head.writeUInt32LE(samples.length * 2, 40);
  const body = Buffer.alloc(samples.length * 2);
  samples.forEach((sample, index) => body.writeInt16LE(Math.round(sample * 32767), index * 2));
  writeFileSync(file, Buffer.concat([head, body]));
}

/** A sine at `level` dBFS (of its amplitude). */
export function sine({ rate = 48000, frequency, seconds, level = -12 }) {
  const amplitude = 10 ** (level / 20);
  const length = Math.round(rate * seconds);
  return { rate, samples: Float32Array.from({ length }, (_, n) => amplitude * Math.sin((2 * Math.PI * frequency * n) / rate)) };
}

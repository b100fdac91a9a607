// SPDX-License-Identifier: Apache-2.0
// WAV files with 16-bit mono samples at 8 kHz.
import { readFileSync, writeFileSync } from 'node:fs';

export function readWav(file) {
  const data = readFileSync(file);
  if (data.toString('latin1', 0, 4) !== 'RIFF' || data.toString('latin1', 8, 12) !== 'WAVE') throw new Error(`${file} is no WAV file`);
  let format;
  for (let at = 12; at + 8 <= data.length; at += 8 + data.readUInt32LE(at + 4) + (data.readUInt32LE(at + 4) & 1)) {
    const name = data.toString('latin1', at, at + 4);
    const body = data.subarray(at + 8, at + 8 + data.readUInt32LE(at + 4));
    if (name === 'fmt ') format = [body.readUInt16LE(0), body.readUInt16LE(2), body.readUInt32LE(4), body.readUInt16LE(14)].join();
    if (name !== 'data') continue;
    if (format !== '1,1,8000,16') throw new Error(`${file}: expected PCM, mono, 8000 Hz, 16 bit`);
    return Int16Array.from({ length: body.length >> 1 }, (_, i) => body.readInt16LE(2 * i));
  }
  throw new Error(`${file} has no samples`);
}

export function writeWav(file, samples) {
  const data = Buffer.alloc(44 + 2 * samples.length);
  data.write('RIFF', 0, 'latin1');
  data.writeUInt32LE(data.length - 8, 4);
  data.write('WAVEfmt ', 8, 'latin1');
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(8000, 24);
  data.writeUInt32LE(16_000, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36, 'latin1');
  data.writeUInt32LE(2 * samples.length, 40);
  samples.forEach((sample, i) => data.writeInt16LE(sample, 44 + 2 * i));
  writeFileSync(file, data);
}

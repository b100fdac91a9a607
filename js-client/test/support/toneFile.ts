// SPDX-License-Identifier: Apache-2.0

const rate = 48_000;

/** A WAV file (mono, 16 bit) with a sine of half of full scale. */
export function toneFile(frequency: number, seconds: number): Buffer {
  const count = rate * seconds;
  const file = Buffer.alloc(44 + count * 2);
  file.write('RIFF', 0);
  file.writeUInt32LE(36 + count * 2, 4);
  file.write('WAVEfmt ', 8);
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(1, 22);
  file.writeUInt32LE(rate, 24);
  file.writeUInt32LE(rate * 2, 28);
  file.writeUInt16LE(2, 32);
  file.writeUInt16LE(16, 34);
  file.write('data', 36);
  file.writeUInt32LE(count * 2, 40);
  for (let i = 0; i < count; i += 1) {
    file.writeInt16LE(Math.round(16_384 * Math.sin((2 * Math.PI * frequency * i) / rate)), 44 + i * 2);
  }
  return file;
}

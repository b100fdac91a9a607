// SPDX-License-Identifier: Apache-2.0
// G.711 as 16-bit samples and back.

/** µ-law octet of a sample. */
export function toUlaw(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), 32635) + 132;
  const exponent = Math.floor(Math.log2(magnitude)) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) & 0xff;
}

export function fromUlaw(octet) {
  const value = ~octet & 0xff;
  const magnitude = ((((value & 15) << 3) + 132) << ((value >> 4) & 7)) - 132;
  return value & 0x80 ? -magnitude : magnitude;
}

/** A-law octet of a sample. */
export function toAlaw(sample) {
  const sign = sample < 0 ? 0 : 0x80;
  const magnitude = Math.min(sample < 0 ? -sample - 1 : sample, 32767) >> 3;
  const exponent = magnitude < 32 ? 0 : Math.floor(Math.log2(magnitude)) - 4;
  const mantissa = exponent < 2 ? (magnitude >> 1) & 15 : (magnitude >> exponent) & 15;
  return (sign | (exponent << 4) | mantissa) ^ 0x55;
}

export function fromAlaw(octet) {
  const value = octet ^ 0x55;
  const exponent = (value >> 4) & 7;
  const mantissa = value & 15;
  const magnitude = exponent === 0 ? (mantissa << 4) + 8 : ((mantissa << 4) + 0x108) << (exponent - 1);
  return value & 0x80 ? magnitude : -magnitude;
}

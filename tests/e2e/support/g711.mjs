// SPDX-License-Identifier: Apache-2.0

/** One sample (-1 to 1) as G.711 µ-law (ITU-T G.711 table 2). */
export function toUlaw(sample) {
  const bias = 33;
  const magnitude = Math.min(Math.round(Math.abs(sample) * 8158), 8158) + bias;
  const exponent = 31 - Math.clz32(magnitude) - 5;
  const mantissa = (magnitude >> (exponent + 1)) & 0x0f;
  return ~((sample < 0 ? 0x80 : 0) | (exponent << 4) | mantissa) & 0xff;
}

/** The sample behind a µ-law octet. */
export function fromUlaw(octet) {
  const bits = ~octet & 0xff;
  const magnitude = (((bits & 0x0f) * 2 + 33) << ((bits >> 4) & 7)) - 33;
  return ((bits & 0x80 ? -1 : 1) * magnitude) / 8158;
}

// SPDX-License-Identifier: Apache-2.0
// The phone's session descriptions: one G.711 stream, SRTP with keys in the SDP (RFC 4568, confidential since SIP is on TLS).
import { randomBytes } from 'node:crypto';

const suite = 'AES_CM_128_HMAC_SHA1_80';

/** A fresh SRTP master key and salt. */
export function newKey() {
  return { key: randomBytes(16), salt: randomBytes(14) };
}

export function writeSdp({ address, port, version, key, tag = 1, direction = 'sendrecv', payloads = [0, 8], profile = 'RTP/SAVP' }) {
  const inline = Buffer.concat([key.key, key.salt]).toString('base64');
  const names = { 0: 'PCMU', 8: 'PCMA' };
  return [
    'v=0', `o=phone 1 ${version} IN IP4 ${address}`, 's=-', `c=IN IP4 ${address}`, 't=0 0',
    `m=audio ${port} ${profile} ${payloads.join(' ')} 101`,
    ...payloads.map((payload) => `a=rtpmap:${payload} ${names[payload]}/8000`),
    'a=rtpmap:101 telephone-event/8000', 'a=fmtp:101 0-15', 'a=ptime:20', `a=${direction}`,
    `a=crypto:${tag} ${suite} inline:${inline}`, '',
  ].join('\r\n');
}

/** What the other side said; throws when there is nothing this phone can use. RTP/AVP with keys is an offer to encrypt (RFC 8643). */
export function readSdp(sdp) {
  const media = /^m=audio (\d+) (RTP\/S?AVPF?) ([\d ]+)$/m.exec(sdp.replaceAll('\r', ''));
  if (!media) throw new Error('the other side offers no secure audio');
  const address = (/^c=IN IP4 (\S+)/m.exec(sdp.slice(sdp.indexOf('m=audio'))) ?? /^c=IN IP4 (\S+)/m.exec(sdp))?.[1];
  const crypto = [...sdp.matchAll(/^a=crypto:(\d+) (\S+) inline:([A-Za-z0-9+/=]+)/gm)].find((line) => line[2] === suite);
  if (!address || !crypto) throw new Error('the other side offers no key');
  const secret = Buffer.from(crypto[3], 'base64');
  if (secret.length !== 30) throw new Error('the other side offers a malformed key');
  const payloads = media[3].split(' ').map(Number);
  const payload = payloads.find((one) => one === 0 || one === 8);
  if (payload === undefined) throw new Error('no common codec');
  return {
    address, port: Number(media[1]), profile: media[2], payload, tag: Number(crypto[1]), key: { key: secret.subarray(0, 16), salt: secret.subarray(16) },
    held: /^a=(sendonly|inactive)/m.test(sdp),
  };
}

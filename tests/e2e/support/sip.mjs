// SPDX-License-Identifier: Apache-2.0
// SIP messages as plain values, for scripted peers: {method, uri} or {status, reason}, headers as [name, value] pairs, body.
import { randomBytes } from 'node:crypto';

const compactNames = { v: 'via', f: 'from', t: 'to', i: 'call-id', m: 'contact', l: 'content-length', c: 'content-type', k: 'supported' };
const canonical = (name) => compactNames[name.toLowerCase()] ?? name.toLowerCase();

export const token = (bytes = 6) => randomBytes(bytes).toString('hex');

export function parse(text) {
  const [head, ...rest] = text.split('\r\n\r\n');
  const [first, ...lines] = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
  });
  const message = { headers, body: rest.join('\r\n\r\n') };
  const status = /^SIP\/2\.0 (\d{3}) ?(.*)$/.exec(first);
  if (status) return { ...message, status: Number(status[1]), reason: status[2] };
  const [method, uri] = first.split(' ');
  return { ...message, method, uri };
}

export function format({ method, uri, status, reason, headers, body = '' }) {
  const first = method ? `${method} ${uri} SIP/2.0` : `SIP/2.0 ${status} ${reason ?? ''}`;
  const lines = headers.filter(([name]) => canonical(name) !== 'content-length').map(([name, value]) => `${name}: ${value}`);
  return [first, ...lines, `Content-Length: ${Buffer.byteLength(body)}`, '', body].join('\r\n');
}

export const all = (message, name) => message.headers.filter(([n]) => canonical(n) === canonical(name)).map(([, value]) => value);
export const header = (message, name) => all(message, name)[0];
export const uriOf = (value) => /<([^>]*)>/.exec(value)?.[1] ?? value?.split(';')[0].trim();
export const tagOf = (value) => /;tag=([^;]+)/.exec(value ?? '')?.[1];

/** Splits a header that may be a list at top-level commas. */
export function listOf(message, name) {
  return all(message, name).flatMap((value) => value.match(/(?:"[^"]*"|<[^>]*>|[^,])+/g) ?? []).map((part) => part.trim());
}

/** Headers that every response repeats from its request (RFC 3261 8.2.6.2). */
export function responseTo(request, status, reason, { toTag, headers = [], body } = {}) {
  const to = header(request, 'To');
  const copied = ['Via', 'From', 'Call-ID', 'CSeq'].flatMap((name) => all(request, name).map((value) => [name, value]));
  return {
    status,
    reason,
    headers: [
      ...copied,
      ['To', tagOf(to) || status === 100 ? to : `${to};tag=${toTag ?? token(4)}`],
      ...all(request, 'Record-Route').map((value) => ['Record-Route', value]),
      ...headers,
    ],
    body,
  };
}

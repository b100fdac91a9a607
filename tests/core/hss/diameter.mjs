// SPDX-License-Identifier: Apache-2.0
// Diameter messages and AVPs as bytes (RFC 6733 3 and 4). No socket in here.

export const vendor3gpp = 10415;

export const command = {
  capabilities: 257,
  watchdog: 280,
  disconnect: 282,
  userAuthorization: 300,
  serverAssignment: 301,
  locationInfo: 302,
  multimediaAuth: 303,
  registrationTermination: 304,
};

export const application = { base: 0, cx: 16777216 };

// name -> [code, vendor, type]; type: 'u32' | 'text' | 'bytes' | 'address' | 'group'
const definitions = {
  'User-Name': [1, 0, 'text'],
  'Digest-Realm': [104, 0, 'text'],
  'Digest-QoP': [110, 0, 'text'],
  'Digest-Algorithm': [111, 0, 'text'],
  'Digest-HA1': [121, 0, 'text'],
  'Host-IP-Address': [257, 0, 'address'],
  'Auth-Application-Id': [258, 0, 'u32'],
  'Vendor-Specific-Application-Id': [260, 0, 'group'],
  'Session-Id': [263, 0, 'text'],
  'Origin-Host': [264, 0, 'text'],
  'Supported-Vendor-Id': [265, 0, 'u32'],
  'Vendor-Id': [266, 0, 'u32'],
  'Result-Code': [268, 0, 'u32'],
  'Product-Name': [269, 0, 'text'],
  'Disconnect-Cause': [273, 0, 'u32'],
  'Auth-Session-State': [277, 0, 'u32'],
  'Origin-State-Id': [278, 0, 'u32'],
  'Failed-AVP': [279, 0, 'group'],
  'Destination-Realm': [283, 0, 'text'],
  'Destination-Host': [293, 0, 'text'],
  'Origin-Realm': [296, 0, 'text'],
  'Experimental-Result': [297, 0, 'group'],
  'Experimental-Result-Code': [298, 0, 'u32'],
  'Visited-Network-Identifier': [600, vendor3gpp, 'text'],
  'Public-Identity': [601, vendor3gpp, 'text'],
  'Server-Name': [602, vendor3gpp, 'text'],
  'Server-Capabilities': [603, vendor3gpp, 'group'],
  'Mandatory-Capability': [604, vendor3gpp, 'u32'],
  'User-Data': [606, vendor3gpp, 'bytes'],
  'SIP-Number-Auth-Items': [607, vendor3gpp, 'u32'],
  'SIP-Authentication-Scheme': [608, vendor3gpp, 'text'],
  'SIP-Auth-Data-Item': [612, vendor3gpp, 'group'],
  'SIP-Item-Number': [613, vendor3gpp, 'u32'],
  'Server-Assignment-Type': [614, vendor3gpp, 'u32'],
  'Deregistration-Reason': [615, vendor3gpp, 'group'],
  'Reason-Code': [616, vendor3gpp, 'u32'],
  'Reason-Info': [617, vendor3gpp, 'text'],
  'User-Authorization-Type': [623, vendor3gpp, 'u32'],
  'SIP-Digest-Authenticate': [635, vendor3gpp, 'group'],
};

const names = new Map(Object.entries(definitions).map(([name, [code, vendor]]) => [`${vendor}:${code}`, name]));

function encodeValue(type, value) {
  switch (type) {
    case 'u32': {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return bytes;
    }
    case 'address':
      return Buffer.from([0, 1, ...value.split('.').map(Number)]);
    case 'group':
      return Buffer.concat(value.map(encodeAvp));
    case 'text':
      return Buffer.from(value, 'utf8');
    default:
      return Buffer.from(value);
  }
}

/** One AVP from [name, value]; a group's value is a list of such pairs. */
export function encodeAvp([name, value]) {
  const [code, vendor, type] = definitions[name];
  const data = encodeValue(type, value);
  const head = Buffer.alloc(vendor ? 12 : 8);
  head.writeUInt32BE(code, 0);
  // The M bit, and V where a vendor follows. Error-only or optional AVPs do no harm with M between these peers.
  head.writeUInt32BE((((vendor ? 0xc0 : 0x40) << 24) | (head.length + data.length)) >>> 0, 4);
  if (vendor) head.writeUInt32BE(vendor, 8);
  return Buffer.concat([head, data, Buffer.alloc((4 - (data.length % 4)) % 4)]);
}

function decodeValue(type, data) {
  if (type === 'u32') return data.length === 4 ? data.readUInt32BE() : undefined;
  if (type === 'group') return decodeAvps(data);
  if (type === 'bytes' || type === 'address') return data;
  return data.toString('utf8');
}

/** The known AVPs of a body as [name, value] pairs; unknown ones are skipped. */
export function decodeAvps(body) {
  const avps = [];
  let at = 0;
  while (at + 8 <= body.length) {
    const code = body.readUInt32BE(at);
    const length = body.readUIntBE(at + 5, 3);
    const hasVendor = (body[at + 4] & 0x80) !== 0;
    const head = hasVendor ? 12 : 8;
    if (length < head || at + length > body.length) throw new Error(`AVP ${code}: bad length ${length}`);
    const name = names.get(`${hasVendor ? body.readUInt32BE(at + 8) : 0}:${code}`);
    if (name) avps.push([name, decodeValue(definitions[name][2], body.subarray(at + head, at + length))]);
    at += length + ((4 - (length % 4)) % 4);
  }
  return avps;
}

/** A message: {request, proxiable, error, code, application, hopByHop, endToEnd, avps}. */
export function encodeMessage(message) {
  const body = Buffer.concat(message.avps.map(encodeAvp));
  const head = Buffer.alloc(20);
  head.writeUInt32BE(0x01000000 | (20 + body.length), 0);
  const flags = (message.request ? 0x80 : 0) | (message.proxiable ? 0x40 : 0) | (message.error ? 0x20 : 0);
  head.writeUInt32BE(((flags << 24) | message.code) >>> 0, 4);
  head.writeUInt32BE(message.application, 8);
  head.writeUInt32BE(message.hopByHop, 12);
  head.writeUInt32BE(message.endToEnd, 16);
  return Buffer.concat([head, body]);
}

export function decodeMessage(bytes) {
  return {
    request: (bytes[4] & 0x80) !== 0,
    proxiable: (bytes[4] & 0x40) !== 0,
    error: (bytes[4] & 0x20) !== 0,
    code: bytes.readUIntBE(5, 3),
    application: bytes.readUInt32BE(8),
    hopByHop: bytes.readUInt32BE(12),
    endToEnd: bytes.readUInt32BE(16),
    avps: decodeAvps(bytes.subarray(20)),
  };
}

/** First value of an AVP by name, or undefined. */
export function find(avps, name) {
  return avps.find(([candidate]) => candidate === name)?.[1];
}

/** All values of an AVP by name. */
export function findAll(avps, name) {
  return avps.filter(([candidate]) => candidate === name).map(([, value]) => value);
}

/** Cuts a TCP byte stream into messages. Throws on what cannot be Diameter. */
export class MessageReader {
  #rest = Buffer.alloc(0);

  push(chunk) {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages = [];
    while (this.#rest.length >= 4) {
      const length = this.#rest.readUIntBE(1, 3);
      if (this.#rest[0] !== 1 || length < 20 || length > 65536) throw new Error('not a Diameter message');
      if (this.#rest.length < length) break;
      messages.push(decodeMessage(this.#rest.subarray(0, length)));
      this.#rest = this.#rest.subarray(length);
    }
    return messages;
  }
}

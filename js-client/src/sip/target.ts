// SPDX-License-Identifier: Apache-2.0
import { PhoneError } from '../errors';

/** What the user typed (a name, a number, an address) as a SIP URI of the home domain. */
export function targetUri(input: string, domain: string): string {
  const text = input.trim();
  const number = text.replace(/^tel:/i, '').replace(/[\s().-]/g, '');
  if (/^\+?[0-9*#]+$/.test(number)) return `sip:${escapeUser(number)}@${domain};user=phone`;
  const address = text.replace(/^sip:/i, '');
  const parts = /^([A-Za-z0-9\-_.!~*'()&=+$,;?/%]+)(?:@([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?)?$/.exec(address);
  if (!parts) throw new PhoneError('invalid-target', { detail: text });
  const [, user = '', host = domain, port = ''] = parts;
  return `sip:${user}@${host}${port}`;
}

function escapeUser(number: string): string {
  return number.replace(/#/g, '%23');
}

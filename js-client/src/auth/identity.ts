// SPDX-License-Identifier: Apache-2.0
import { PhoneError } from '../errors';
import type { Tokens } from './tokens';

/** Who is logged in: the public user identity to register, and how to show it. */
export interface Identity {
  readonly impu: string;
  readonly impus: readonly string[];
  readonly name: string;
  /** The WAF that vouches for it. */
  readonly issuer: string;
  /** Who checked the password, as the WAF calls it: a corporate identity provider, a directory; undefined: the WAF. */
  readonly provider: string | undefined;
}

/**
 * The identity that the tokens name. The access token is the gateway's to judge; only the names in it are read here,
 * to address the REGISTER, so a wrong one leads to a refusal and nothing else.
 */
export function identityOf(tokens: Tokens, issuer: string): Identity {
  const person = tokens.idToken ? claimsOf(tokens.idToken) : {};
  const access = claimsOf(tokens.accessToken);
  const ims = (isRecord(access['ims']) ? access['ims'] : {}) as Record<string, unknown>;
  const impus = Array.isArray(ims['impus']) ? ims['impus'].filter((impu) => typeof impu === 'string') : [];
  const impu = [person['sip_uri'], ...impus].find(
    (candidate): candidate is string => typeof candidate === 'string' && candidate.startsWith('sip:'),
  );
  if (!impu) throw new PhoneError('not-entitled', { detail: 'the token names no SIP identity' });
  const name = [person['name'], person['preferred_username']].find((text) => typeof text === 'string' && text !== '');
  const { provider } = person;
  return {
    impu,
    impus,
    name: typeof name === 'string' ? name : userOf(impu),
    issuer,
    provider: typeof provider === 'string' && provider !== '' ? provider : undefined,
  };
}

function userOf(impu: string): string {
  return /^sips?:([^@;]+)/.exec(impu)?.[1] ?? impu;
}

function claimsOf(jwt: string): Record<string, unknown> {
  const payload = jwt.split('.')[1];
  if (!payload) return {};
  try {
    const bytes = Uint8Array.from(atob(payload.replace(/-/g, '+').replace(/_/g, '/')), (c) => c.charCodeAt(0));
    const claims: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isRecord(claims) ? claims : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

// SPDX-License-Identifier: Apache-2.0
import { PhoneError } from './errors';

/** What a deployment sets; the page reads it from `/config.json` of its own origin. */
export interface PhoneConfig {
  /** Issuer identifier of the WAF, exactly as its metadata states it; the only server that is ever trusted for tokens. */
  readonly issuer: string;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly postLogoutRedirectUri: string;
  /** WebSocket address of the gateway. */
  readonly gateway: string;
  /** Home domain of the IMS. */
  readonly domain: string;
  readonly scope: string;
  /** Asked for at registration, in seconds; the gateway grants no more than the token's life. */
  readonly registerExpires: number;
  /** Seconds between keep-alives on the WebSocket; 0 sends none. */
  readonly keepAlive: number;
  /** Seconds that a running call waits for signalling and media to come back. */
  readonly callGrace: number;
  /** STUN and TURN servers, as RTCPeerConnection takes them; the gateway itself needs none. */
  readonly iceServers: readonly RTCIceServer[];
  /** Binds tokens to a key of this browser (DPoP): a stolen token is worth nothing without it. */
  readonly dpop: boolean;
}

export const demoConfig: PhoneConfig = {
  issuer: 'https://localhost:8443',
  clientId: 'demo',
  redirectUri: 'https://localhost:8443/app/callback',
  postLogoutRedirectUri: 'https://localhost:8443/',
  gateway: 'wss://localhost:7443/',
  domain: 'ims.example',
  scope: 'openid offline_access webrtc-ims-client-access-to-ims sip.register sip.call sip.message',
  registerExpires: 600,
  keepAlive: 25,
  callGrace: 30,
  iceServers: [],
  dpop: false,
};

function isServerList(value: unknown): boolean {
  return Array.isArray(value) && value.every((server) => typeof server === 'object' && server !== null && 'urls' in server);
}

/** Takes what a file or a caller gave, fills in the demo's values and refuses what has the wrong type. */
export function completeConfig(given: unknown): PhoneConfig {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw new PhoneError('misconfigured', { detail: 'the configuration is not a JSON object' });
  }
  const config: Record<string, unknown> = { ...demoConfig };
  for (const [key, value] of Object.entries(given)) {
    const expected = typeof config[key];
    if (expected === 'undefined') throw new PhoneError('misconfigured', { detail: `unknown key "${key}"` });
    if (key === 'iceServers') {
      if (!isServerList(value)) throw new PhoneError('misconfigured', { detail: '"iceServers" must be a list of objects with "urls"' });
    } else if (typeof value !== expected) {
      throw new PhoneError('misconfigured', { detail: `"${key}" must be a ${expected}` });
    }
    config[key] = value;
  }
  if (!('postLogoutRedirectUri' in given) && typeof config['redirectUri'] === 'string') {
    config['postLogoutRedirectUri'] = new URL('/', config['redirectUri']).href;
  }
  const complete = config as unknown as PhoneConfig;
  if (!/^wss?:\/\//.test(complete.gateway)) {
    throw new PhoneError('misconfigured', { detail: '"gateway" must be a ws:// or wss:// address' });
  }
  return complete;
}

/** Fetches `/config.json`; a missing file means the demo's values, a broken one is an error. */
export async function loadConfig(url = '/config.json', fetcher: typeof fetch = fetch): Promise<PhoneConfig> {
  let response: Response;
  try {
    response = await fetcher(url, { cache: 'no-cache', headers: { accept: 'application/json' } });
  } catch (error) {
    throw new PhoneError('waf-unreachable', { detail: url, cause: error });
  }
  if (response.status === 404) return demoConfig;
  if (!response.ok) throw new PhoneError('waf-unreachable', { detail: `${url}: HTTP ${response.status}` });
  try {
    return completeConfig(await response.json());
  } catch (error) {
    throw PhoneError.from(error, 'misconfigured');
  }
}

// SPDX-License-Identifier: Apache-2.0
import { PhoneError, type PhoneErrorCode } from '../errors';

/** The part of a SIP response that decides what went wrong. */
export interface SipFailure {
  readonly status_code: number;
  readonly reason_phrase: string;
  getHeader(name: string): string | undefined;
}

const byStatus: Record<number, PhoneErrorCode> = {
  380: 'emergency-elsewhere',
  401: 'token-refused',
  403: 'not-entitled',
  404: 'not-found',
  407: 'token-refused',
  408: 'no-answer',
  410: 'not-found',
  430: 'unavailable',
  480: 'no-answer',
  484: 'not-found',
  486: 'busy',
  487: 'no-answer',
  488: 'no-common-codec',
  600: 'busy',
  603: 'declined',
  604: 'not-found',
  606: 'no-common-codec',
};

/** Names the failure that a final response to INVITE, MESSAGE or REGISTER means. */
export function failureOf(response: SipFailure, otherwise: PhoneErrorCode): PhoneError {
  const status = response.status_code;
  const warning = warningText(response.getHeader('Warning'));
  const said = `${status} ${response.reason_phrase}`.trim();
  const server: PhoneErrorCode | undefined = status >= 500 && status < 600 ? 'unavailable' : undefined;
  return new PhoneError(byStatus[status] ?? server ?? otherwise, {
    status,
    detail: warning ? `${said} (${warning})` : said,
    retryAfter: retryAfter(response.getHeader('Retry-After')),
  });
}

/** `399 gateway "no common codec"` -> `no common codec` (RFC 3261 20.43). */
export function warningText(header: string | undefined): string | undefined {
  return header === undefined ? undefined : (/"([^"]*)"/.exec(header)?.[1] ?? header);
}

/** `18000;duration=3600 (maintenance)` -> 18000 (RFC 3261 20.33). */
export function retryAfter(header: string | undefined): number | undefined {
  const seconds = Number.parseInt(header ?? '', 10);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

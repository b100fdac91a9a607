// SPDX-License-Identifier: Apache-2.0

/** Every way in which the client can fail, as one word that a program can act on. */
export type PhoneErrorCode =
  // This page and this device
  | 'insecure-context'
  | 'webrtc-unsupported'
  | 'microphone-refused'
  | 'microphone-missing'
  | 'microphone-busy'
  | 'camera-unavailable'
  | 'misconfigured'
  // Network
  | 'offline'
  | 'waf-unreachable'
  | 'gateway-unreachable'
  | 'connection-lost'
  | 'unavailable'
  // Who is calling
  | 'login-refused'
  | 'login-mismatch'
  | 'session-ended'
  | 'signed-out-elsewhere'
  | 'access-revoked'
  | 'account-disabled'
  | 'token-refused'
  | 'untrusted-authorization-server'
  | 'replaced'
  | 'policy-violation'
  | 'not-entitled'
  | 'registration-refused'
  // One call or message
  | 'not-registered'
  | 'invalid-target'
  | 'invalid-state'
  | 'busy'
  | 'declined'
  | 'no-answer'
  | 'not-found'
  | 'no-common-codec'
  | 'media-failed'
  | 'emergency-elsewhere'
  | 'call-refused'
  | 'dtmf-unavailable'
  | 'message-refused';

export interface PhoneErrorDetail {
  /** What the other side said, for the log and for a curious user: status and reason, or a close code. */
  readonly detail?: string;
  readonly status?: number;
  /** Seconds after which a new attempt makes sense, where the server named them. */
  readonly retryAfter?: number;
  readonly cause?: unknown;
}

/** A failure with a name; it never carries a token or a code. */
export class PhoneError extends Error {
  readonly code: PhoneErrorCode;
  readonly detail: string | undefined;
  readonly status: number | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: PhoneErrorCode, about: PhoneErrorDetail = {}) {
    super(about.detail ? `${code}: ${about.detail}` : code, { cause: about.cause });
    this.name = 'PhoneError';
    this.code = code;
    this.detail = about.detail;
    this.status = about.status;
    this.retryAfter = about.retryAfter;
  }

  static from(error: unknown, otherwise: PhoneErrorCode): PhoneError {
    if (error instanceof PhoneError) return error;
    const detail = error instanceof Error ? error.message : String(error);
    return new PhoneError(otherwise, { detail, cause: error });
  }
}

/** Failures that mean: this session is over, wherever it was ended; only a new login helps. */
export function endsSession(error: PhoneError): boolean {
  return ['session-ended', 'signed-out-elsewhere', 'access-revoked', 'account-disabled'].includes(error.code);
}

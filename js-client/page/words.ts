// SPDX-License-Identifier: Apache-2.0
import type { PhoneError, PhoneErrorCode } from '../src/index';

export interface Words {
  readonly title: string;
  readonly advice: string;
  /** What a button can do about it. */
  readonly remedy?: 'login' | 'register';
}

const words: Record<PhoneErrorCode, Words> = {
  'insecure-context': {
    title: 'This page was not loaded securely',
    advice: 'Browsers give the microphone only to pages that come over HTTPS. Open the https:// address.',
  },
  'webrtc-unsupported': { title: 'This browser cannot make calls', advice: 'Use a current Chrome, Edge, Firefox or Safari.' },
  'microphone-refused': {
    title: 'The microphone is blocked',
    advice: 'Allow the microphone for this page in the address bar, then try again.',
  },
  'microphone-missing': { title: 'No microphone found', advice: 'Plug one in or choose one in the system settings, then try again.' },
  'microphone-busy': { title: 'The microphone does not answer', advice: 'Another program may be using it. Close that and try again.' },
  'camera-unavailable': {
    title: 'The call goes on without your camera',
    advice: 'It is blocked, missing or used by another program. Allow it for this page, then call again.',
  },
  misconfigured: { title: 'The softphone is set up wrongly', advice: 'Tell your administrator; the detail below names the setting.' },
  offline: { title: 'No network', advice: 'This device is offline. The line comes back by itself with the network.' },
  'waf-unreachable': {
    title: 'The login server cannot be reached',
    advice: 'Check the network. You stay signed in for now; the softphone keeps trying.',
  },
  'gateway-unreachable': {
    title: 'The phone server cannot be reached',
    advice: 'You may be on the wrong network, or a firewall or VPN is in the way. The softphone keeps trying.',
    remedy: 'register',
  },
  'connection-lost': {
    title: 'The connection was lost',
    advice: 'The softphone is reconnecting; running calls are kept for a while.',
    remedy: 'register',
  },
  unavailable: { title: 'The service is not available right now', advice: 'The network answered, but cannot serve you yet.' },
  'login-refused': { title: 'Signing in did not work', advice: 'The login server refused. Try again.', remedy: 'login' },
  'login-mismatch': {
    title: 'This sign-in was not started here',
    advice: 'For your safety the answer was thrown away. Sign in again.',
    remedy: 'login',
  },
  'session-ended': { title: 'You have been signed out', advice: 'Your session has ended. Sign in again to go on.', remedy: 'login' },
  'signed-out-elsewhere': {
    title: 'You were signed out',
    advice: 'You signed out in another window or on another device, or your organisation ended the session.',
    remedy: 'login',
  },
  'access-revoked': {
    title: 'Your access was withdrawn',
    advice: 'This sign-in is no longer valid. If it was not you, change your password. Sign in again to go on.',
    remedy: 'login',
  },
  'account-disabled': {
    title: 'Your account was disabled',
    advice: 'You can no longer call with it. Ask your administrator.',
    remedy: 'login',
  },
  'token-refused': {
    title: 'The phone server does not accept your session',
    advice: 'It has expired or was withdrawn. Sign in again.',
    remedy: 'login',
  },
  'untrusted-authorization-server': {
    title: 'An unknown login server was named',
    advice: 'The softphone did not follow it. Nothing was sent there. Tell your administrator.',
  },
  replaced: {
    title: 'This line is in use in another window',
    advice: 'A newer connection has taken it over.',
    remedy: 'register',
  },
  'policy-violation': {
    title: 'The phone server closed the connection',
    advice: 'It turned this connection away. Try again, or ask your administrator.',
    remedy: 'register',
  },
  'not-entitled': { title: 'You are not allowed to do this', advice: 'Your account lacks the permission. Ask your administrator.' },
  'registration-refused': { title: 'The line could not be registered', advice: 'The network refused. Try again later.', remedy: 'register' },
  'not-registered': { title: 'The line is not connected yet', advice: 'Wait until it says “Registered”, then try again.' },
  'invalid-target': { title: 'This is no number or name', advice: 'Enter a name such as bob, a number, or a SIP address.' },
  'invalid-state': { title: 'That is not possible now', advice: 'The call has moved on in the meantime.' },
  busy: { title: 'Busy', advice: 'The other side is in another call.' },
  declined: { title: 'Declined', advice: 'The other side turned the call down.' },
  'no-answer': { title: 'No answer', advice: 'Nobody answered, or the other side is not reachable.' },
  'not-found': { title: 'Unknown number', advice: 'Nobody is known under this name or number.' },
  'no-common-codec': { title: 'No common audio format', advice: 'The other side cannot take this kind of call.' },
  'media-failed': { title: 'No sound path', advice: 'Audio could not get through. A firewall may block it.' },
  'emergency-elsewhere': {
    title: 'Emergency calls do not work here',
    advice: 'Use a mobile or fixed phone for emergency calls.',
  },
  'call-refused': { title: 'The call was refused', advice: 'The network did not put the call through.' },
  'dtmf-unavailable': { title: 'Tones cannot be sent', advice: 'The other side did not agree to keypad tones in this call.' },
  'message-refused': { title: 'Message not sent', advice: 'It was not accepted.' },
};

export function wordsFor(error: PhoneError): Words {
  const known = words[error.code];
  if (error.retryAfter === undefined) return known;
  return { ...known, advice: `${known.advice} Try again in ${error.retryAfter} s.` };
}

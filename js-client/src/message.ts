// SPDX-License-Identifier: Apache-2.0
import type { UA } from 'jssip';
import type { IncomingMessageEvent } from 'jssip/lib/UA';
import { PhoneError } from './errors';
import { type SipFailure, failureOf } from './sip/failure';
import { type Party, partyOf, partyOfUri } from './sip/party';

export interface TextMessage {
  readonly direction: 'outgoing' | 'incoming';
  readonly remote: Party;
  readonly text: string;
  readonly at: number;
}

/** The limit of RFC 3428 10 for a MESSAGE outside a dialog. */
const longest = 1300;

/** Sends a page-mode message and waits for the far end's (or the network's) acceptance. */
export function sendText(ua: UA, target: string, text: string): Promise<TextMessage> {
  if (new TextEncoder().encode(text).length > longest) {
    return Promise.reject(new PhoneError('message-refused', { detail: `longer than ${longest} bytes` }));
  }
  return new Promise((resolve, reject) => {
    ua.sendMessage(target, text, {
      contentType: 'text/plain;charset=UTF-8',
      eventHandlers: {
        succeeded: () => resolve({ direction: 'outgoing', remote: partyOfUri(target), text, at: Date.now() }),
        failed: (event: { response?: unknown }) => {
          const response = event.response as SipFailure | null | undefined;
          reject(
            response
              ? failureOf(response, 'message-refused')
              : new PhoneError('connection-lost', { detail: 'no answer to MESSAGE' }),
          );
        },
      },
    });
  });
}

/** Takes a message in; what is no plain text is refused with 415, which tells the sender. */
export function receiveText({ message, request }: IncomingMessageEvent): TextMessage | undefined {
  const type = ((request.getHeader('Content-Type') as string | undefined) ?? 'text/plain').toLowerCase();
  if (!type.startsWith('text/plain')) {
    message.reject({ status_code: 415, reason_phrase: 'Unsupported Media Type' });
    return undefined;
  }
  const asserted = request.getHeader('P-Asserted-Identity') as string | undefined;
  return { direction: 'incoming', remote: partyOf(request.from, asserted), text: request.body ?? '', at: Date.now() };
}

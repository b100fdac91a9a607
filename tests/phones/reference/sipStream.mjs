// SPDX-License-Identifier: Apache-2.0
// SIP messages out of a stream of octets (RFC 3261 18.3: Content-Length says where a message ends).

const headEnd = Buffer.from('\r\n\r\n');
const largestMessage = 65536;

/** Collects octets and gives whole messages; "\r\n\r\n" pings and "\r\n" pongs between them are told apart (RFC 5626 3.5.1). */
export class SipStream {
  #buffer = Buffer.alloc(0);

  /** Messages that `data` completed; throws when the stream is no SIP. */
  push(data) {
    this.#buffer = Buffer.concat([this.#buffer, data]);
    const messages = [];
    for (let message = this.#take(); message !== undefined; message = this.#take()) messages.push(message);
    if (this.#buffer.length > largestMessage) throw new Error('a message is too long');
    return messages;
  }

  #take() {
    while (this.#buffer.length >= 2 && this.#buffer[0] === 13 && this.#buffer[1] === 10) this.#buffer = this.#buffer.subarray(2);
    const head = this.#buffer.indexOf(headEnd);
    if (head < 0) return undefined;
    const text = this.#buffer.toString('utf8', 0, head);
    const length = /^(?:content-length|l)[ \t]*:[ \t]*(\d+)[ \t]*$/im.exec(text);
    if (!length) throw new Error('a message without Content-Length');
    const end = head + headEnd.length + Number(length[1]);
    if (end > largestMessage) throw new Error('a message is too long');
    if (this.#buffer.length < end) return undefined;
    const message = this.#buffer.toString('utf8', 0, end);
    this.#buffer = this.#buffer.subarray(end);
    return message;
  }
}

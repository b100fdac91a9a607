// SPDX-License-Identifier: Apache-2.0

/** The end of a connection that the switch talks to. */
export interface Peer {
  send(text: string): void;
}

/**
 * Registrar and switch for a handful of browsers. It hands requests on by the user part of the Request-URI and
 * responses by the Via branch, and changes nothing, so what one side sent is what the other side gets.
 */
export class LabSip {
  readonly log: { readonly at: number; readonly text: string }[] = [];
  /** Answers a request in place of the switch; undefined lets it pass. */
  answer: (text: string, method: string) => string | undefined = () => undefined;
  private readonly peers = new Map<string, Peer>();
  private readonly senders = new Map<string, Peer>();

  receive(from: Peer, text: string): void {
    if (text.trim() === '') return from.send('\r\n');
    this.log.push({ at: Date.now(), text });
    if (text.startsWith('SIP/2.0')) return this.senders.get(branch(text))?.send(text);
    const method = text.slice(0, text.indexOf(' '));
    const ours = this.answer(text, method);
    if (ours !== undefined) return from.send(ours);
    if (method === 'REGISTER') return this.register(from, text);
    const target = this.peers.get(/^\S+ sip:([^@;]+)@/.exec(text)?.[1] ?? '');
    if (!target) return method === 'ACK' ? undefined : from.send(reply(text, '404 Not Found'));
    this.senders.set(branch(text), from);
    target.send(text);
  }

  requests(method: string): string[] {
    return this.log.map(({ text }) => text).filter((text) => text.startsWith(`${method} `));
  }

  private register(from: Peer, text: string): void {
    const contact = header(text, 'Contact');
    this.peers.set(/sip:([^@]+)@/.exec(header(text, 'To'))?.[1] ?? '', from);
    this.peers.set(/sip:([^@]+)@/.exec(contact)?.[1] ?? '', from);
    from.send(reply(text, '200 OK', [`Contact: ${contact}`]));
  }
}

export function header(text: string, name: string): string {
  return new RegExp(`^${name}:\\s*(.*?)\\r?$`, 'im').exec(text)?.[1] ?? '';
}

export function reply(request: string, status: string, extra: readonly string[] = []): string {
  const kept = ['Via', 'From', 'To', 'Call-ID', 'CSeq'].map((name) => {
    const value = header(request, name);
    return `${name}: ${value}${name === 'To' && !value.includes(';tag=') ? ';tag=lab' : ''}`;
  });
  return [`SIP/2.0 ${status}`, ...kept, ...extra, 'Content-Length: 0', '', ''].join('\r\n');
}

function branch(text: string): string {
  return /branch=([^;\s,]+)/.exec(header(text, 'Via'))?.[1] ?? '';
}

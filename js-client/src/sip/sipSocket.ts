// SPDX-License-Identifier: Apache-2.0
import type { Socket } from 'jssip';

export interface SipSocketOptions {
  /** Milliseconds for TCP, TLS and the WebSocket handshake together; a dropped SYN would otherwise hang for minutes. */
  readonly connectTimeout: number;
  /** Milliseconds between keep-alives; 0 sends none. */
  readonly keepAlive: number;
  /** Milliseconds in which a keep-alive has to be answered. */
  readonly pongTimeout: number;
}

const ping = '\r\n\r\n';
const pong = '\r\n';

/** Close code for a connection that we gave up ourselves; browsers allow 3000-4999 to pages. */
export const gaveUp = 4900;

/**
 * SIP over WebSocket (RFC 7118) as JsSIP's transport, with what JsSIP's own socket lacks: a limit for the handshake,
 * and keep-alives that find a dead path in seconds. A browser cannot send WebSocket pings, so it is RFC 5626's
 * CRLFCRLF; silence counts against a server only after it has answered once.
 */
export class SipSocket implements Socket {
  readonly sip_uri: string;
  via_transport: string;
  private socket: WebSocket | undefined;
  private handshake: ReturnType<typeof setTimeout> | undefined;
  private nextPing: ReturnType<typeof setInterval> | undefined;
  private pongDue: ReturnType<typeof setTimeout> | undefined;
  private answersPings = false;

  constructor(
    readonly url: string,
    private readonly options: SipSocketOptions,
    private readonly open: (url: string) => WebSocket = (address) => new WebSocket(address, 'sip'),
  ) {
    const address = new URL(url);
    this.sip_uri = `sip:${address.host};transport=ws`;
    this.via_transport = address.protocol === 'wss:' ? 'WSS' : 'WS';
  }

  onconnect(): void {}
  ondisconnect(_error: boolean, _code?: number, _reason?: string): void {}
  ondata<T>(_event: T): void {}

  connect(): void {
    if (this.socket) return;
    let socket: WebSocket;
    try {
      socket = this.open(this.url);
    } catch (error) {
      queueMicrotask(() => this.ondisconnect(true, 1006, String(error)));
      return;
    }
    this.socket = socket;
    socket.binaryType = 'arraybuffer';
    this.handshake = setTimeout(() => this.lose('no answer to the handshake'), this.options.connectTimeout);
    socket.onopen = () => {
      clearTimeout(this.handshake);
      this.startKeepAlive();
      this.onconnect();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => this.receive(data);
    socket.onclose = ({ code, reason, wasClean }) => this.closed(!wasClean, code, reason);
  }

  disconnect(): void {
    const socket = this.release();
    socket?.close(1000);
  }

  send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    if (!this.socket || this.socket.readyState !== 1) return false;
    this.socket.send(message as string);
    return true;
  }

  isConnected(): boolean {
    return this.socket?.readyState === 1;
  }

  isConnecting(): boolean {
    return this.socket?.readyState === 0;
  }

  /** Asks for a sign of life now, after a change of network or a sleep. */
  probe(within = this.options.pongTimeout): void {
    if (!this.isConnected() || this.options.keepAlive === 0) return;
    this.send(ping);
    if (!this.answersPings) return;
    clearTimeout(this.pongDue);
    this.pongDue = setTimeout(() => this.lose('keep-alive not answered'), within);
  }

  private receive(data: unknown): void {
    clearTimeout(this.pongDue);
    if (data === pong) this.answersPings = true;
    this.ondata(data);
  }

  private startKeepAlive(): void {
    this.answersPings = false;
    if (this.options.keepAlive === 0) return;
    this.probe();
    this.nextPing = setInterval(() => this.probe(), this.options.keepAlive);
  }

  private lose(reason: string): void {
    const socket = this.release();
    socket?.close(gaveUp, reason);
    this.ondisconnect(true, gaveUp, reason);
  }

  private closed(error: boolean, code: number, reason: string): void {
    this.release();
    this.ondisconnect(error, code, reason);
  }

  /** Forgets the WebSocket and its timers; what it still says is not ours. */
  private release(): WebSocket | undefined {
    clearTimeout(this.handshake);
    clearTimeout(this.pongDue);
    clearInterval(this.nextPing);
    const { socket } = this;
    this.socket = undefined;
    if (socket) socket.onopen = socket.onmessage = socket.onclose = null;
    return socket;
  }
}

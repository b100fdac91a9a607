// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TokenKeeper } from '../../src/auth/tokenKeeper';
import type { Tokens } from '../../src/auth/tokens';
import { Call } from '../../src/call/call';
import { demoConfig } from '../../src/config';
import { Line } from '../../src/sip/line';
import { partyOfUri } from '../../src/sip/party';
import { LabSocket, stubBrowser } from '../support/fakeWebrtc';
import { LabSip, header } from '../support/labSip';

interface Phone {
  readonly line: Line;
  readonly incoming: Call[];
  socket: LabSocket;
  sockets: number;
}

const settings = { grace: 30, isOnline: () => true, pathLost: () => undefined, iceServers: [], microphone: {}, problem: () => undefined };
let sip: LabSip;

function tokens(): Tokens {
  return { accessToken: `t${Date.now()}`, obtainedAt: Date.now(), expiresAt: Date.now() + 600_000, refreshToken: 'r', idToken: undefined };
}

async function registered(user: string, instance: string): Promise<Phone> {
  const keeper = new TokenKeeper(async () => tokens());
  keeper.hold(tokens());
  const identity = { impu: `sip:${user}@ims.example`, impus: [], name: user, provider: undefined, issuer: demoConfig.issuer };
  const phone = { incoming: [] as Call[], sockets: 0 } as unknown as Phone;
  const open = (): WebSocket => {
    phone.socket = new LabSocket(sip);
    phone.sockets += 1;
    return phone.socket as unknown as WebSocket;
  };
  const line = new Line(demoConfig, identity, keeper, instance, undefined, open);
  line.on('incoming', ({ session }) => phone.incoming.push(new Call(session, 'incoming', partyOfUri('sip:x@y'), settings)));
  line.start();
  await microtasks();
  expect(line.state.kind).toBe('registered');
  return Object.assign(phone, { line });
}

function dial({ line }: Phone, target: string): Call {
  const stream = { getTracks: () => [] } as unknown as MediaStream;
  return new Call(line.ua.call(target, { mediaStream: stream }), 'outgoing', partyOfUri(target), settings);
}

/** Lets promises run, and nothing else: no timer fires and no time passes. */
async function microtasks(): Promise<void> {
  for (let i = 0; i < 300; i += 1) await Promise.resolve();
}

beforeEach(() => {
  vi.useFakeTimers();
  stubBrowser();
  sip = new LabSip();
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const alices = '00000000-0000-4000-8000-00000000000a';
const bobs = '00000000-0000-4000-8000-00000000000b';

test('INVITE, 200 and re-INVITE leave at once although gathering never ends', async () => {
  const alice = await registered('alice', alices);
  const bob = await registered('bob', bobs);
  const call = dial(alice, 'sip:bob@ims.example');
  await microtasks();
  expect(sip.requests('INVITE').length).toBe(1);
  expect(call.state).toBe('ringing');

  await bob.incoming[0]?.answer();
  await microtasks();
  expect(call.state).toBe('active');
  expect(bob.incoming[0]?.state).toBe('active');

  const held = call.hold();
  await microtasks();
  await held;
  expect(sip.requests('INVITE').length).toBe(2);
  expect(sip.requests('INVITE')[1]).toContain('a=sendonly');
  expect(bob.incoming[0]?.onHold.remote).toBe(true);
  expect(sip.requests('INVITE').join()).not.toContain('BUNDLE');
});

test('SES23 an answer repeated in a later provisional response disturbs nothing', async () => {
  const alice = await registered('alice', alices);
  const body = 'v=0\r\no=- 2 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 7500 UDP/TLS/RTP/SAVPF 111\r\n';
  sip.answer = (text, method) => {
    if (method !== 'INVITE') return undefined;
    const response = (status: string): string =>
      ['Via', 'From', 'Call-ID', 'CSeq'].reduce((all, name) => `${all}${name}: ${header(text, name)}\r\n`, `SIP/2.0 ${status}\r\n`) +
      `To: ${header(text, 'To')};tag=b\r\nContact: <sip:bob@127.0.0.1>\r\nContent-Type: application/sdp\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
    queueMicrotask(() => {
      for (const status of ['183 Session Progress', '180 Ringing', '200 OK']) alice.socket.onmessage?.({ data: response(status) });
    });
    return '\r\n';
  };
  const call = dial(alice, 'sip:bob@ims.example');
  const failures = vi.fn();
  (call as unknown as { session: { on(name: string, listener: () => void): void } }).session.on('peerconnection:setremotedescriptionfailed', failures);
  await microtasks();
  expect(call.state).toBe('active');
  expect(failures).not.toHaveBeenCalled();
});

test('REG47 REG48 a lost WebSocket comes back with the same instance; the call goes on', async () => {
  const alice = await registered('alice', alices);
  const bob = await registered('bob', bobs);
  const call = dial(alice, 'sip:bob@ims.example');
  await microtasks();
  await bob.incoming[0]?.answer();
  await microtasks();
  const before = sip.requests('REGISTER').length;
  alice.socket.drop();
  expect(alice.line.state.kind).toBe('waiting');
  await vi.advanceTimersByTimeAsync(600);
  await microtasks();
  expect(alice.line.state.kind).toBe('registered');
  expect(alice.sockets).toBe(2);
  const registers = sip.requests('REGISTER');
  expect(registers.length).toBe(before + 1);
  expect(header(registers.at(-1) ?? '', 'Contact')).toContain(alices);
  expect(call.state).toBe('active');
  call.hangup();
  await microtasks();
  expect(bob.incoming[0]?.ending).toEqual({ by: 'remote' });
});

test('a logged-out user’s line stays down', async () => {
  const alice = await registered('alice', alices);
  alice.socket.drop(1008, 'logged out');
  await vi.advanceTimersByTimeAsync(120_000);
  expect(alice.line.state).toMatchObject({ kind: 'stopped', error: { code: 'signed-out-elsewhere' } });
  expect(alice.sockets).toBe(1);
});

test('WS09 a path that no longer answers keep-alives is given up and replaced', async () => {
  const alice = await registered('alice', alices);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(alice.sockets).toBe(1);
  alice.socket.send = () => undefined;
  await vi.advanceTimersByTimeAsync(25_000 + 8_000 + 1_000);
  expect(alice.sockets).toBe(2);
  expect(alice.line.state.kind).toBe('registered');
});

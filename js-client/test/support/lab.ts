// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import { type WebSocket, WebSocketServer } from 'ws';
import { LabSip } from './labSip';
import { LabWaf } from './labWaf';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

export interface Lab {
  readonly origin: string;
  readonly waf: LabWaf;
  readonly sip: LabSip;
  /** Cuts every WebSocket without a goodbye. */
  cut(): void;
  close(): void;
}

/** The built page behind the policy it has to live with, a small WAF and a small SIP switch, on one port. */
export async function openLab(dist: string): Promise<Lab> {
  const server = createServer(certificate());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const waf = new LabWaf(origin);
  const sip = new LabSip();
  const sockets = new WebSocketServer({ server, handleProtocols: () => 'sip' });
  sockets.on('connection', (socket: WebSocket) => {
    const peer = { send: (text: string) => socket.send(text) };
    socket.on('message', (data) => sip.receive(peer, String(data)));
  });
  const gateway = origin.replace('https', 'wss');
  const policy = `default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self' ${gateway}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`;
  server.on('request', async (request, response) => {
    if (await waf.handle(request, response)) return;
    const path = new URL(request.url ?? '/', origin).pathname;
    if (path === '/config.json') {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ issuer: origin, redirectUri: `${origin}/app/callback`, gateway: `${gateway}/` }));
      return;
    }
    if (path === '/favicon.ico') return void response.writeHead(204).end();
    const file = join(dist, path === '/' || path === '/app/callback' ? 'index.html' : normalize(path));
    if (!existsSync(file)) return void response.writeHead(404).end();
    response.writeHead(200, { 'content-type': types[extname(file)] ?? '', 'content-security-policy': policy });
    response.end(readFileSync(file));
  });
  return {
    origin,
    waf,
    sip,
    cut: () => sockets.clients.forEach((socket) => socket.terminate()),
    close: () => {
      sockets.clients.forEach((socket) => socket.terminate());
      server.close();
      server.closeAllConnections();
    },
  };
}

function certificate(): { key: Buffer; cert: Buffer } {
  const folder = mkdtempSync(join(tmpdir(), 'softphone-lab-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', key, '-out', cert, '-days', '2', '-subj', '/CN=localhost'], { stdio: 'ignore' });
  const pair = { key: readFileSync(key), cert: readFileSync(cert) };
  rmSync(folder, { recursive: true });
  return pair;
}

// SPDX-License-Identifier: Apache-2.0
// usage: node main.mjs SUBSCRIBERS.json HOST DIAMETER_PORT ADMIN_PORT
// Admin (HTTP, loopback): GET /status, GET /subscribers, POST /terminate?impi=…
import { createServer } from 'node:http';
import { DiameterServer } from './server.mjs';
import { Subscribers } from './subscribers.mjs';

const [file, host, port, adminPort] = process.argv.slice(2);
const subscribers = Subscribers.fromFile(file);
const diameter = new DiameterServer(subscribers);

async function answer(request) {
  const url = new URL(request.url, 'http://hss');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /status':
      return { peers: diameter.peers(), counters: diameter.counters };
    case 'GET /subscribers':
      return subscribers.all().map(({ impi, impus, server }) => ({ impi, impus, server }));
    case 'POST /terminate':
      return { result: await diameter.terminate(url.searchParams.get('impi')) };
    default:
      return undefined;
  }
}

const admin = createServer(async (request, response) => {
  try {
    const body = await answer(request);
    response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body ?? { error: 'no such resource' }));
  } catch (error) {
    response.writeHead(500, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error: error.message }));
  }
});

process.on('SIGTERM', async () => {
  admin.close();
  await diameter.close();
  process.exit(0);
});

await diameter.listen(host, Number(port));
admin.listen(Number(adminPort), host);
console.log(`HSS: Diameter ${host}:${port}, admin ${host}:${adminPort}`);

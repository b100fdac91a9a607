// SPDX-License-Identifier: Apache-2.0
// Password logins at the page, several at once: what is measured is the server, which computes Argon2id for each.
import { Agent, request } from 'node:https';

const agent = new Agent({ keepAlive: true, rejectUnauthorized: false, maxSockets: 8 });

function ask(origin, method, target, headers = {}, body = '') {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(target, origin), { method, agent, headers: { ...headers, ...(body && { 'content-length': Buffer.byteLength(body) }) } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8');
      answer.on('data', (piece) => { text += piece; });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text }));
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const cookiesOf = (answer) => (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; ');
const unescape = (text) => text.replaceAll('&quot;', '"').replaceAll('&#39;', "'").replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** The hidden fields of the page's form. */
function hiddenFields(html) {
  const fields = {};
  for (const [input] of html.matchAll(/<input[^>]*type="hidden"[^>]*>/g)) {
    fields[/name="([^"]*)"/.exec(input)[1]] = unescape(/value="([^"]*)"/.exec(input)?.[1] ?? '');
  }
  return fields;
}

async function logIn(origin, authorize, user, password) {
  const page = await ask(origin, 'GET', authorize);
  const form = new URLSearchParams({ ...hiddenFields(page.text), username: user, password });
  const headers = { cookie: cookiesOf(page), origin, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await ask(origin, 'POST', '/login', headers, form.toString());
  return answer.status === 303;
}

/** Every user logs in again and again for `seconds`, one login at a time: more at once of one account count as guessing. */
export async function measureLogins(origin, authorize, users, seconds) {
  const end = Date.now() + seconds * 1000;
  const times = [];
  let failed = 0;
  const began = process.hrtime.bigint();
  await Promise.all(users.map(async ({ user, password }) => {
    while (Date.now() < end) {
      const start = process.hrtime.bigint();
      if (await logIn(origin, authorize, user, password)) times.push(Number(process.hrtime.bigint() - start) / 1e3);
      else ++failed;
    }
  }));
  const took = Number(process.hrtime.bigint() - began) / 1e9;
  times.sort((a, b) => a - b);
  agent.destroy();
  return {
    done: times.length, failed, per_second: times.length / took,
    latency_p50_us: times[Math.floor(times.length * 0.5)] ?? 0, latency_p99_us: times[Math.floor(times.length * 0.99)] ?? 0,
  };
}

// SPDX-License-Identifier: Apache-2.0
// The admin interface tells what is going on, on loopback only and without secrets.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';

const { ready, system, browser, phone } = scene({ name: 'admin', slot: 2 });
let alice;

ready(async () => {
  await phone('bob', { play: { tone: 660 } });
  alice = await SoftphonePage.registered(await browser(440), 'alice');
});

test('registrations name the user and nothing secret', async () => {
  const text = await system.admin('/registrations');
  assert.match(text, /alice@ims\.example/);
  assert.doesNotMatch(text, /eyJ/, 'a token');
});

test('a call is listed while it lasts, and counted', async () => {
  await alice.call('bob');
  await alice.waitCall('active');
  await alice.page.waitForTimeout(1000);
  assert.match(await system.admin('/calls'), /alice@ims\.example/);
  const metrics = await system.admin('/metrics');
  assert.match(metrics, /^# TYPE \S+ (counter|gauge|histogram)/m);
  await alice.hangUp();
  await alice.waitCall('ended');
  await alice.page.waitForTimeout(500);
  assert.doesNotMatch(await system.admin('/calls'), /alice@ims\.example/);
});

test('health answers', async () => {
  assert.ok((await system.admin('/health')).length > 0);
});

test('admin, metrics and media listen on loopback only', () => {
  const pids = system.processes.alive().map((entry) => entry.pid);
  const sockets = execFileSync('ss', ['-H', '-ltnup'], { encoding: 'utf8', maxBuffer: 1 << 28 }).split('\n').filter((line) => pids.some((pid) => line.includes(`pid=${pid},`)));
  assert.ok(sockets.length > 3, sockets.join('\n'));
  for (const line of sockets) assert.match(line.split(/\s+/)[4], /^(127\.0\.0\.1|\[::1\]):/);
});

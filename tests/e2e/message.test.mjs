// SPDX-License-Identifier: Apache-2.0
// Text messages, both ways, between browsers and a phone.
import { test } from 'node:test';
import { waitFor } from '../core/processes.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';

const { ready, browser, phone } = scene({ name: 'message', slot: 7 });
let alice;
let carol;
let bob;

ready(async () => {
  bob = await phone('bob', { contact: 'sip:alice@ims.example' });
  const chromium = await browser(440);
  alice = await SoftphonePage.registered(chromium, 'alice');
  carol = await SoftphonePage.registered(chromium, 'carol');
});

test('alice writes to bob\'s phone', async () => {
  await alice.sendMessage('bob', 'Hello Bob, grüße');
  await alice.waitMessage('Hello Bob, grüße', 'outgoing');
  await waitFor('the text on the phone', () => bob.shown.includes('Hello Bob, grüße'));
});

test('bob\'s phone writes to alice', async () => {
  await bob.message('Hello Alice');
  await alice.waitMessage('Hello Alice');
});

test('alice and carol write to each other', async () => {
  await alice.sendMessage('carol', 'lunch?');
  await carol.waitMessage('lunch?');
  await carol.sendMessage('alice', 'at noon');
  await alice.waitMessage('at noon');
});

test('a message to nobody is told as refused', async () => {
  await alice.sendMessage('nobody', 'anyone there?');
  await alice.part('problem').first().waitFor();
});

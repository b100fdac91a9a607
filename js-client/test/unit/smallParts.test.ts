// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { offersVideo } from '../../src/call/camera';
import { withoutBundle } from '../../src/call/withoutBundle';
import { decibels } from '../../src/call/levelMeter';
import { completeConfig, demoConfig } from '../../src/config';
import { instanceId } from '../../src/sip/instanceId';
import { partyOf } from '../../src/sip/party';
import { targetUri } from '../../src/sip/target';

test.each([
  ['bob', 'sip:bob@ims.example'],
  [' bob@other.example ', 'sip:bob@other.example'],
  ['sip:bob@ims.example', 'sip:bob@ims.example'],
  ['+1 (555) 010-002', 'sip:+1555010002@ims.example;user=phone'],
  ['tel:+15550100', 'sip:+15550100@ims.example;user=phone'],
  ['*21#', 'sip:*21%23@ims.example;user=phone'],
])('"%s" is dialled as %s', (typed, uri) => {
  expect(targetUri(typed, 'ims.example')).toBe(uri);
});

test.each(['', 'bob smith', 'a@b@c', 'x\r\nFoo: bar', '<bob>'])('"%s" is no target', (typed) => {
  expect(() => targetUri(typed, 'ims.example')).toThrow(/invalid-target/);
});

test('MED05 the BUNDLE group is left out of what is sent, the rest stays', () => {
  expect(withoutBundle('v=0\r\na=group:BUNDLE 0\r\na=mid:0\r\n')).toBe('v=0\r\na=mid:0\r\n');
});

test('the network’s assertion counts before the From header', () => {
  const from = { uri: 'sip:anonymous@anonymous.invalid', display_name: 'Anonymous' };
  expect(partyOf(from, '"Bob B." <sip:bob@ims.example>, <tel:+15550102>')).toEqual({
    uri: 'sip:bob@ims.example',
    user: 'bob',
    displayName: 'Bob B.',
  });
  expect(partyOf(from).displayName).toBe('Anonymous');
});

test('levels: full scale is near 0 dB, silence the floor', () => {
  expect(decibels(new Float32Array([1, -1, 1, -1]))).toBeCloseTo(0);
  expect(decibels(new Float32Array([0.1, -0.1]))).toBeCloseTo(-20);
  expect(decibels(new Float32Array(4))).toBe(-90);
});

test('a configuration is completed by the demo’s, and mistakes in it are named', () => {
  expect(completeConfig({ domain: 'a.example' })).toEqual({ ...demoConfig, domain: 'a.example' });
  expect(completeConfig({ redirectUri: 'https://w.example/app/callback' }).postLogoutRedirectUri).toBe('https://w.example/');
  expect(() => completeConfig({ gatway: 'wss://x/' })).toThrow(/gatway/);
  expect(() => completeConfig({ keepAlive: '25' })).toThrow(/keepAlive.*number/);
  expect(() => completeConfig({ gateway: 'https://x/' })).toThrow(/gateway/);
  const iceServers = [{ urls: 'turns:turn.example:443?transport=tcp', username: 'u', credential: 'c' }];
  expect(completeConfig({ iceServers }).iceServers).toEqual(iceServers);
  for (const wrong of [{}, ['turn:x'], [{ url: 'turn:x' }], null]) expect(() => completeConfig({ iceServers: wrong })).toThrow(/iceServers/);
  expect(() => completeConfig([])).toThrow(/JSON object/);
});

test('REG48 the instance is the profile’s, but a second tab gets its own', async () => {
  const storage = (): Storage => {
    const items = new Map<string, string>();
    return { getItem: (key: string) => items.get(key) ?? null, setItem: (key: string, value: string) => items.set(key, value) } as unknown as Storage;
  };
  const held = new Set<string>();
  const locks = {
    request: async (name: string, _options: object, use: (lock: object | null) => unknown) => {
      if (held.has(name)) return use(null);
      held.add(name);
      return use({ name });
    },
  } as unknown as LockManager;
  const local = storage();
  const first = await instanceId(local, storage(), locks);
  const second = await instanceId(local, storage(), locks);
  expect(second).not.toBe(first);
  held.clear();
  expect(await instanceId(local, storage(), locks)).toBe(first);
});

test.each([
  ['m=audio 9 RTP/AVP 0\r\nm=video 9 RTP/AVP 96\r\n', true],
  ['m=audio 9 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\n', false],
  ['m=audio 9 RTP/AVP 0\r\na=m=video 9\r\n', false],
  [undefined, false],
])('an offer wants video when its section is there and not refused: %s', (sdp, wanted) => {
  expect(offersVideo(sdp)).toBe(wanted);
});

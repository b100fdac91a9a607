// SPDX-License-Identifier: Apache-2.0
import { afterEach, expect, test, vi } from 'vitest';
import { openMicrophone, speech } from '../../src/call/microphone';

function browser(isSecureContext: boolean, getUserMedia?: () => Promise<unknown>): void {
  vi.stubGlobal('location', { origin: 'http://phone.example' });
  vi.stubGlobal('window', { isSecureContext, RTCPeerConnection: class {} });
  vi.stubGlobal('navigator', { mediaDevices: getUserMedia ? { getUserMedia } : undefined });
}

afterEach(() => vi.unstubAllGlobals());

test.each([
  ['NotAllowedError', 'microphone-refused'],
  ['NotFoundError', 'microphone-missing'],
  ['NotReadableError', 'microphone-busy'],
])('%s means %s', async (name, code) => {
  browser(true, () => Promise.reject(new DOMException('', name)));
  await expect(openMicrophone(speech)).rejects.toMatchObject({ code });
});

test('an insecure page is named as such, before the browser is asked', async () => {
  const ask = vi.fn();
  browser(false, ask);
  await expect(openMicrophone(speech)).rejects.toMatchObject({ code: 'insecure-context', detail: 'http://phone.example' });
  expect(ask).not.toHaveBeenCalled();
});

test('a browser without media devices cannot make calls', async () => {
  browser(true);
  await expect(openMicrophone(speech)).rejects.toMatchObject({ code: 'webrtc-unsupported' });
});

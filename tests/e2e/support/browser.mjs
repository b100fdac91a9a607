// SPDX-License-Identifier: Apache-2.0
// Headless Chromium as a WIC: its microphone plays a tone, what it hears is kept in the page.
import { chromium } from 'playwright-core';
import { join } from 'node:path';
import { publicKeyHash } from '../../core/certificates.mjs';
import { sine, writeWav } from './wav.mjs';

const heardRate = 16000;

/** Runs in the page before its own scripts: taps every remote audio track into window.heard. */
function listen(rate) {
  const Original = window.RTCPeerConnection;
  const heard = { connections: [], chunks: [] };
  // The newest call is the one that is listened to; what an ended one left behind is taken off.
  const tap = (stream) => {
    heard.context ??= new AudioContext({ sampleRate: rate });
    for (const node of heard.nodes ?? []) node.disconnect();
    const source = heard.context.createMediaStreamSource(stream);
    const collect = heard.context.createScriptProcessor(2048, 1, 1);
    const chunks = (heard.chunks = []);
    collect.onaudioprocess = (event) => chunks.push(event.inputBuffer.getChannelData(0).slice());
    source.connect(collect);
    collect.connect(heard.context.destination);
    heard.nodes = [source, collect];
  };
  window.RTCPeerConnection = class extends Original {
    constructor(...args) {
      super(...args);
      heard.connections.push(this);
      this.addEventListener('track', ({ track }) => track.kind === 'audio' && tap(new MediaStream([track])));
    }
  };
  // Echo cancelling and noise suppression take a steady tone for noise; levels are to be those of the way, not of that filter.
  const media = navigator.mediaDevices;
  const getUserMedia = media?.getUserMedia.bind(media);
  const plain = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (media) {
    media.getUserMedia = (wanted) =>
      getUserMedia(wanted.audio ? { ...wanted, audio: { ...(wanted.audio === true ? {} : wanted.audio), ...plain } } : wanted);
  }
  window.heard = heard;
}

export class Browser {
  /** `tone`: what the microphone plays, in Hz. `host`: {program, args} of a Chromium elsewhere (own-network.mjs). */
  static async launch({ system, tone, directory = system.runDir, host = {} }) {
    const file = join(directory, `microphone-${tone}.wav`);
    writeWav(file, sine({ frequency: tone, seconds: 10, level: -12 }));
    const browser = await chromium.launch({
      executablePath: host.program ?? process.env.CHROMIUM ?? '/usr/bin/chromium',
      headless: true,
      args: [
        '--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update',
        '--disable-sync', '--autoplay-policy=no-user-gesture-required',
        '--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', `--use-file-for-fake-audio-capture=${file}`,
        '--allow-loopback-in-peer-connection',
        `--ignore-certificate-errors-spki-list=${publicKeyHash(join(system.runDir, 'tls/server.pem'))}`,
        ...(host.args ?? []),
      ],
    });
    return new Browser(browser, system);
  }

  constructor(browser, system) {
    this.browser = browser;
    this.system = system;
  }

  close() {
    return this.browser.close();
  }

  /** A page in a context of its own (no cookies of others). Console lines and errors are kept in `page.lines`. */
  async page() {
    const context = await this.browser.newContext({ permissions: ['microphone', 'camera'], ignoreHTTPSErrors: true });
    await context.addInitScript(listen, heardRate);
    const page = await context.newPage();
    page.lines = [];
    page.on('console', (message) => page.lines.push(message.text()));
    page.on('pageerror', (error) => page.lines.push(`page error: ${error.message}`));
    return page;
  }
}

/** What the page has heard since `forget` (or its start): {rate, samples}. */
export async function heardBy(page) {
  const base64 = await page.evaluate(() => {
    const { chunks } = window.heard;
    const whole = new Float32Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
    let at = 0;
    for (const chunk of chunks) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    const bytes = new Uint8Array(whole.buffer);
    let text = '';
    for (let index = 0; index < bytes.length; index += 32768) text += String.fromCharCode(...bytes.subarray(index, index + 32768));
    return btoa(text);
  });
  const bytes = Buffer.from(base64, 'base64');
  return { rate: heardRate, samples: new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4) };
}

/** Starts the page's recording anew. */
export const forget = (page) => page.evaluate(() => void (window.heard.chunks.length = 0));

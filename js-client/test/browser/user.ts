// SPDX-License-Identifier: Apache-2.0
import { type Browser, type BrowserContext, type Page, chromium } from 'playwright-core';
import type { Softphone } from '../../src/index';

declare global {
  interface Window {
    softphone?: Softphone;
  }
}

/** `microphone`: a WAV file to speak in place of Chromium's own beeps. */
export function launch(microphone?: string): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--ignore-certificate-errors',
      '--use-fake-ui-for-media-stream',
      '--use-fake-device-for-media-stream',
      '--allow-loopback-in-peer-connection',
      '--autoplay-policy=no-user-gesture-required',
      ...(microphone ? [`--use-file-for-fake-audio-capture=${microphone}`] : []),
    ],
  });
}

export interface User {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: string[];
}

export async function openPage(browser: Browser, origin: string, options: object = {}): Promise<User> {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, permissions: ['microphone'], ...options });
  const page = await context.newPage();
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(String(error)));
  page.on('console', (message) => message.type() === 'error' && errors.push(message.text()));
  await page.goto(origin);
  return { page, context, errors };
}

/** Logs in at the lab's WAF and waits until the line is up. */
export async function logIn({ page }: User, name: string): Promise<void> {
  await page.getByTestId('login-button').click();
  await page.locator(`#${name}`).click();
  await page.locator('[data-testid=registration-state][data-state=registered]').waitFor();
}

/**
 * The gateway would be ICE-lite and know where it is; two browsers that sent no candidates need to be told each other's.
 */
export async function exchangeCandidates(a: Page, b: Page): Promise<void> {
  for (const [from, to] of [[a, b], [b, a]] as const) {
    const candidates = await from.evaluate(async () => {
      const connection = window.softphone?.calls[0]?.connection;
      const read = (): string[] => connection?.localDescription?.sdp.match(/^a=candidate:.*$/gm) ?? [];
      for (let i = 0; i < 50 && read().length === 0; i += 1) await new Promise((resolve) => setTimeout(resolve, 50));
      return read();
    });
    await to.evaluate(async (lines) => {
      const connection = window.softphone?.calls[0]?.connection;
      for (const line of lines) await connection?.addIceCandidate({ candidate: line.slice(2), sdpMLineIndex: 0 });
    }, candidates);
  }
}

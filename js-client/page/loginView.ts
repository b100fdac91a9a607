// SPDX-License-Identifier: Apache-2.0
import type { Softphone } from '../src/index';
import { h, setText, show } from './dom';

/** What somebody sees who is not logged in. */
export function loginView(phone: Softphone): HTMLElement {
  const button = h(
    'button',
    { type: 'button', class: 'button primary large', 'data-testid': 'login-button', onclick: () => void phone.login().catch(() => undefined) },
    'Sign in',
  );
  const status = h('p', { class: 'hint', 'aria-live': 'polite' });
  const element = h(
    'section',
    { class: 'card welcome', 'data-testid': 'login-view' },
    h('img', { src: '/favicon.svg', alt: '', width: '72', height: '72' }),
    h('h1', {}, 'Your phone, in the browser'),
    h('p', {}, 'Call and message anyone in your network. Sign in with your account; the softphone never sees your password.'),
    button,
    status,
  );
  const update = (): void => {
    const busy = phone.loginState === 'unknown' || phone.loginState === 'leaving';
    show(element, phone.loginState !== 'signed-in' && phone.calls.length === 0);
    button.disabled = busy;
    setText(status, busy ? 'One moment…' : `You will be taken to ${new URL(phone.config.issuer).host}.`);
  };
  for (const event of ['login', 'call', 'ended'] as const) phone.on(event, update);
  update();
  return element;
}

// SPDX-License-Identifier: Apache-2.0
import type { Softphone } from '../src/index';
import { h, show } from './dom';

const pages: readonly (readonly [string, string, string])[] = [
  ['/access-code', 'Sign in a desk phone', 'link-desk-phone'],
  ['/account', 'Your account', 'link-account'],
];

/** The ways to the WAF's own pages; in tabs of their own, since a call may be running here. */
export function linksView(phone: Softphone): HTMLElement {
  const link = (path: string, text: string, id: string): HTMLElement =>
    h('a', { href: phone.config.issuer.replace(/\/$/, '') + path, target: '_blank', rel: 'noopener', 'data-testid': id }, text);
  const element = h('footer', { class: 'links' }, ...pages.map(([path, text, id]) => link(path, text, id)));
  const update = (): void => show(element, phone.loginState === 'signed-in');
  phone.on('login', update);
  update();
  return element;
}

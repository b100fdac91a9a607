// SPDX-License-Identifier: Apache-2.0
import type { LineState, Softphone } from '../src/index';
import { h, icon, setText, show } from './dom';

const lineWords: Record<LineState['kind'], string> = {
  off: 'Not registered',
  connecting: 'Connecting…',
  registering: 'Registering…',
  registered: 'Registered',
  waiting: 'Reconnecting…',
  stopped: 'Not registered',
};

/** Who is logged in, by whom, and whether the line is up. */
export class Header {
  readonly element: HTMLElement;
  private readonly pill = h('span', { class: 'pill', 'data-testid': 'registration-state', role: 'status' });
  private readonly who = h('span', { class: 'who-name', 'data-testid': 'identity-name' });
  private readonly where = h('span', { class: 'who-detail', 'data-testid': 'identity' });
  private readonly account: HTMLElement;
  private countdown: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly phone: Softphone) {
    this.account = h(
      'div',
      { class: 'account' },
      this.pill,
      h('div', { class: 'who' }, this.who, this.where),
      h('button', { type: 'button', class: 'button quiet', 'data-testid': 'logout-button', onclick: () => void phone.logout() }, 'Sign out'),
    );
    this.element = h(
      'header',
      { class: 'top' },
      h('div', { class: 'brand' }, h('img', { src: '/favicon.svg', alt: '', width: '30', height: '30' }), h('span', {}, 'Softphone')),
      this.account,
      h('button', { type: 'button', class: 'button quiet round', 'aria-label': 'Switch between light and dark', onclick: switchTheme }, icon('theme')),
    );
    phone.on('login', () => this.update());
    phone.on('line', () => this.update());
    this.update();
  }

  private update(): void {
    const { identity, loginState, lineState } = this.phone;
    show(this.account, loginState === 'signed-in' || identity !== undefined);
    if (identity) {
      setText(this.who, identity.name);
      setText(this.where, `${identity.impu} · by ${identity.provider ?? new URL(identity.issuer).host}`);
    }
    this.pill.dataset['state'] = lineState.kind;
    clearInterval(this.countdown);
    this.writeLine();
    if (lineState.kind === 'waiting') this.countdown = setInterval(() => this.writeLine(), 1000);
  }

  private writeLine(): void {
    const state = this.phone.lineState;
    const seconds = state.kind === 'waiting' ? Math.ceil((state.retryAt - Date.now()) / 1000) : 0;
    setText(this.pill, seconds > 1 ? `Reconnecting in ${seconds} s` : lineWords[state.kind]);
  }
}

function switchTheme(): void {
  const root = document.documentElement;
  const dark = root.dataset['theme'] ?? (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  root.dataset['theme'] = dark === 'dark' ? 'light' : 'dark';
}

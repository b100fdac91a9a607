// SPDX-License-Identifier: Apache-2.0
import { PhoneError, type Softphone } from '../src/index';
import { h, icon, setText, show } from './dom';
import { type Words, wordsFor } from './words';

/** Problems in words, with what helps; read out at once by screen readers. */
export class Banner {
  readonly element: HTMLElement;
  private readonly title = h('strong', {});
  private readonly advice = h('span', { class: 'banner-advice' });
  private readonly detail = h('span', { class: 'banner-detail' });
  private readonly remedy = h('button', { type: 'button', class: 'button', 'data-testid': 'problem-remedy' });
  private readonly box: HTMLElement;
  private action: Words['remedy'];
  /** Shown because of the line; goes away when the line is back. */
  private fromLine = false;

  constructor(private readonly phone: Softphone) {
    this.remedy.addEventListener('click', () => this.act());
    this.box = h(
      'div',
      { class: 'banner', 'data-testid': 'problem', hidden: true },
      icon('warning'),
      h('div', { class: 'banner-text' }, this.title, this.advice, this.detail),
      this.remedy,
      h('button', { type: 'button', class: 'button quiet', 'data-testid': 'problem-dismiss', onclick: () => this.clear() }, 'Dismiss'),
    );
    this.element = h('div', { role: 'alert', 'aria-live': 'assertive' }, this.box);
    phone.on('problem', (error) => this.tell(error, false));
    phone.on('line', (state) => {
      if (state.kind === 'waiting') this.tell(state.error, true);
      if (state.kind === 'registered' && this.fromLine) this.clear();
      if (state.kind === 'stopped') this.fromLine = true;
    });
    phone.on('call', () => !this.fromLine && this.clear());
  }

  tell(error: PhoneError, fromLine = false): void {
    const { title, advice, remedy } = wordsFor(error);
    this.fromLine = fromLine;
    this.action = remedy;
    this.box.dataset['code'] = error.code;
    setText(this.title, title);
    setText(this.advice, advice);
    setText(this.detail, error.detail ?? '');
    setText(this.remedy, remedy === 'login' ? 'Sign in' : 'Connect now');
    show(this.remedy, remedy !== undefined);
    show(this.box, true);
  }

  clear(): void {
    show(this.box, false);
    delete this.box.dataset['code'];
  }

  private act(): void {
    // Failures come back here as `problem` events.
    if (this.action === 'login') void this.phone.login().catch(() => undefined);
    if (this.action === 'register') this.phone.reconnect();
  }
}

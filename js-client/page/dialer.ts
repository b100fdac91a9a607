// SPDX-License-Identifier: Apache-2.0
import type { Softphone } from '../src/index';
import { h, icon } from './dom';
import { keypad } from './keypad';
import type { Sounds } from './sounds';

/** Number field, keypad and call button. */
export class Dialer {
  readonly element: HTMLElement;
  private readonly input: HTMLInputElement;
  private readonly button: HTMLButtonElement;
  private readonly videoButton: HTMLButtonElement;

  constructor(
    private readonly phone: Softphone,
    sounds: Sounds,
  ) {
    this.input = h('input', {
      class: 'dial-input',
      type: 'text',
      placeholder: 'Name or number',
      'aria-label': 'Name, number or SIP address to call',
      autocomplete: 'off',
      autocapitalize: 'none',
      spellcheck: 'false',
      enterkeyhint: 'go',
      'data-testid': 'dial-input',
    });
    this.button = h('button', { type: 'submit', class: 'button call large', 'data-testid': 'dial-call' }, icon('phone'), 'Call');
    this.videoButton = h('button', { type: 'button', class: 'button quiet large', 'data-testid': 'dial-video', onclick: () => void this.call(true) }, icon('video'), 'Video call');
    const erase = h('button', { type: 'button', class: 'button quiet round', 'aria-label': 'Delete the last character', 'data-testid': 'dial-erase', onclick: () => this.erase() }, icon('erase'));
    this.element = h(
      'form',
      { class: 'card dialer', 'aria-label': 'Dial', 'data-testid': 'dialer', onsubmit: (event) => this.submit(event) },
      h('div', { class: 'dial-row' }, this.input, erase),
      keypad('key', (key) => {
        sounds.key(key);
        this.type(key);
      }),
      h('div', { class: 'dial-ways' }, this.button, this.videoButton),
    );
    phone.on('line', () => this.update());
    this.update();
  }

  /** Digits typed anywhere on the page land here. */
  type(key: string): void {
    this.input.value += key;
    this.input.scrollLeft = this.input.scrollWidth;
  }

  dial(target: string): void {
    this.input.value = target;
    void this.call();
  }

  private update(): void {
    const disabled = this.phone.lineState.kind !== 'registered';
    this.button.disabled = disabled;
    this.videoButton.disabled = disabled;
  }

  private erase(): void {
    this.input.value = this.input.value.slice(0, -1);
    this.input.focus();
  }

  private submit(event: Event): void {
    event.preventDefault();
    void this.call();
  }

  private async call(video = false): Promise<void> {
    const target = this.input.value.trim();
    if (!target || this.button.disabled) return this.input.focus();
    this.button.disabled = true;
    this.videoButton.disabled = true;
    try {
      // A call that cannot be held must not keep us from dialling.
      await this.phone.holdOthers().catch(() => undefined);
      await this.phone.call(target, { video });
      this.input.value = '';
    } catch {
      // Told by the banner.
    } finally {
      this.update();
    }
  }
}

// SPDX-License-Identifier: Apache-2.0
import { h } from './dom';

const layout: readonly (readonly [key: string, letters: string, name: string])[] = [
  ['1', '', 'one'],
  ['2', 'ABC', 'two'],
  ['3', 'DEF', 'three'],
  ['4', 'GHI', 'four'],
  ['5', 'JKL', 'five'],
  ['6', 'MNO', 'six'],
  ['7', 'PQRS', 'seven'],
  ['8', 'TUV', 'eight'],
  ['9', 'WXYZ', 'nine'],
  ['*', '', 'star'],
  ['0', '+', 'zero'],
  ['#', '', 'hash'],
];

/** Twelve keys; `prefix` keeps the test ids of several keypads apart. */
export function keypad(prefix: string, pressed: (key: string) => void): HTMLElement {
  return h(
    'div',
    { class: 'keypad', role: 'group', 'aria-label': 'Keypad' },
    ...layout.map(([key, letters, name]) =>
      h(
        'button',
        { type: 'button', class: 'key', 'data-testid': `${prefix}-${name}`, 'aria-label': name, onclick: () => pressed(key) },
        h('span', { class: 'key-digit' }, key),
        h('span', { class: 'key-letters' }, letters),
      ),
    ),
  );
}

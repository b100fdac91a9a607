// SPDX-License-Identifier: Apache-2.0
import type { Call, Softphone } from '../src/index';
import { h, icon, show } from './dom';
import { nameOf, timer } from './wording';
import { wordsFor } from './words';

const longest = 50;

/** The calls of this page load, latest first; a click calls back. */
export function historyView(phone: Softphone, redial: (target: string) => void): HTMLElement {
  const empty = h('p', { class: 'hint' }, 'Calls of this session appear here.');
  const list = h('ul', { class: 'list', 'data-testid': 'history-list' });
  phone.on('ended', (call) => {
    show(empty, false);
    list.prepend(entry(call, redial));
    while (list.childElementCount > longest) list.lastElementChild?.remove();
  });
  return h('section', { class: 'card panel', 'aria-labelledby': 'history-title' }, h('h2', { id: 'history-title' }, 'Recent calls'), empty, list);
}

function entry(call: Call, redial: (target: string) => void): HTMLElement {
  const missed = call.ending?.missed ?? false;
  return h(
    'li',
    { 'data-testid': 'history-item', 'data-error': call.error?.code ?? '', 'data-missed': String(missed) },
    h(
      'button',
      { type: 'button', class: 'row', 'aria-label': `Call ${nameOf(call.remote)}`, onclick: () => redial(call.remote.uri) },
      h('span', { class: missed ? 'row-icon bad' : 'row-icon' }, icon(call.direction)),
      h('span', { class: 'row-main' }, nameOf(call.remote), h('small', {}, outcome(call, missed))),
      h('time', {}, new Date(call.times.created).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' })),
    ),
  );
}

function outcome(call: Call, missed: boolean): string {
  if (missed) return 'Missed';
  if (call.error) return wordsFor(call.error).title;
  const { connected, ended } = call.times;
  return connected === undefined ? 'Cancelled' : timer((ended ?? connected) - connected);
}

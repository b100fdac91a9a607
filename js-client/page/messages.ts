// SPDX-License-Identifier: Apache-2.0
import type { Softphone, TextMessage } from '../src/index';
import { h, icon, show } from './dom';
import { nameOf } from './wording';

const longest = 200;

/** Text messages of this page load and a line to write one. */
export function messagesView(phone: Softphone): HTMLElement {
  const empty = h('p', { class: 'hint' }, 'No messages yet.');
  const list = h('ol', { class: 'bubbles', 'data-testid': 'message-list', role: 'log', 'aria-live': 'polite' });
  const to = h('input', { type: 'text', placeholder: 'To', 'aria-label': 'Message to', autocomplete: 'off', autocapitalize: 'none', spellcheck: 'false', 'data-testid': 'message-to' });
  const text = h('input', { type: 'text', placeholder: 'Write a message', 'aria-label': 'Message text', autocomplete: 'off', maxlength: '1000', 'data-testid': 'message-text' });
  const button = h('button', { type: 'submit', class: 'button primary round', 'aria-label': 'Send', 'data-testid': 'message-send' }, icon('send'));

  const send = async (event: Event): Promise<void> => {
    event.preventDefault();
    const body = text.value;
    if (!to.value.trim()) return to.focus();
    if (!body.trim()) return text.focus();
    button.disabled = true;
    try {
      await phone.message(to.value, body);
      text.value = '';
    } catch {
      // Told by the banner; the text stays for another try.
    } finally {
      button.disabled = false;
      text.focus();
    }
  };

  phone.on('message', (message) => {
    show(empty, false);
    list.append(bubble(message));
    while (list.childElementCount > longest) list.firstElementChild?.remove();
    list.scrollTop = list.scrollHeight;
    if (message.direction === 'incoming' && !to.value) to.value = message.remote.user;
  });
  return h(
    'section',
    { class: 'card panel', 'aria-labelledby': 'messages-title' },
    h('h2', { id: 'messages-title' }, 'Messages'),
    empty,
    list,
    h('form', { class: 'composer', onsubmit: (event) => void send(event) }, to, text, button),
  );
}

function bubble(message: TextMessage): HTMLElement {
  const time = new Date(message.at).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  const who = message.direction === 'incoming' ? nameOf(message.remote) : `To ${nameOf(message.remote)}`;
  return h(
    'li',
    { class: `bubble ${message.direction}`, 'data-testid': 'message-item', 'data-direction': message.direction, 'data-remote': message.remote.uri },
    h('small', {}, `${who} · ${time}`),
    h('p', { 'data-testid': 'message-body' }, message.text),
  );
}

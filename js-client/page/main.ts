// SPDX-License-Identifier: Apache-2.0
import { PhoneError, Softphone, loadConfig } from '../src/index';
import { Banner } from './banner';
import { CallCard } from './callCard';
import { Dialer } from './dialer';
import { h, show } from './dom';
import { Header } from './header';
import { historyView } from './history';
import { linksView } from './links';
import { loginView } from './loginView';
import { messagesView } from './messages';
import { Sounds } from './sounds';
import { wordsFor } from './words';

declare global {
  interface Window {
    /** The library, for tests and for the curious at the console. */
    softphone?: Softphone;
  }
}

async function start(root: HTMLElement): Promise<void> {
  let phone: Softphone;
  try {
    phone = new Softphone(await loadConfig());
  } catch (error) {
    return tellFatal(root, PhoneError.from(error, 'misconfigured'));
  }
  window.softphone = phone;
  build(root, phone);
  try {
    if ((await phone.restore()) === 'signed-in') await phone.register();
  } catch {
    // Told by the banner.
  }
}

function build(root: HTMLElement, phone: Softphone): void {
  const sounds = new Sounds();
  for (const event of ['pointerdown', 'keydown']) document.addEventListener(event, () => sounds.unlock());
  const banner = new Banner(phone);
  const dialer = new Dialer(phone, sounds);
  const calls = h('section', { class: 'calls', 'aria-label': 'Calls', 'data-testid': 'calls' });
  const cards: CallCard[] = [];

  phone.on('call', (call) => {
    const card = new CallCard(call, phone, sounds, (error) => banner.tell(error));
    for (const ended of calls.querySelectorAll('[data-state=ended]')) ended.remove();
    cards.push(card);
    calls.prepend(card.element);
    card.element.focus();
    const sound = (): void => ring(phone, sounds);
    call.on('change', sound);
    call.on('ended', () => {
      cards.splice(cards.indexOf(card), 1);
      sound();
      if (call.error?.code === 'busy') sounds.play('busy');
      document.title = 'Softphone';
    });
    if (call.direction === 'incoming') document.title = 'Incoming call';
    sound();
  });

  const workspace = h(
    'main',
    { class: 'workspace' },
    h('div', { class: 'column' }, calls, dialer.element),
    h('div', { class: 'column' }, messagesView(phone), historyView(phone, (target) => dialer.dial(target))),
  );
  const updateLogin = (): void => show(workspace, phone.loginState === 'signed-in' || phone.calls.length > 0);
  for (const event of ['login', 'call', 'ended'] as const) phone.on(event, updateLogin);
  updateLogin();
  root.append(new Header(phone).element, banner.element, loginView(phone), workspace, linksView(phone));

  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typesText(event.target)) return;
    if (!/^[0-9*#+]$/.test(event.key)) return;
    const inCall = cards.find(({ call }) => call.state === 'active' && !call.onHold.local);
    if (inCall) inCall.sendTone(event.key);
    else dialer.type(event.key);
  });
  window.addEventListener('beforeunload', (event) => {
    if (phone.calls.length > 0) event.preventDefault();
  });
}

/** One sound for all calls: what rings in here comes first. */
function ring(phone: Softphone, sounds: Sounds): void {
  const states = phone.calls.map(({ state }) => state);
  const talking = states.includes('active');
  if (states.includes('incoming') && !talking) return sounds.play('ring');
  sounds.play(states.includes('ringing') && !talking ? 'ringback' : undefined);
}

function typesText(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}

function tellFatal(root: HTMLElement, error: PhoneError): void {
  const { title, advice } = wordsFor(error);
  root.append(
    h('section', { class: 'card welcome', role: 'alert', 'data-testid': 'problem', 'data-code': error.code }, h('h1', {}, title), h('p', {}, advice), h('p', { class: 'hint' }, error.detail ?? '')),
  );
}

const root = document.getElementById('app');
if (root) void start(root);

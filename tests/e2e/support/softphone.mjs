// SPDX-License-Identifier: Apache-2.0
// A person at the softphone page: signs in, calls, presses keys. Only what is on the page is used.
import { expectText } from './page-wait.mjs';
import { forget, heardBy } from './browser.mjs';

const keyNames = { '*': 'star', '#': 'hash', 0: 'zero', 1: 'one', 2: 'two', 3: 'three', 4: 'four', 5: 'five', 6: 'six', 7: 'seven', 8: 'eight', 9: 'nine' };

export class SoftphonePage {
  constructor(page, system) {
    this.page = page;
    this.system = system;
  }

  /** Opens the page in `browser` and signs in as `user` through the WAF's login page; resolves once registered. */
  static async registered(browser, user) {
    const softphone = new SoftphonePage(await browser.page(), browser.system);
    await softphone.open();
    await softphone.signIn(user);
    await softphone.waitRegistered();
    return softphone;
  }

  part(testId) {
    return this.page.getByTestId(testId);
  }

  open() {
    return this.page.goto(`${this.system.origin}/`);
  }

  async signIn(user, password = `${user}-demo`) {
    await this.part('login-button').click();
    await this.page.locator('input[name=username]').fill(user);
    await this.page.locator('input[name=password]').fill(password);
    await this.page.locator('button[type=submit]:not(.second)').click();
  }

  signOut() {
    return this.part('logout-button').click();
  }

  /** "registered", "waiting", … as the pill in the header says. */
  waitLine(state, timeout = 15000) {
    return expectText(`line ${state}`, this.page, () => this.part('registration-state').getAttribute('data-state'), state, timeout);
  }

  waitRegistered(timeout) {
    return this.waitLine('registered', timeout);
  }

  async call(target, { video = false } = {}) {
    await this.part('dial-input').fill(target);
    const newestCard = (old) => {
      const id = document.querySelector('[data-testid=call-card]')?.dataset.callId;
      return old === undefined ? (id ?? '') : id !== undefined && id !== old;
    };
    // The card of a call that has just ended is still shown: wait for the new one.
    const before = await this.page.evaluate(newestCard);
    await this.part(video ? 'dial-video' : 'dial-call').click();
    await this.page.waitForFunction(newestCard, before, { timeout: 10000 });
  }

  /** The newest call. */
  get card() {
    return this.part('call-card').first();
  }

  waitCall(state, timeout = 10000) {
    return expectText(`call ${state}`, this.page, () => this.card.getAttribute('data-state', { timeout: 500 }), state, timeout);
  }

  /** "none", "local", "remote". */
  waitHold(hold, timeout = 5000) {
    return expectText(`hold ${hold}`, this.page, () => this.card.getAttribute('data-hold', { timeout: 500 }), hold, timeout);
  }

  async waitIncoming() {
    await this.waitCall('incoming');
  }

  answer = ({ video = false } = {}) => this.card.getByTestId(video ? 'call-answer-video' : 'call-answer').click();
  toggleCamera = () => this.card.getByTestId('call-camera').click();
  hangUp = () => this.card.getByTestId('call-hangup').click();
  toggleHold = () => this.card.getByTestId('call-hold').click();

  /** What this side has decoded of the other's picture in its newest call. */
  pictures() {
    return this.page.evaluate(async () => {
      const stats = await window.heard.connections.at(-1).getStats();
      const video = [...stats.values()].find((one) => one.type === 'inbound-rtp' && one.kind === 'video');
      return { decoded: video?.framesDecoded ?? 0, width: video?.frameWidth ?? 0, keyframes: video?.keyFramesDecoded ?? 0 };
    });
  }

  /** Mean brightness of the picture that is shown, 0 to 255. */
  brightness() {
    return this.card.getByTestId('call-remote-video').evaluate((video) => {
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [32, 24];
      const context = canvas.getContext('2d');
      context.drawImage(video, 0, 0, 32, 24);
      const { data } = context.getImageData(0, 0, 32, 24);
      let sum = 0;
      for (let at = 0; at < data.length; at += 4) sum += data[at] + data[at + 1] + data[at + 2];
      return sum / (data.length / 4) / 3;
    });
  }

  async press(digits) {
    await this.card.getByTestId('call-keypad').click();
    for (const digit of digits) {
      await this.card.getByTestId(`tone-${keyNames[digit]}`).click();
      await this.page.waitForTimeout(300);
    }
  }

  /** The error code that the last call ended with ("" for a normal end). */
  async callError() {
    await this.waitCall('ended');
    return this.card.getAttribute('data-error');
  }

  async sendMessage(to, text) {
    await this.part('message-to').fill(to);
    await this.part('message-text').fill(text);
    await this.part('message-send').click();
  }

  waitMessage(text, direction = 'incoming') {
    return this.page.locator(`[data-testid=message-item][data-direction=${direction}]`, { hasText: text }).waitFor({ timeout: 8000 });
  }

  waitProblem(code) {
    return expectText(`problem ${code}`, this.page, () => this.part('problem').first().getAttribute('data-code'), code, 10000);
  }

  /** What this person hears from now on for `seconds`. */
  async listen(seconds) {
    await forget(this.page);
    await this.page.waitForTimeout(seconds * 1000);
    return heardBy(this.page);
  }
}

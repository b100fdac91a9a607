// SPDX-License-Identifier: Apache-2.0
// A person at the WAF's page for phones: signs in, gets a code, looks at the phones, signs one out.

export class AccessCodePage {
  constructor(page, system) {
    this.page = page;
    this.system = system;
  }

  static async open(browser, user) {
    const codes = new AccessCodePage(await browser.page(), browser.system);
    await codes.visit();
    await codes.page.locator('input[name=username]').fill(user);
    await codes.page.locator('input[name=password]').fill(`${user}-demo`);
    await codes.page.locator('button[type=submit]:not(.second)').click();
    await codes.page.getByRole('heading', { name: 'Sign in a phone' }).waitFor();
    return codes;
  }

  visit() {
    return this.page.goto(`${this.system.origin}/access-code`);
  }

  /** A new code, as its user would type it. */
  async code() {
    const waiting = this.page.getByRole('button', { name: 'Cancel the code' });
    if (await waiting.isVisible()) await waiting.click();
    await this.page.getByRole('button', { name: 'Show a code' }).click();
    return (await this.page.locator('#code').innerText()).replace(/\D/g, '');
  }

  async shows(text) {
    await this.visit();
    await this.page.getByText(text).first().waitFor({ timeout: 5000 });
  }

  async signOut() {
    await this.visit();
    await this.page.getByRole('button', { name: 'Sign out' }).first().click();
    await this.page.getByText('The phone is signed out.').waitFor();
  }
}

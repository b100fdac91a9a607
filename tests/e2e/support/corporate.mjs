// SPDX-License-Identifier: Apache-2.0
// People at the pages of the corporate provider and the portal.
import { expectText } from './page-wait.mjs';

/** Fills in the provider's own sign-in page. */
export async function signInAtProvider(page, user, password = `${user}-demo`) {
  await page.locator('input[name=login]').fill(user);
  await page.locator('input[name=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** From the softphone's start page through the button of `label` to the registered line. */
export async function registerThrough(softphone, label, user) {
  await softphone.open();
  await softphone.part('login-button').click();
  await softphone.page.getByRole('link', { name: label }).click();
  await signInAtProvider(softphone.page, user);
  await softphone.waitRegistered();
}

/** Signs out at the provider itself, as an employee does at the end of the day. */
export async function signOutAtProvider(page, issuer) {
  await page.goto(`${issuer}/session/end`);
  await page.locator('button[name=logout]').click();
}

/** Who the portal says is signed in. */
export async function waitPortalName(page, name) {
  page.lines ??= [];
  await expectText(`portal of ${name}`, page, () => page.locator('#name').textContent({ timeout: 500 }), name, 8000);
}

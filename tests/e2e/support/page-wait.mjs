// SPDX-License-Identifier: Apache-2.0
// Waiting for something on a page, with what the page has said when it does not come.

/** Polls `read` until it gives `wanted`. */
export async function expectText(what, page, read, wanted, timeout) {
  const end = Date.now() + timeout;
  let seen;
  do {
    seen = await read().catch(() => undefined);
    if (seen === wanted) return;
    await page.waitForTimeout(50);
  } while (Date.now() < end);
  const text = (await page.locator('body').innerText().catch(() => '')).slice(0, 600);
  throw new Error(`${what} did not come, last seen: ${seen}\nat ${page.url()}\n${text}\nconsole:\n${page.lines.slice(-25).join('\n')}`);
}

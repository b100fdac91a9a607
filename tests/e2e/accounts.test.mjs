// SPDX-License-Identifier: Apache-2.0
// The account's pages in Chromium: login, password, authenticator app, passkey, consent and sessions; with and without scripts,
// by the keyboard alone, and held against axe's rules in light, dark and at 360 pixels.
import assert from 'node:assert/strict';
import { createHash, createHmac, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { publicKeyHash } from '../core/certificates.mjs';
import { slot } from '../core/ports.mjs';
import { WafAlone } from './support/waf-alone.mjs';

const ports = slot(7);
const redirect = `https://localhost:${ports.spare}/cb`;
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const user = (name) => `
[[users]]
name = "${name}"
display_name = "${name[0].toUpperCase()}${name.slice(1)}"
password = "${name}-demo"
impi = "${name}@ims.example"
impus = ["sip:${name}@ims.example"]
`;
const german = { 'login.title': 'Anmelden', 'login.user_name': 'Benutzername', 'code.title': 'Telefon anmelden', 'code.show': 'Code zeigen' };
const waf = new WafAlone({ name: 'accounts', ports, config: `
login_per_address_per_minute = 1000
login_per_account_per_minute = 1000
[[clients]]
id = "partner"
name = "Partner Calendar"
redirect_uris = ["${redirect}"]
scopes = ["openid", "offline_access", "sip.register", "sip.call"]
first_party = false
[device_grant]
enabled = true
[access_codes]
enabled = true
realm = "ims.example"
[[brand.translations]]
language = "de"
file = "texts.de.toml"
${['alice', 'bob', 'carol', 'dora', 'erin'].map(user).join('')}` });
let browser;
/** The application that people come back to. */
let application;

before(async () => {
  writeFileSync(join(waf.directory, 'texts.de.toml'), Object.entries(german).map(([name, text]) => `"${name}" = "${text}"\n`).join(''));
  await waf.start();
  const pem = (name) => readFileSync(join(waf.tls, name));
  application = createServer({ cert: pem('server.pem'), key: pem('server.key') }, (_, answer) => answer.end('back at the application'));
  await new Promise((resolve) => application.listen(ports.spare, 'localhost', resolve));
  browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-gpu', `--ignore-certificate-errors-spki-list=${publicKeyHash(join(waf.tls, 'server.pem'))}`],
  });
}, { timeout: 60_000 });

after(async () => {
  await browser?.close();
  application?.close();
  await waf.stop();
});

/** A browser of its own. */
async function visitor(options = {}) {
  const context = await browser.newContext({ ignoreHTTPSErrors: true, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  return page;
}

const at = (path) => `${waf.issuer}${path}`;
const authorize = (extra = {}) => at(`/authorize?${new URLSearchParams({
  response_type: 'code', client_id: 'partner', redirect_uri: redirect, scope: 'openid sip.call', state: 'st',
  code_challenge: createHash('sha256').update(randomBytes(8)).digest('base64url'), code_challenge_method: 'S256', ...extra,
})}`);

async function signIn(page, name, password = `${name}-demo`) {
  await page.getByLabel('User name').fill(name);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
}

/** What an authenticator app shows for a base32 key. */
function appCode(key, step = Math.floor(Date.now() / 30_000)) {
  const bits = [...key].map((c) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
  const secret = Buffer.from(bits.match(/.{8}/g).map((octet) => parseInt(octet, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const offset = mac[19] & 15;
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** Scripts off: everything below but passkeys has to work so. */
const plain = { javaScriptEnabled: false };

test('signing in leads to the account, and a wrong password is said at the form', async () => {
  const page = await visitor(plain);
  await page.goto(at('/account'));
  await signIn(page, 'alice', 'not-hers');
  assert.match(await page.getByRole('alert').innerText(), /not right/);
  await page.waitForTimeout(1100);
  await signIn(page, 'alice');
  await page.waitForURL(at('/account'));
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await page.context().close();
});

test('by the keyboard alone: the focus starts at the user name and Enter signs in', async () => {
  const page = await visitor();
  await page.goto(at('/account'));
  await page.keyboard.type('alice');
  await page.keyboard.press('Tab');
  await page.keyboard.type('alice-demo');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Your account' }).waitFor();
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Change password');
  const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(outline, 'solid', 'the focus must be seen');
  await page.context().close();
});

test('an authenticator app is set up and asked for from then on', async () => {
  const page = await visitor(plain);
  await page.goto(at('/account'));
  await signIn(page, 'bob');
  await page.getByRole('link', { name: 'Set up' }).click();
  const key = (await page.locator('code').innerText()).replaceAll(' ', '');
  assert.equal(await page.locator('.qr svg path').count(), 1);
  await page.getByLabel('Code from the app').fill('000000');
  await page.getByRole('button', { name: 'Turn on' }).click();
  assert.equal(await page.getByLabel('Code from the app').getAttribute('aria-invalid'), 'true');
  const used = Math.floor(Date.now() / 30_000);
  await page.getByLabel('Code from the app').fill(appCode(key, used));
  await page.getByRole('button', { name: 'Turn on' }).click();
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  const recovery = await page.locator('.codes code').first().innerText();
  await page.context().close();

  const again = await visitor(plain);
  await again.goto(at('/account'));
  await signIn(again, 'bob');
  await again.getByLabel('Code').fill(appCode(key, used));
  await again.getByRole('button', { name: 'Confirm' }).click();
  assert.match(await again.getByRole('alert').innerText(), /used already/);
  await again.getByLabel('Code').fill(appCode(key, used + 1));
  await again.getByRole('button', { name: 'Confirm' }).click();
  await again.waitForURL(at('/account'));
  await again.context().close();

  const third = await visitor(plain);
  await third.goto(at('/account'));
  await signIn(third, 'bob');
  await third.getByLabel('Code').fill(recovery);
  await third.getByRole('button', { name: 'Confirm' }).click();
  await third.waitForURL(at('/account'));
  await third.context().close();
});

test('a passkey is added, signs in alone, and is asked for beside the password', async () => {
  const page = await visitor();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { protocol: 'ctap2', transport: 'internal', hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
  });
  await page.goto(at('/account'));
  await signIn(page, 'carol');
  await page.getByRole('button', { name: 'Add a passkey' }).click();
  await page.getByRole('heading', { name: 'Recovery codes' }).waitFor();
  await page.getByRole('link', { name: 'Back to your account' }).click();
  await page.getByRole('button', { name: 'Remove' }).waitFor();

  await page.context().clearCookies();
  await page.goto(authorize({ acr_values: 'urn:acr:phr' }));
  await page.getByRole('button', { name: 'Sign in with a passkey' }).click();
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();

  await page.context().clearCookies();
  await page.goto(at('/account'));
  await signIn(page, 'carol');
  await page.getByRole('button', { name: 'Use a passkey' }).click();
  await page.waitForURL(at('/account'));
  await page.getByRole('button', { name: 'Remove' }).click();
  await page.getByRole('status').waitFor();
  await page.context().close();
});

test('another application asks for consent once, and loses access on the account page', async () => {
  const page = await visitor(plain);
  await page.goto(authorize());
  await signIn(page, 'dora');
  await page.getByText('Partner Calendar').waitFor();
  await page.getByText('Make calls for you').waitFor();
  await page.getByRole('button', { name: 'Do not allow' }).click();
  await page.waitForURL(/error=access_denied/);
  await page.goto(authorize());
  await page.getByRole('button', { name: 'Allow', exact: true }).click();
  await page.waitForURL(/\/cb\?code=/);
  await page.goto(authorize());
  await page.waitForURL(/\/cb\?code=/);
  await page.goto(at('/account'));
  await page.getByRole('button', { name: 'Take away access' }).click();
  await page.getByRole('status').waitFor();
  await page.goto(authorize());
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
  await page.context().close();
});

test('the password is changed with the old one, and other browsers are signed out', async () => {
  const other = await visitor(plain);
  await other.goto(at('/account'));
  await signIn(other, 'erin');
  const page = await visitor(plain);
  await page.goto(at('/account'));
  await signIn(page, 'erin');
  await page.getByRole('link', { name: 'Change password' }).click();
  const change = async (old, fresh) => {
    await page.getByLabel('Present password').fill(old);
    await page.getByLabel('New password', { exact: true }).fill(fresh);
    await page.getByLabel('New password again').fill(fresh);
    await page.getByRole('button', { name: 'Change password' }).click();
  };
  await change('erin-demo', 'password1');
  assert.equal(await page.getByLabel('New password', { exact: true }).getAttribute('aria-invalid'), 'true');
  await change('erin-demo', 'four words put together');
  await page.getByRole('status').waitFor();
  await other.goto(at('/account'));
  await other.getByLabel('User name').waitFor();
  await signIn(other, 'erin', 'four words put together');
  await other.waitForURL(at('/account'));
  await Promise.all([page.context().close(), other.context().close()]);
});

test('the sessions page ends the session of another browser, and everything', async () => {
  const other = await visitor(plain);
  await other.goto(at('/account'));
  await signIn(other, 'alice');
  const page = await visitor(plain);
  await page.goto(at('/account'));
  await signIn(page, 'alice');
  await page.getByText('This browser', { exact: true }).waitFor();
  for (;;) {
    const end = page.getByRole('button', { name: 'Sign out there' }).first();
    if ((await end.count()) === 0) break;
    await end.click();
    await page.getByRole('status').waitFor();
  }
  await other.goto(at('/account'));
  await signIn(other, 'alice');
  await other.waitForURL(at('/account'));
  await page.goto(at('/account'));
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  await other.goto(at('/account'));
  await other.getByLabel('User name').waitFor();
  await Promise.all([page.context().close(), other.context().close()]);
});

test('the pages speak the language of the browser, and English where a translation has nothing', async () => {
  const page = await visitor({ ...plain, locale: 'de-AT' });
  await page.goto(at('/access-code'));
  await page.getByRole('heading', { name: german['login.title'] }).waitFor();
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  await page.getByLabel(german['login.user_name']).fill('alice');
  await page.getByLabel('Password', { exact: true }).fill('alice-demo');
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: german['code.title'] }).waitFor();
  await page.getByRole('button', { name: german['code.show'] }).waitFor();
  await page.context().close();
});

/** Every page, drawn in one browser: {name: page is there}. */
async function* pages(page) {
  await page.goto(authorize());
  yield 'login';
  await signIn(page, 'dora', 'wrong-one');
  yield 'login-wrong';
  await page.waitForTimeout(1100);
  await signIn(page, 'dora');
  await page.getByRole('heading', { name: 'Allow access?' }).waitFor();
  yield 'consent';
  await page.goto(at('/account'));
  yield 'account';
  await page.getByRole('link', { name: 'Set up' }).click();
  yield 'totp';
  await page.goto(at('/account/password'));
  yield 'password';
  await page.goto(at('/access-code'));
  yield 'access-code';
  await page.getByRole('button', { name: /^Show/ }).click();
  await page.locator('.code').waitFor();
  yield 'access-code-shown';
  await page.goto(at('/device'));
  yield 'device';
  await page.getByLabel('Code').fill('WDJB-MJHT');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByText('No device waits').waitFor();
  yield 'device-wrong';
  await page.goto(at('/logout'));
  yield 'logout';
  await page.goto(at('/nowhere'));
  yield 'missing';
}

for (const [name, options] of Object.entries({
  'light-desktop': { colorScheme: 'light', viewport: { width: 1280, height: 900 } },
  'dark-phone': { colorScheme: 'dark', viewport: { width: 360, height: 740 } },
})) {
  test(`no page breaks a rule of axe or scrolls sideways: ${name}`, async () => {
    // bypassCSP: the policy forbids the checker's own script.
    const page = await visitor({ ...options, bypassCSP: true });
    const pictures = process.env.ACCOUNT_PICTURES;
    if (pictures) mkdirSync(pictures, { recursive: true });
    for await (const shown of pages(page)) {
      await page.evaluate(axe);
      const { violations } = await page.evaluate(() => window.axe.run());
      const said = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' | ')}`);
      assert.deepEqual(said, [], `${shown} in ${name}`);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth), `${shown} scrolls sideways`);
      if (pictures) await page.screenshot({ path: join(pictures, `${shown}-${name}.png`), fullPage: true });
    }
    await page.context().close();
  });
}

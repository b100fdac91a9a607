// SPDX-License-Identifier: Apache-2.0
// Single sign-on through corporate OpenID providers: two of them, a portal as a second relying party, and logout both ways.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Corporate } from '../core/corporate.mjs';
import { waitFor } from '../core/processes.mjs';
import { registerThrough, signInAtProvider, signOutAtProvider, waitPortalName } from './support/corporate.mjs';
import { scene } from './support/scene.mjs';
import { SoftphonePage } from './support/softphone.mjs';

const partner = () => `
[federation]
retry = "1s"
unknown_key_wait = "1s"

[[providers]]
name = "partner"
label = "Partner Ltd"
issuer = "https://localhost:${system.ports.corporate.partner}"
client_id = "waf"
private_key_file = "corporate/waf.key"
email_domains = ["partner.example"]
end_session = true

[providers.mapping]
claims = ["preferred_username", "name", "groups"]
domains = ["ims.example"]
impi = "{preferred_username}@ims.example"
impus = ["sip:{preferred_username}@ims.example"]
display_name = "{name}"
scopes = ["webrtc-ims-client-access-to-ims", "sip.register", "sip.call"]
`;

const { ready, system, browser } = scene({ name: 'sso_oidc', slot: 6, edit: ({ name, text }) => (name === 'waf.toml' ? text + partner() : text) });
const corporate = new Corporate(system);
let chromium;

ready(async () => {
  await corporate.startProvider('corp');
  await corporate.startPortal();
  chromium = await browser(440);
});

const wafLog = () => readFileSync(system.processes.logFile('waf'), 'utf8');
const portalLog = () => readFileSync(system.processes.logFile('portal'), 'utf8');
const registered = async (user) => new RegExp(`aor +: 'sip:${user}@ims\\.example'`).test(await system.core.snapshot());
const cookies = (answer) => (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ');

/** A login that went to the provider: what the browser was sent there with. */
async function depart(name) {
  const answer = await system.https(`/federation/${name}`);
  assert.equal(answer.status, 303, answer.text);
  return { to: new URL(answer.headers.location), cookie: cookies(answer) };
}

const arrive = (name, parameters, cookie) =>
  system.https(`/federation/${name}/callback?${new URLSearchParams(parameters)}`, { headers: { cookie } });

test('a provider that is away is a page with a way on, and local users sign in as ever', async () => {
  const page = await chromium.page();
  const softphone = new SoftphonePage(page, system);
  await softphone.open();
  await softphone.part('login-button').click();
  await page.getByRole('link', { name: 'Partner Ltd' }).click();
  await page.locator('[role=alert]', { hasText: 'not possible at the moment' }).waitFor();
  await page.getByRole('link', { name: 'Try again at Partner Ltd' }).waitFor();
  await page.getByRole('link', { name: 'Sign in another way' }).click();
  await page.locator('input[name=username]').fill('carol');
  await page.locator('input[name=password]').fill('carol-demo');
  await page.locator('button[type=submit]:not(.second)').click();
  await softphone.waitRegistered();
  await page.context().close();
});

test('E01 E03 E07 one login at the provider opens softphone and portal; its logout ends all of it', async () => {
  const softphone = new SoftphonePage(await chromium.page(), system);
  await registerThrough(softphone, 'Example Corp', 'erin');
  assert.ok(await registered('erin'));
  const portal = await softphone.page.context().newPage();
  await portal.goto(`${corporate.portalUrl}/`);
  await waitPortalName(portal, 'Erin');
  assert.match(await portal.locator('#sip').textContent(), /^sip:erin@ims\.example$/);

  await signOutAtProvider(await softphone.page.context().newPage(), corporate.issuer('corp'));
  await softphone.part('login-button').waitFor();
  assert.match(await softphone.part('problem').innerText(), /You were signed out/);
  await waitFor('the registration to be gone at the core', async () => !(await registered('erin')), { timeout: 20_000 });
  await waitFor('the portal to hear of it', () => /^logout s-/m.test(portalLog()), { timeout: 5000 });
  await portal.goto(`${corporate.portalUrl}/`);
  await portal.locator('input[name=username]').waitFor();
  assert.match(wafLog(), /provider corp: logout ends 1 sessions/);
  await softphone.page.context().close();
});

test('A24 signing out here tells the portal', async () => {
  const softphone = new SoftphonePage(await chromium.page(), system);
  await registerThrough(softphone, 'Example Corp', 'erin');
  const portal = await softphone.page.context().newPage();
  await portal.goto(`${corporate.portalUrl}/`);
  await waitPortalName(portal, 'Erin');
  const before = portalLog().match(/^logout /gm)?.length ?? 0;
  await softphone.signOut();
  await softphone.page.getByRole('button', { name: 'Sign out' }).click({ timeout: 2000 }).catch(() => {});
  await waitFor('the portal to hear of it', () => (portalLog().match(/^logout /gm)?.length ?? 0) > before, { timeout: 5000 });
  await portal.goto(`${corporate.portalUrl}/`);
  await portal.locator('input[name=username]').waitFor();
  await softphone.page.context().close();
});

test('E03 a mail domain leads to its provider; the same sub of another issuer is somebody else', async () => {
  await corporate.startProvider('partner', { algorithm: 'RS256' });
  const softphone = new SoftphonePage(await chromium.page(), system);
  await waitFor('the provider to be asked again', async () => (await system.https('/federation/partner')).status === 303);
  await softphone.open();
  await softphone.signIn('grace@partner.example', 'not for the WAF to see');
  await signInAtProvider(softphone.page, 'grace');
  await softphone.waitRegistered();
  assert.match(await softphone.part('identity').innerText(), /sip:grace@ims\.example/);

  // end_session: the logout goes on to the provider and comes back; the next login asks for the password again.
  await softphone.page.goto(`${system.origin}/logout`);
  await softphone.page.getByRole('button', { name: 'Sign out' }).click();
  await softphone.page.waitForURL((url) => url.href.startsWith(`${corporate.issuer('partner')}/session/end`));
  await softphone.page.locator('button[name=logout]').click();
  await softphone.page.getByRole('heading', { name: 'You are signed out' }).waitFor();
  assert.match(softphone.page.url(), /\/federation\/partner\/signed-out/);
  await softphone.page.goto(`${system.origin}/federation/partner`);
  await softphone.page.locator('input[name=login]').waitFor();
  await softphone.page.context().close();
});

test('E02 Attack37 an answer for another provider, or in another\'s name, is refused', async () => {
  const first = await depart('corp');
  const state = first.to.searchParams.get('state');
  assert.equal((await arrive('partner', { state, code: 'c' }, first.cookie)).status, 400);
  assert.equal((await arrive('corp', { state, code: 'c', iss: corporate.issuer('corp') }, first.cookie)).status, 400, 'a state works once');
  for (const iss of [corporate.issuer('partner'), undefined]) {
    const next = await depart('corp');
    const parameters = { state: next.to.searchParams.get('state'), code: 'c', ...(iss && { iss }) };
    assert.equal((await arrive('corp', parameters, next.cookie)).status, 502);
  }
  assert.match(wafLog(), /login refused: unknown_login: of another provider/);
  assert.match(wafLog(), /login refused: foreign_issuer: of the response/);
});

test('Attack38 Attack48 a state of another browser, or none, starts no session', async () => {
  const mine = await depart('corp');
  const other = await depart('corp');
  const parameters = { state: mine.to.searchParams.get('state'), code: 'c', iss: corporate.issuer('corp') };
  for (const cookie of [other.cookie, '']) {
    const answer = await arrive('corp', parameters, cookie);
    assert.equal(answer.status, 400);
    assert.doesNotMatch(cookies(answer), /__Host-waf_sid/);
  }
  assert.equal((await arrive('corp', { code: 'c' }, mine.cookie)).status, 400);
  assert.equal(mine.to.searchParams.get('code_challenge_method'), 'S256');
});

test('E04 a user whose identity is somebody else\'s, or none, gets in nowhere', async () => {
  for (const [user, password, reason] of [['alice', 'mallory-demo', 'identity_taken'], ['guest@elsewhere', 'guest-demo', 'unserved_domain']]) {
    const page = await chromium.page();
    await page.goto(`${system.origin}/federation/corp`);
    await signInAtProvider(page, user, password);
    await page.locator('[role=alert]', { hasText: 'ask your administrator' }).waitFor();
    assert.match(wafLog(), new RegExp(`provider corp: login refused: ${reason}`));
    await page.context().close();
  }
});

test('J13 the provider\'s keys may change at any time', async () => {
  await corporate.stop('corp');
  await corporate.startProvider('corp', { rotate: true });
  const page = await chromium.page();
  await page.goto(`${system.origin}/federation/corp`);
  await signInAtProvider(page, 'erin');
  await page.getByText('Signed in as Erin').waitFor();
  await page.context().close();
});

test('a user who cancels at the provider may go on another way', async () => {
  const page = await chromium.page();
  await page.goto(`${system.origin}/federation/corp`);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.locator('[role=alert]', { hasText: 'cancelled' }).waitFor();
  await page.getByRole('link', { name: 'Sign in another way' }).waitFor();
  await page.context().close();
});

test('Attack57 what is no logout token of the provider ends nothing', async () => {
  for (const token of ['x', 'eyJhbGciOiJub25lIiwia2lkIjoiayJ9.e30.', '']) {
    const answer = await system.https('/backchannel-logout/corp', {
      method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ logout_token: token }).toString(),
    });
    assert.equal(answer.status, 400);
    assert.match(answer.headers['cache-control'], /no-store/);
  }
  assert.equal((await system.https('/backchannel-logout/corp')).status, 405);
});

test('A37 no token, code or key of the providers is in the log', () => {
  assert.doesNotMatch(wafLog(), /eyJ[\w-]+\.[\w-]+\.|code=|client_assertion|-demo/);
});

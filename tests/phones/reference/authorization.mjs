// SPDX-License-Identifier: Apache-2.0
// From credentials to tokens, three ways:
//   device     RFC 8628: the phone shows an address and a code, its user approves in any browser
//   challenge  first-party authorization challenge: the user types name and password into the phone itself
//   browser    authorization code with PKCE (RFC 8252): for phones that have a browser
// The access token goes into SIP, the refresh token stays here and gets the next one.
import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import * as oauth from 'oauth4webapi';

/** An error whose `code` is what the authorization server answered. */
class Refused extends Error {
  constructor(what, code, description) {
    super(`${what}: ${code}${description ? ` (${description})` : ''}`);
    this.code = code;
  }
}

export class Authorization {
  #server;
  #client;
  #authentication;
  #tokens = null;

  /**
   * `issuer` is the authorization server of the challenge; `clientId` and, for phones that hold a key, `privateKey`
   * ({ key: CryptoKey, kid }) identify this kind of phone.
   */
  static async discover(issuer, { clientId, privateKey }) {
    const url = new URL(issuer);
    const response = await oauth.discoveryRequest(url, { algorithm: 'oauth2' });
    const authorization = new Authorization();
    authorization.#server = await oauth.processDiscoveryResponse(url, response);
    authorization.#client = { client_id: clientId };
    authorization.#authentication = privateKey
      ? oauth.PrivateKeyJwt(privateKey, { [oauth.modifyAssertion]: (_, payload) => { payload.aud = issuer; } })
      : oauth.None();
    return authorization;
  }

  get accessToken() {
    return this.#tokens?.access_token;
  }

  /** Seconds until a new access token should be asked for. */
  get refreshIn() {
    return Math.max(1, Math.floor((this.#tokens?.expires_in ?? 0) * 0.8));
  }

  async refresh() {
    const response = await oauth.refreshTokenGrantRequest(this.#server, this.#client, this.#authentication, this.#tokens.refresh_token);
    const fresh = await oauth.processRefreshTokenResponse(this.#server, this.#client, response);
    this.#tokens = { ...this.#tokens, ...fresh };
  }

  async revoke() {
    if (!this.#tokens?.refresh_token) return;
    await oauth.revocationRequest(this.#server, this.#client, this.#authentication, this.#tokens.refresh_token);
    this.#tokens = null;
  }

  /** `show` is given the address and the code that the phone displays. */
  async byDevice(scope, show) {
    const parameters = new URLSearchParams({ scope });
    const response = await oauth.deviceAuthorizationRequest(this.#server, this.#client, this.#authentication, parameters);
    const device = await oauth.processDeviceAuthorizationResponse(this.#server, this.#client, response);
    show({ url: device.verification_uri, code: device.user_code, completeUrl: device.verification_uri_complete });
    let interval = device.interval ?? 5;
    for (;;) {
      await sleep(interval * 1000);
      const poll = await oauth.deviceCodeGrantRequest(this.#server, this.#client, this.#authentication, device.device_code);
      try {
        this.#tokens = await oauth.processDeviceCodeResponse(this.#server, this.#client, poll);
        return;
      } catch (error) {
        if (error.error === 'slow_down') interval += 5;
        else if (error.error !== 'authorization_pending') throw error;
      }
    }
  }

  /** `ask(what)` prompts the user: "username", "password", "otp". */
  async byChallenge(scope, ask) {
    const verifier = oauth.generateRandomCodeVerifier();
    const challenge = await oauth.calculatePKCECodeChallenge(verifier);
    let answer = await this.#challenge({
      response_type: 'code', scope, code_challenge: challenge, code_challenge_method: 'S256',
      username: await ask('username'), password: await ask('password'),
    });
    // The server says what it needs, again after a wrong answer, and ends it when there were too many.
    while (answer.error === 'insufficient_authorization' && answer.auth_session) {
      const given = { auth_session: answer.auth_session };
      for (const what of (answer.needed ?? 'username password').split(' ')) given[what] = await ask(what);
      answer = await this.#challenge(given);
    }
    if (!answer.authorization_code) throw new Refused('sign-in', answer.error ?? 'no code', answer.error_description);
    await this.#redeem(new URLSearchParams({ code: answer.authorization_code }), undefined, verifier);
  }

  async #challenge(form) {
    const body = new URLSearchParams(form);
    const headers = new Headers({ accept: 'application/json' });
    await this.#authentication(this.#server, this.#client, body, headers);
    body.set('client_id', this.#client.client_id);
    const response = await fetch(this.#server.authorization_challenge_endpoint, { method: 'POST', body, headers });
    return response.json();
  }

  /** `open(url)` shows the login page; the answer comes to a port of loopback. */
  async byBrowser(scope, open) {
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const listener = createServer();
    await new Promise((resolve) => { listener.listen(0, '127.0.0.1', resolve); });
    const redirect = `http://127.0.0.1:${listener.address().port}/callback`;
    const url = new URL(this.#server.authorization_endpoint);
    url.search = new URLSearchParams({
      client_id: this.#client.client_id, redirect_uri: redirect, response_type: 'code', scope, state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256',
    });
    open(url.href);
    const answer = await new Promise((resolve) => {
      listener.on('request', (request, response) => {
        response.end('You may close this page.\n');
        if (request.url.startsWith('/callback?')) resolve(new URL(request.url, redirect));
      });
    });
    listener.close();
    const parameters = oauth.validateAuthResponse(this.#server, this.#client, answer, state);
    await this.#redeem(parameters, redirect, verifier);
  }

  async #redeem(parameters, redirect, verifier) {
    const body = redirect === undefined
      ? oauth.genericTokenEndpointRequest(this.#server, this.#client, this.#authentication, 'authorization_code',
        { code: parameters.get('code'), code_verifier: verifier })
      : oauth.authorizationCodeGrantRequest(this.#server, this.#client, this.#authentication, parameters, redirect, verifier);
    const process = redirect === undefined ? oauth.processGenericTokenEndpointResponse : oauth.processAuthorizationCodeResponse;
    this.#tokens = await process(this.#server, this.#client, await body);
  }
}

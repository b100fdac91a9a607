// SPDX-License-Identifier: Apache-2.0
// Cx answers of the HSS (TS 29.228 6.1 and 6.3, TS 29.229). Request AVPs in, answer AVPs out; the subscriber table is the state.
import { command, find, vendor3gpp } from './diameter.mjs';

const success = 2001;
const firstRegistration = 2001;
const subsequentRegistration = 2002;
const identityNotRegistered = 5003;
const unableToComply = 5012;

const deRegistration = 1; // User-Authorization-Type
const capability = 1; // what our one S-CSCF offers in the I-CSCF's table

const result = (code) => [['Result-Code', code]];

// The CSCF modules look at Experimental-Result only where Result-Code is absent.
const experimental = (code) => [
  ['Experimental-Result', [['Vendor-Id', vendor3gpp], ['Experimental-Result-Code', code]]],
];

function userAuthorization(subscribers, avps) {
  const { subscriber, error } = subscribers.pair(find(avps, 'User-Name'), find(avps, 'Public-Identity'));
  if (error) return experimental(error);
  if (subscriber.server) return [...experimental(subsequentRegistration), ['Server-Name', subscriber.server]];
  if (find(avps, 'User-Authorization-Type') === deRegistration) return experimental(identityNotRegistered);
  return [...experimental(firstRegistration), ['Server-Capabilities', [['Mandatory-Capability', capability]]]];
}

function locationInfo(subscribers, avps) {
  const subscriber = subscribers.byImpu(find(avps, 'Public-Identity'));
  if (!subscriber) return experimental(5001);
  if (!subscriber.server) return experimental(identityNotRegistered);
  return [...result(success), ['Server-Name', subscriber.server]];
}

function multimediaAuth(subscribers, avps) {
  const impi = find(avps, 'User-Name');
  const impu = find(avps, 'Public-Identity');
  const { subscriber, error } = subscribers.pair(impi, impu);
  if (error) return experimental(error);
  return [
    ...result(success),
    ['User-Name', impi],
    ['Public-Identity', impu],
    ['SIP-Number-Auth-Items', 1],
    [
      'SIP-Auth-Data-Item',
      [
        ['SIP-Item-Number', 1],
        ['SIP-Authentication-Scheme', 'SIP Digest'],
        [
          'SIP-Digest-Authenticate',
          [
            ['Digest-Realm', subscribers.realm],
            ['Digest-Algorithm', 'MD5'],
            ['Digest-QoP', 'auth'],
            ['Digest-HA1', subscribers.digestHa1(subscriber)],
          ],
        ],
      ],
    ],
  ];
}

const assigns = new Set([1, 2]); // REGISTRATION, RE_REGISTRATION
const releases = new Set([4, 5, 8, 9, 10, 11]); // timeouts, de-registrations, failed authentication

function serverAssignment(subscribers, avps) {
  const impu = find(avps, 'Public-Identity');
  const subscriber = subscribers.byImpu(impu) ?? subscribers.byImpi(find(avps, 'User-Name'));
  if (!subscriber) return experimental(5001);
  const impi = find(avps, 'User-Name') ?? subscriber.impi;
  if (subscriber.impi !== impi) return experimental(5002);
  const type = find(avps, 'Server-Assignment-Type');
  if (releases.has(type)) {
    subscriber.server = null;
    return [...result(success), ['User-Name', impi]];
  }
  if (assigns.has(type)) subscriber.server = find(avps, 'Server-Name') ?? null;
  return [...result(success), ['User-Name', impi], ['User-Data', Buffer.from(subscribers.profile(subscriber))]];
}

const handlers = {
  [command.userAuthorization]: userAuthorization,
  [command.serverAssignment]: serverAssignment,
  [command.locationInfo]: locationInfo,
  [command.multimediaAuth]: multimediaAuth,
};

/** The answer's result and data AVPs for one Cx request. */
export function answerCx(subscribers, { code, avps }) {
  const handler = handlers[code];
  return handler ? handler(subscribers, avps) : result(unableToComply);
}

/** The AVPs of a Registration-Termination-Request: every public identity is listed, an S-CSCF may not answer without them. */
export function terminationRequest(subscriber, reasonCode, reasonInfo) {
  return [
    ['User-Name', subscriber.impi],
    ...subscriber.impus.map((impu) => ['Public-Identity', impu]),
    ['Deregistration-Reason', [['Reason-Code', reasonCode], ['Reason-Info', reasonInfo]]],
  ];
}

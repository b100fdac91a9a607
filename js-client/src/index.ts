// SPDX-License-Identifier: Apache-2.0
export { Call, type CallDirection, type CallState, type CallTimes } from './call/call';
export type { Ending } from './call/ending';
export { LevelMeter } from './call/levelMeter';
export { type PhoneConfig, completeConfig, demoConfig, loadConfig } from './config';
export { PhoneError, type PhoneErrorCode } from './errors';
export type { Identity } from './auth/identity';
export type { TextMessage } from './message';
export type { LineState } from './sip/line';
export type { Party } from './sip/party';
export { type LoginState, Softphone, type SoftphoneEvents } from './softphone';

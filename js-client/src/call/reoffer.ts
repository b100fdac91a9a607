// SPDX-License-Identifier: Apache-2.0
import type { RTCSession } from 'jssip/lib/RTCSession';
import { PhoneError } from '../errors';

/** JsSIP's own notion of "we hold"; it has no public way to take it back after the network refused the hold. */
interface HoldFlag {
  _localHold: boolean;
  _setLocalMediaStatus(): void;
}

type Change = (done: () => void) => boolean;

/** Runs the re-INVITEs of one call one after the other and tells whether each was accepted. */
export class Reoffers {
  private refuse: ((error: PhoneError) => void) | undefined;
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly session: RTCSession) {}

  setHold(on: boolean): Promise<void> {
    return this.enqueue(async () => {
      if (this.session.isOnHold().local === on) return;
      try {
        await this.run((done) => (on ? this.session.hold({}, done) : this.session.unhold({}, done)));
      } catch (error) {
        const flag = this.session as unknown as HoldFlag;
        flag._localHold = !on;
        flag._setLocalMediaStatus();
        throw error;
      }
    });
  }

  restartIce(): Promise<void> {
    return this.enqueue(async () => {
      this.session.connection.restartIce();
      await this.run((done) => this.session.renegotiate({}, done));
    });
  }

  /** The far end or the gateway refused: the negotiation is rolled back, the call goes on as it was. */
  handleRefused(): void {
    const { connection } = this.session;
    if (connection.signalingState === 'have-local-offer') {
      void connection.setLocalDescription({ type: 'rollback' }).catch(() => undefined);
    }
    this.refuse?.(new PhoneError('media-failed', { detail: 're-INVITE refused' }));
  }

  handleSignallingLost(): void {
    this.refuse?.(new PhoneError('connection-lost'));
  }

  private enqueue(step: () => Promise<void>): Promise<void> {
    const result = this.queue.then(step);
    this.queue = result.catch(() => undefined);
    return result;
  }

  private async run(change: Change): Promise<void> {
    await this.ready();
    await new Promise<void>((resolve, reject) => {
      this.refuse = reject;
      if (!change(resolve)) reject(new PhoneError('invalid-state'));
    }).finally(() => {
      this.refuse = undefined;
    });
  }

  /** Another INVITE or UPDATE of this dialog may be under way (RFC 3261 14.1). */
  private async ready(): Promise<void> {
    for (let attempt = 0; attempt < 50; attempt += 1) {
      if (!this.session.isEstablished()) throw new PhoneError('invalid-state');
      if (this.session.isReadyToReOffer()) return;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    throw new PhoneError('invalid-state', { detail: 'another change of this call is under way' });
  }
}

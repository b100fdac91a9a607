// SPDX-License-Identifier: Apache-2.0
import { Backoff } from './backoff';

/** Decides when the lost WebSocket is tried again: one timer, longer pauses each time, at once when the network is back. */
export class Reconnector {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly connect: () => void,
    private readonly backoff: Backoff = new Backoff(),
  ) {}

  get waiting(): boolean {
    return this.timer !== undefined;
  }

  /** Plans the next attempt and returns the pause in milliseconds. */
  schedule(atLeast = 0): number {
    this.cancel();
    const delay = Math.max(atLeast, this.backoff.next());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.connect();
    }, delay);
    return delay;
  }

  /** The network is said to be back: a planned attempt is made now. */
  wake(): void {
    if (!this.waiting) return;
    this.cancel();
    this.backoff.reset();
    this.connect();
  }

  /** We are registered again: the next loss starts with a short pause. */
  succeeded(): void {
    this.backoff.reset();
  }

  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

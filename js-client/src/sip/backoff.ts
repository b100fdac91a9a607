// SPDX-License-Identifier: Apache-2.0

export interface BackoffLimits {
  readonly first: number;
  readonly longest: number;
}

/** Growing pauses with jitter, so that the clients of a restarted gateway do not come back in one wave. */
export class Backoff {
  private attempts = 0;

  constructor(
    private readonly limits: BackoffLimits = { first: 500, longest: 30_000 },
    private readonly random: () => number = Math.random,
  ) {}

  /** Milliseconds to wait: between half and the whole of 0.5, 1, 2, 4 … 30 s. */
  next(): number {
    const whole = Math.min(this.limits.longest, this.limits.first * 2 ** this.attempts);
    this.attempts += 1;
    return Math.round(whole * (0.5 + this.random() / 2));
  }

  reset(): void {
    this.attempts = 0;
  }
}

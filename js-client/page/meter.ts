// SPDX-License-Identifier: Apache-2.0
import { LevelMeter } from '../src/index';
import { h } from './dom';

/** A level bar for one direction of a call; `data-level` carries the decibels for tests. */
export class MeterView {
  readonly element: HTMLElement;
  private readonly bar: HTMLElement;
  private meter: LevelMeter | undefined;
  private stream: MediaStream | undefined;
  private shown = -90;
  private frame = 0;
  private count = 0;
  private loudest = -90;

  constructor(
    private readonly context: AudioContext,
    label: string,
    testId: string,
  ) {
    this.bar = h('span', { class: 'meter-bar' });
    this.element = h(
      'div',
      { class: 'meter-row' },
      h('span', { class: 'meter-label' }, label),
      h(
        'div',
        {
          class: 'meter',
          role: 'meter',
          'aria-label': `${label} level`,
          'aria-valuemin': '-60',
          'aria-valuemax': '0',
          'data-testid': testId,
          'data-level': '-90',
        },
        this.bar,
      ),
    );
  }

  watch(stream: MediaStream | undefined): void {
    if (stream === this.stream) return;
    this.close();
    if (!stream) return;
    this.stream = stream;
    this.meter = new LevelMeter(this.context, stream);
    const step = (): void => {
      this.draw();
      this.frame = requestAnimationFrame(step);
    };
    step();
  }

  close(): void {
    cancelAnimationFrame(this.frame);
    this.meter?.close();
    this.meter = undefined;
    this.stream = undefined;
  }

  private draw(): void {
    const level = this.meter?.level() ?? -90;
    // Quick to rise, slow to fall, as the eye expects of a meter.
    this.shown = level > this.shown ? level : this.shown + (level - this.shown) * 0.12;
    const share = Math.min(1, Math.max(0, (this.shown + 60) / 60));
    this.bar.style.transform = `scaleX(${share.toFixed(3)})`;
    this.loudest = Math.max(this.loudest, level);
    this.count += 1;
    if (this.count % 15 === 0) this.publish();
  }

  /** A few times a second is enough for assistive technology and tests; the peak, so that short sounds are not missed. */
  private publish(): void {
    const track = this.bar.parentElement;
    track?.setAttribute('data-level', this.loudest.toFixed(1));
    track?.setAttribute('aria-valuenow', Math.max(-60, Math.round(this.loudest)).toString());
    this.loudest = -90;
  }
}

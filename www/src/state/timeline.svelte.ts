// Where we are on the way of the query: a position between the steps of a trace, and what moves it.
import { between, matchShown } from '../scene/between.ts';
import { inUnits } from '../scene/numbers.ts';
import { buildScene, type Phase, type Room, type Scene } from '../scene/scene.ts';
import type { OperatorActual, Step, Trace } from '../engine/types.gen.ts';

/** What drives animation, so that tests can hold the clock. */
export interface Clock {
  now(): number;
  frame(callback: () => void): number;
  cancel(handle: number): void;
}

export const browserClock: Clock = {
  now: () => performance.now(),
  frame: (callback) => requestAnimationFrame(callback),
  cancel: (handle) => cancelAnimationFrame(handle),
};

export interface Stop {
  phase: Phase;
  step: Step | null;
  sentence: string;
}

/** Milliseconds of one step at speed 1, and of the rests before and after a match while playing. */
const stepMs = 500;
const restMs = 700;
export const speeds = [0.25, 0.5, 1, 2, 4];

export class Timeline {
  trace = $state.raw<Trace | null>(null);
  actuals = $state.raw<OperatorActual[]>([]);
  position = $state(0);
  playing = $state(false);
  speed = $state(1);
  /** Whether steps are cuts: follows prefers-reduced-motion. */
  still = $state(false);
  /** How much the page has of it for the plan. */
  room = $state<Room>('usual');

  readonly scene: Scene | null = $derived(this.trace ? buildScene(this.trace, this.actuals, this.room) : null);
  readonly stops: Stop[] = $derived(this.#stops());
  readonly last: number = $derived(Math.max(0, this.stops.length - 1));
  /** The step that is shown, or that is nearest while moving. */
  readonly index: number = $derived(Math.min(this.last, Math.max(0, Math.round(this.position))));
  readonly stop: Stop | null = $derived(this.stops[this.index] ?? null);
  readonly phase: Phase = $derived(this.stop?.phase ?? 'logical');
  readonly drawing = $derived(this.scene ? between(this.scene, this.position, this.still) : null);

  #target = 0;
  #handle: number | null = null;
  #then = 0;
  #rest = 0;
  readonly #clock: Clock;

  constructor(clock: Clock = browserClock) {
    this.#clock = clock;
  }

  #stops(): Stop[] {
    const stops: Stop[] = (this.trace?.steps ?? []).map((step) => ({
      phase: step.phase,
      step,
      sentence: step.phase === 'physical' ? inUnits(step.sentence) : step.sentence,
    }));
    const ran = (this.scene?.frames.length ?? 0) > stops.length;
    if (ran) stops.push({ phase: 'run', step: null, sentence: 'The plan ran: every operator shows the rows it really made.' });
    return stops;
  }

  /** Shows another trace from `at`, at rest. */
  show(trace: Trace | null, at = 0): void {
    this.pause();
    this.#halt();
    this.actuals = [];
    this.trace = trace;
    this.position = this.#target = this.#within(at);
  }

  /** Adds what a run counted; the position stays. */
  ran(actuals: OperatorActual[]): void {
    this.actuals = actuals;
    if (this.position > this.last) this.jump(this.last);
  }

  /** One step on or back from where the last press aimed; presses add up, and a held key scrubs. */
  nudge(by: number): void {
    this.pause();
    const aim = by > 0 ? Math.floor(this.#target + 1e-9) : Math.ceil(this.#target - 1e-9);
    this.#aim(aim + by);
  }

  /** To a step: only its last part is animated, however far away it is. */
  go(index: number): void {
    this.pause();
    const to = this.#within(index);
    const from = this.position;
    if (Math.abs(to - from) > 1) this.position = to > from ? to - 1 : to + 1;
    this.#aim(to);
  }

  /** To any position at once, as the scrubber does. */
  jump(position: number): void {
    this.pause();
    this.#halt();
    this.position = this.#target = this.#within(position);
  }

  /** Rests at the nearest step after scrubbing. */
  settle(): void {
    this.#aim(Math.round(this.position));
  }

  play(): void {
    if (this.stops.length < 2) return;
    if (this.index >= this.last) this.position = this.#target = 0;
    this.playing = true;
    this.#rest = 0;
    this.#run();
  }

  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    this.#aim(Math.round(this.position));
  }

  toggle(): void {
    if (this.playing) this.pause();
    else this.play();
  }

  #within(position: number): number {
    return Math.min(this.last, Math.max(0, position));
  }

  #aim(target: number): void {
    this.#target = this.#within(target);
    if (this.still) {
      this.#halt();
      this.position = this.#target;
      return;
    }
    this.#run();
  }

  #run(): void {
    if (this.#handle !== null) return;
    this.#then = this.#clock.now();
    this.#handle = this.#clock.frame(() => this.#tick());
  }

  #halt(): void {
    if (this.#handle !== null) this.#clock.cancel(this.#handle);
    this.#handle = null;
  }

  #tick(): void {
    const now = this.#clock.now();
    const ms = Math.min(100, now - this.#then) * this.speed;
    this.#then = now;
    this.#handle = null;
    const going = this.playing ? this.#advance(ms) : this.#approach(ms);
    if (going) this.#handle = this.#clock.frame(() => this.#tick());
  }

  /** Towards the target, the faster the further: nothing is queued. */
  #approach(ms: number): boolean {
    const left = this.#target - this.position;
    const way = (ms / stepMs) * Math.max(1, Math.abs(left) ** 1.5);
    if (Math.abs(left) <= way) {
      this.position = this.#target;
      return false;
    }
    this.position += Math.sign(left) * way;
    return true;
  }

  /** Playing: rest at the step, rest again where the next match is shown, then let it happen. */
  #advance(ms: number): boolean {
    if (this.#rest > 0) {
      this.#rest -= ms;
      return true;
    }
    const step = Math.floor(this.position + 1e-9);
    const t = this.position - step;
    if (step >= this.last) {
      this.position = this.#target = this.last;
      this.playing = false;
      return false;
    }
    const stopAt = this.still ? 1 : t < matchShown - 1e-9 ? matchShown : 1;
    const next = this.still ? 1 : t + ms / stepMs;
    if (next >= stopAt) {
      this.position = step + stopAt;
      this.#rest = restMs;
    } else {
      this.position = step + next;
    }
    this.#target = this.position;
    return true;
  }
}

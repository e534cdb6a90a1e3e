import { describe, expect, test } from 'vitest';
import { filmsTrace, plainActuals } from '../testing/fixtures/films.ts';
import { Timeline, type Clock } from './timeline.svelte.ts';

/** A clock that moves only when told: every tick runs the frame that was asked for. */
function heldClock() {
  let now = 0;
  let waiting: (() => void) | null = null;
  const clock: Clock = {
    now: () => now,
    frame(callback) {
      waiting = callback;
      return 1;
    },
    cancel: () => (waiting = null),
  };
  const pass = (ms: number, frame = 16) => {
    for (let spent = 0; spent < ms && waiting; spent += frame) {
      now += frame;
      const callback: (() => void) | null = waiting;
      waiting = null;
      (callback as () => void)();
    }
  };
  return { clock, pass, idle: () => waiting === null };
}

function opened() {
  const held = heldClock();
  const timeline = new Timeline(held.clock);
  timeline.show(filmsTrace());
  return { timeline, ...held };
}

describe('stepping', () => {
  test('a step takes about half a second at speed 1, and rests exactly on the step', () => {
    const { timeline, pass, idle } = opened();
    timeline.nudge(1);
    pass(250);
    expect(timeline.position).toBeGreaterThan(0.3);
    expect(timeline.position).toBeLessThan(0.7);
    pass(400);
    expect(timeline.position).toBe(1);
    expect(idle()).toBe(true);
  });

  test('a press back in the middle turns round at once', () => {
    const { timeline, pass } = opened();
    timeline.nudge(1);
    pass(200);
    const there = timeline.position;
    timeline.nudge(-1);
    pass(50);
    expect(timeline.position).toBeLessThan(there);
    pass(500);
    expect(timeline.position).toBe(0);
  });

  test('presses add up and are caught up with, never queued', () => {
    const { timeline, pass } = opened();
    for (let press = 0; press < 6; press += 1) timeline.nudge(1);
    pass(1100);
    expect(timeline.position).toBe(6);
  });

  test('a far step animates only its last part', () => {
    const { timeline, pass } = opened();
    timeline.go(7);
    expect(timeline.position).toBe(6);
    pass(600);
    expect(timeline.position).toBe(7);
    timeline.go(0);
    expect(timeline.position).toBe(1);
  });

  test('ends are ends', () => {
    const { timeline, pass } = opened();
    timeline.nudge(-1);
    pass(100);
    expect(timeline.position).toBe(0);
    timeline.go(99);
    pass(700);
    expect(timeline.position).toBe(timeline.last);
    expect(timeline.last).toBe(8);
  });

  test('reduced motion makes steps cuts', () => {
    const { timeline, idle } = opened();
    timeline.still = true;
    timeline.nudge(1);
    expect(timeline.position).toBe(1);
    expect(idle()).toBe(true);
  });

  test('scrubbing stops anywhere, and settles on the nearest step', () => {
    const { timeline, pass } = opened();
    timeline.jump(2.4);
    expect(timeline.position).toBe(2.4);
    timeline.settle();
    pass(600);
    expect(timeline.position).toBe(2);
  });
});

describe('playing', () => {
  test('goes to the end with rests, and stops there', () => {
    const { timeline, pass, idle } = opened();
    timeline.play();
    pass(600);
    expect(timeline.position).toBeCloseTo(0.3);
    pass(30_000);
    expect(timeline.position).toBe(8);
    expect(timeline.playing).toBe(false);
    expect(idle()).toBe(true);
  });
  test('begins anew from the end', () => {
    const { timeline } = opened();
    timeline.jump(8);
    timeline.play();
    expect(timeline.position).toBe(0);
  });
  test('any step pauses it', () => {
    const { timeline, pass } = opened();
    timeline.play();
    pass(100);
    timeline.nudge(1);
    expect(timeline.playing).toBe(false);
  });
});

describe('a run', () => {
  test('adds one stop with what was counted; another trace forgets it', () => {
    const { timeline } = opened();
    timeline.jump(8);
    timeline.ran(plainActuals);
    expect(timeline.last).toBe(9);
    expect(timeline.position).toBe(8);
    timeline.jump(9);
    expect(timeline.phase).toBe('run');
    timeline.show(filmsTrace());
    expect(timeline.last).toBe(8);
    expect(timeline.position).toBe(0);
  });
});

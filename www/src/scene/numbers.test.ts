import { describe, expect, test } from 'vitest';
import { amount, bytes, duration, exact, inUnits, operatorError, percent, plural, qError, short } from './numbers.ts';

describe('numbers', () => {
  test.each([
    [0, '0'],
    [7, '7'],
    [999, '999'],
    [999.6, '1k'],
    [1234, '1.23k'],
    [999_600, '1M'],
    [1_500_000, '1.5M'],
    [6e9, '6G'],
    [2.5e12, '2.5T'],
    [0.5, '0.5'],
    [0.01234, '0.0123'],
    [0.0000123, '1.2e−5'],
    [-1200, '−1.2k'],
    [Infinity, '∞'],
    [NaN, '–'],
  ])('%d is shown as %s', (value, text) => expect(short(value)).toBe(text));

  test('exact values keep their digits', () => {
    expect(exact(1234567.5)).toBe('1,234,567.5');
    expect(plural(1, 'row')).toBe('1 row');
    expect(plural(1200, 'row')).toBe('1,200 rows');
  });
  test.each([0, 1, 12, 999, 1000, 12_345, 999_999.9994, 999_999.9996, 0.0004, 0.0005, 2.5, -1234.5678, 1e15, 2 ** 53, 1e21, 1.5e300, Infinity, NaN])(
    '%d is exactly what the browser writes in English',
    (value) => expect(exact(value)).toBe(value.toLocaleString('en', { maximumFractionDigits: 3 })),
  );
  test('durations choose their unit', () => {
    expect([0, 0.0042, 0.42, 3.14159, 31.4, 1234].map(duration)).toEqual(['0 ms', '4.2 µs', '0.42 ms', '3.14 ms', '31.4 ms', '1.23 s']);
  });
  test('amounts keep their unit, and nanoseconds choose a fitting one', () => {
    expect([0, 12.34, 7793, 999_999, 2.5e9].map((ns) => amount(ns, 'ns'))).toEqual(['0 ns', '12.3 ns', '7.79 µs', '1 ms', '2.5 s']);
    expect(amount(1234, 'pages')).toBe('1.23k pages');
  });
  test('times in sentences of the engine have no more digits', () => {
    expect(inUnits('The cheapest plan takes 414.61 µs by estimate: 13 operators.')).toBe('The cheapest plan takes 415 µs by estimate: 13 operators.');
    expect(inUnits('it costs at least 24.41 ns; only a plan below 4231.5678 ns was of use')).toBe('it costs at least 24.4 ns; only a plan below 4.23 µs was of use');
    expect(inUnits('88.00 ms; 1.25 s; -3 ns')).toBe('88 ms; 1.25 s; 3 ns');
  });
  test('bytes and shares', () => {
    expect(bytes(64_000)).toBe('64 kB');
    expect(bytes(1_760_000)).toBe('1.76 MB');
    expect(bytes(12)).toBe('12 B');
    expect(percent(0.0342)).toBe('3.4 %');
  });
});

describe('q-error', () => {
  test('is a factor, with the side of the mistake and its band', () => {
    expect(qError(100, 100)).toEqual({ factor: 1, side: 'right', band: 0 });
    expect(qError(10, 95)).toEqual({ factor: 9.5, side: 'under', band: 0 });
    expect(qError(10, 100)).toEqual({ factor: 10, side: 'under', band: 1 });
    expect(qError(52_000, 500).band).toBe(2);
    expect(qError(52_000, 500).side).toBe('over');
  });
  test('counts no rows as one', () => {
    expect(qError(0, 0).factor).toBe(1);
    expect(qError(0.2, 50)).toEqual({ factor: 50, side: 'under', band: 1 });
  });
});

describe('the q-error of an operator', () => {
  test('compares one run with the estimate, which is for one run', () => {
    expect(operatorError(24, { rows: 720, loops: 30, ended: 30 })).toEqual({ factor: 1, side: 'right', band: 0 });
    expect(operatorError(24, { rows: 720, loops: 1, ended: 1 })?.factor).toBe(30);
  });
  test('is none where an operator above stopped it before it had the rows expected', () => {
    expect(operatorError(2_000, { rows: 25, loops: 1, ended: 0 })).toBeNull();
    expect(operatorError(2, { rows: 25, loops: 1, ended: 0 })?.side).toBe('under');
  });
  test('is none where nothing ran', () => {
    expect(operatorError(24, { rows: 0, loops: 0, ended: 0 })).toBeNull();
  });
});

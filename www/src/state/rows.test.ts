import { expect, test } from 'vitest';
import { RowCache, windowRows } from './rows.ts';

const windowOf = (window: number) => Array.from({ length: windowRows }, (_, at) => [String(window * windowRows + at)]);

test('a window is asked for once, and its rows are there when it has come', () => {
  const asked: number[] = [];
  const cache = new RowCache((window) => asked.push(window));
  expect(cache.row(5)).toBeNull();
  expect(cache.row(6)).toBeNull();
  expect(cache.row(windowRows)).toBeNull();
  expect(asked).toEqual([0, 1]);
  cache.put(0, windowOf(0));
  expect(cache.row(5)).toEqual(['5']);
  expect(asked).toEqual([0, 1]);
});

test('a long scroll keeps the cache small, and what went is asked for again', () => {
  const asked: number[] = [];
  const cache = new RowCache((window) => {
    asked.push(window);
    cache.put(window, windowOf(window));
  });
  for (let row = 0; row < 100_000; row += windowRows) cache.row(row);
  expect(asked).toHaveLength(500);
  expect(cache.row(99_999)).toEqual(['99999']);
  expect(asked).toHaveLength(500);
  cache.row(0);
  expect(asked).toHaveLength(501);
});

test('nothing of an old result is left after clearing', () => {
  const cache = new RowCache(() => undefined);
  cache.put(0, windowOf(0));
  cache.clear();
  expect(cache.row(0)).toBeNull();
});

import { describe, expect, test } from 'vitest';
import { longestSql, readAddress, writeAddress, type Address } from './address.ts';

describe('the address', () => {
  const whole: Address[] = [
    { dataset: { kind: 'films', size: 'medium', seed: 7 }, sql: "select 'ä & ö #%+' as \"x y\"\n-- end", step: 12 },
    { dataset: { kind: 'tpch', scale: 0.01 }, sql: 'select 1', step: 0 },
    { dataset: null, sql: null, step: null },
  ];
  test.each(whole)('is read as it was written: %j', (address) => {
    expect(readAddress(writeAddress(address))).toEqual(address);
  });

  test.each([
    ['#data=films-huge&seed=1', null],
    ['#data=tpch-99', null],
    ['#data=tpch-0.01x', null],
    ['#data=__proto__', null],
    ['#data=films-small', { kind: 'films', size: 'small', seed: 1 }],
    ['#data=films-small&seed=-1', { kind: 'films', size: 'small', seed: 1 }],
    ['#data=films-small&seed=1e99', { kind: 'films', size: 'small', seed: 1 }],
    ['#data=films-small&seed=<script>', { kind: 'films', size: 'small', seed: 1 }],
  ])('takes only known data sets: %s', (fragment, dataset) => {
    expect(readAddress(fragment).dataset).toEqual(dataset);
  });

  test('takes only plain steps', () => {
    expect(readAddress('#step=3').step).toBe(3);
    for (const step of ['-1', '1.5', '1e9', '999999', 'x', '']) expect(readAddress(`#step=${step}`).step).toBeNull();
  });

  test('caps the statement, both ways', () => {
    const long = 'x'.repeat(longestSql + 1);
    expect(readAddress(`#sql=${long}`).sql).toBeNull();
    expect(writeAddress({ dataset: null, sql: long, step: 1 })).toBe('#step=1');
  });

  test('survives malformed percent signs', () => {
    expect(readAddress('#sql=%E0%A4%A&step=1').step).toBe(1);
  });
});

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { records } from './csv.ts';
import { expect, test } from './fixtures.ts';
import type { Planarium } from './planarium.ts';

const corpus = join(import.meta.dirname, '../../../shared/corpora/tpch');
const numbers = [1, 3, 4, 5, 6, 10, 12, 13, 14, 18, 19];
const two = (number: number) => String(number).padStart(2, '0');

/** A cell as it is compared: numbers to six digits and a bit, text as it is. */
function same(expected: string | null, actual: string | null): boolean {
  if (expected === null || actual === null) return expected === actual;
  const [x, y] = [Number(expected), Number(actual)];
  if (Number.isNaN(x) || Number.isNaN(y)) return expected === actual;
  return Math.abs(x - y) <= 1e-6 * Math.max(1, Math.abs(x), Math.abs(y));
}

function check(number: number, copied: string): void {
  const expected = records(readFileSync(join(corpus, `answers/sf0.01/q${two(number)}.csv`), 'utf8'));
  const actual = records(copied);
  expect.soft(actual.length, `rows of Q${number}`).toBe(expected.length);
  for (const [at, row] of expected.entries()) {
    const other = actual[at] ?? [];
    const wrong = row.findIndex((cell, column) => !same(cell, other[column] ?? null));
    expect.soft(wrong, `Q${number}, row ${at + 1}: ${JSON.stringify(other)} instead of ${JSON.stringify(row)}`).toBe(-1);
  }
}

async function answer(planarium: Planarium, sql: string): Promise<string> {
  await planarium.write(sql);
  await planarium.run();
  await expect(planarium.result.getByRole('table', { name: 'Result' })).toBeVisible();
  return planarium.copyResult();
}

test('TPC-H at scale 0.01 is answered right', async ({ page, planarium, context }) => {
  test.skip(!existsSync(corpus), 'the published answers are not on this machine');
  test.setTimeout(240_000);
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await planarium.open({ data: 'tpch-0.01' });
  for (const number of numbers) {
    await test.step(`Q${number} as published`, async () => {
      check(number, await answer(planarium, readFileSync(join(corpus, `queries/q${two(number)}.sql`), 'utf8')));
    });
  }
  for (const number of numbers) {
    await test.step(`Q${number} as the page offers it`, async () => {
      await planarium.chooseQuery(`Q${number} `);
      await planarium.run();
      check(number, await planarium.copyResult());
    });
  }
  await expect(page.getByRole('button', { name: 'data TPC-H 0.01' })).toBeVisible();
});

test('loading TPC-H shows how far it is, and can be cancelled', async ({ page, planarium }) => {
  await planarium.open();
  await page.getByRole('button', { name: /^data / }).click();
  await page.getByRole('button', { name: 'TPC-H 0.1', exact: true }).click();
  await expect(page.getByRole('progressbar', { name: 'Loading' })).toBeVisible();
  await planarium.stage.getByRole('button', { name: 'Cancel' }).click();
  await expect(page.getByRole('button', { name: 'data Films small' })).toBeVisible();
  await expect(planarium.nodes.first()).toBeVisible();
});

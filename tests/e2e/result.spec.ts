import { records } from './csv.ts';
import { expect, test } from './fixtures.ts';

test('a hundred thousand rows are scrolled without holding them in the document', async ({ page, planarium }) => {
  await planarium.open({ sql: 'select a.id * 1000 + b.id as number, a.name from title a, person b limit 100000', data: 'films-medium' });
  await planarium.run();
  const table = planarium.result.getByRole('table', { name: 'Result' });
  await expect(table).toHaveAttribute('aria-rowcount', '100001');
  expect(await table.getByRole('row').count()).toBeLessThan(80);
  const rows = planarium.result.getByRole('region', { name: 'Rows of the result' });
  const frames = await rows.evaluate(async (box) => {
    const times: number[] = [];
    let then = performance.now();
    for (let at = 0; at < 60; at++) {
      box.scrollTop = (box.scrollHeight * at) / 60;
      await new Promise(requestAnimationFrame);
      const now = performance.now();
      times.push(now - then);
      then = now;
    }
    box.scrollTop = box.scrollHeight;
    return times;
  });
  expect(frames.sort((a, b) => a - b)[30], 'median time of a frame while scrolling, in ms').toBeLessThan(50);
  const number = table.getByRole('rowheader', { name: '100,000', exact: true });
  await expect(number).toBeVisible();
  expect(await number.evaluate((cell) => cell.scrollWidth - cell.clientWidth), 'pixels of the row number that are cut').toBe(0);
  await expect(table.getByRole('row').last().getByRole('cell').first()).toHaveText(/^\d+$/);
  await expect(page.getByText('100,000 rows')).toBeVisible();
});

test('NULL is told from an empty text, on the page and in the copy', async ({ planarium, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await planarium.open({ sql: `select null as a, '' as b, 'x,"y"' as c, 1.50 as d, date '2020-02-29' as e, true as f` });
  await planarium.run();
  const cells = planarium.result.getByRole('cell');
  await expect(cells).toHaveText(['NULL', '', 'x,"y"', '1.50', '2020-02-29', /^(t|true)$/]);
  const copied = await planarium.copyResult();
  expect(records(copied)[0]?.slice(0, 5)).toEqual([null, '', 'x,"y"', '1.50', '2020-02-29']);
});

test('a sample query begins anew: nothing of the run before is left', async ({ planarium }) => {
  await planarium.open();
  await planarium.run();
  await planarium.result.getByRole('tab', { name: /^Timing/ }).click();
  await planarium.write('select name from title');
  await expect(planarium.result).toContainText('Of the statement that ran before.');
  await planarium.chooseQuery('Series, oldest first');
  await expect(planarium.result).toContainText('Nothing has run yet.');
});

test('no rows and no query are said, not left blank', async ({ planarium }) => {
  await planarium.open({ sql: 'select name from title where year > 3000' });
  await planarium.run();
  await expect(planarium.result).toContainText('No rows satisfy the statement.');
  await planarium.write('create table empty_one (id integer)');
  await planarium.run();
  await planarium.result.getByRole('tab', { name: 'Result' }).click();
  await expect(planarium.result).toContainText('CREATE TABLE');
});

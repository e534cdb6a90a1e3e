import type { Locator } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Planarium } from './planarium.ts';

test.use({ viewport: { width: 390, height: 844 } });

const sheet = ({ page }: Planarium, name: string) => page.getByRole('navigation', { name: 'Sheets' }).getByRole('button', { name });
const height = async (part: Locator) => (await part.boundingBox())?.height ?? NaN;

test('a result of a few rows leaves the plan in view', async ({ planarium }) => {
  await planarium.open();
  await planarium.run();
  await expect(sheet(planarium, 'Result')).toHaveAttribute('aria-expanded', 'true');
  await planarium.atRest(await planarium.last());
  const top = (await planarium.result.boundingBox())?.y ?? 0;
  for (const node of await planarium.nodes.all()) {
    const box = await node.locator('circle.star').boundingBox();
    expect((box?.y ?? Infinity) + (box?.height ?? 0)).toBeLessThan(top);
  }
  await sheet(planarium, 'SQL').click();
  await planarium.write('select id from cast_info');
  await planarium.run();
  const tall = await height(planarium.result);
  expect(tall).toBeGreaterThan(400);
  expect(tall).toBeLessThanOrEqual(844 * 0.62);
  expect(await planarium.result.getByRole('table', { name: 'Result' }).getByRole('row').count(), 'rows in the document').toBeLessThan(30);
});

test('no result lies over what the stage says', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.run();
  await expect(planarium.result).toBeVisible();
  // A link whose statement cannot be planned.
  await planarium.visit({ sql: 'select nothing from title' });
  await expect(planarium.result).toBeHidden();
  await expect(page.getByText('The stage still shows the last statement that could be planned.')).toBeVisible();

  await planarium.visit({ sql: 'select name from title' });
  await planarium.planned();
  await planarium.run();
  await expect(planarium.result).toBeVisible();
  await planarium.chooseQuery('Series, oldest first');
  await expect(planarium.result).toBeHidden();
});

test('nothing in the head moves while a statement runs, and the inspector\'s button names the chosen node', async ({ page, planarium }) => {
  await planarium.open();
  const bar = page.getByRole('banner');
  const before = await height(bar);
  await sheet(planarium, 'SQL').click();
  await planarium.write('select count(*) from person a, person b, person c, person d, person e where a.id + b.id + c.id + d.id + e.id = 7');
  await planarium.press('Control+Enter');
  await expect(bar.getByRole('button', { name: 'Cancel' })).toBeVisible();
  expect(await height(bar)).toBe(before);
  await bar.getByRole('button', { name: 'Cancel' }).click();
  await planarium.ended();
  await sheet(planarium, 'Result').click();
  await planarium.nodes.first().click();
  await expect(sheet(planarium, 'Inspect')).toContainText('aggregate');
});

test('the words of a node stay inside of its frame, the estimate error too', async ({ planarium }) => {
  await planarium.open();
  await planarium.run();
  await sheet(planarium, 'Result').click();
  await planarium.atRest(await planarium.last());
  for (const node of await planarium.nodes.all()) {
    await node.click();
    const [frame, words] = await Promise.all([node.locator('rect.choice').boundingBox(), node.locator('text').last().boundingBox()]);
    expect((words?.x ?? NaN) + (words?.width ?? NaN), await node.getAttribute('aria-label') ?? '').toBeLessThan((frame?.x ?? NaN) + (frame?.width ?? NaN));
  }
});

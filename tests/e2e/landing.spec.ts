import { expect, test } from './fixtures.ts';

test('the page opens with data, a statement and its first step', async ({ page, planarium }) => {
  await planarium.open();
  await expect(page.getByRole('button', { name: 'data Films small' })).toBeVisible();
  await expect(planarium.editor).toContainText('select');
  await expect(planarium.caption).toContainText('Press Step');
  expect(await planarium.step()).toBe(0);
  expect(await planarium.last()).toBeGreaterThan(2);
  // Nothing ran by itself.
  await expect(planarium.result).toContainText('Run the statement to see its rows here.');
});

test('a step takes the invitation away and says what happened', async ({ page, planarium }) => {
  await planarium.open();
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await planarium.atRest(1);
  await expect(planarium.caption).not.toContainText('Press Step');
  await expect(planarium.caption.locator('b')).not.toBeEmpty();
  await expect(planarium.inspector).toContainText('Law');
  await expect(planarium.steps.getByRole('button', { pressed: undefined }).nth(1)).toBeVisible();
});

test('running shows rows, the actual rows of each operator and the time of each phase', async ({ planarium }) => {
  await planarium.open();
  await planarium.run();
  await expect(planarium.result.getByRole('table', { name: 'Result' }).getByRole('row')).toHaveCount(5);
  await planarium.result.getByRole('tab', { name: 'Operators' }).click();
  await expect(planarium.result.getByRole('columnheader', { name: 'rows', exact: true })).toBeVisible();
  await planarium.result.getByRole('tab', { name: /^Timing/ }).click();
  for (const phase of ['parse', 'bind', 'normalize', 'search', 'execute']) {
    await expect(planarium.result).toContainText(new RegExp(phase, 'i'));
  }
});

test('the tables show their columns, keys and statistics', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.steps.getByRole('tab', { name: 'Tables' }).click();
  const names = planarium.steps.locator('details.table > summary .name');
  await expect(names).toHaveText(['cast_info', 'company', 'genre', 'person', 'rating', 'title', 'title_company', 'title_genre'], { useInnerText: true });
  await names.filter({ hasText: 'cast_info' }).click();
  await expect(planarium.steps).toContainText('→ title');
  await page.locator('summary.column', { hasText: 'role' }).click();
  await expect(planarium.steps).toContainText('distinct values');
});

test('the plan is drawn before the editor is loaded, and the editor takes the place of the statement', async ({ page, planarium }) => {
  let release = () => {};
  const held = new Promise<void>((done) => (release = done));
  await page.route(/editor-[^/]*\.js$/, async (route) => {
    await held;
    await route.continue();
  });
  await planarium.open();
  const line = page.locator('[data-editor] .line').first();
  await expect(line).toContainText('select');
  await expect(planarium.editor).toHaveCount(0);
  const before = await line.boundingBox();
  // Whoever asks for the editor meanwhile has it as soon as it is there.
  await planarium.press('e');
  release();
  await expect(planarium.editor).toBeFocused();
  await expect(line).toHaveCount(0);
  const after = await page.locator('.cm-line').first().boundingBox();
  for (const side of ['x', 'y', 'height'] as const) expect(after?.[side]).toBeCloseTo(before?.[side] ?? NaN, 0);
});

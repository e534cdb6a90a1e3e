import { expect, test } from './fixtures.ts';

const sql = "select name, year from title where year between 1950 and 1960 and country = 'Italy' order by year";

test('a link restores data, statement and step, and runs nothing', async ({ page, planarium }) => {
  await planarium.open({ data: 'films-medium', seed: 7, sql, step: 2 });
  await planarium.atRest(2);
  await expect(page.getByRole('button', { name: 'data Films medium' })).toBeVisible();
  await expect(page).toHaveURL(/data=films-medium&seed=7&step=2&sql=/);
  await expect(planarium.editor).toContainText("country = 'Italy'");
  await expect(page.getByText('This statement came with the link.')).toBeVisible();
  await expect(planarium.result).toContainText('Run the statement to see its rows here.');
});

test('the address follows the page and leads back to the same state', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.write(sql);
  await expect(page).toHaveURL(/Italy/);
  await planarium.leaveFields();
  await planarium.press('ArrowRight');
  await planarium.atRest(1);
  await expect(page).toHaveURL(/step=1/);
  const state = await planarium.state();
  await page.reload();
  await expect(planarium.nodes.first()).toBeVisible();
  await planarium.atRest(1);
  expect(await planarium.state()).toBe(state);
});

test('back and forward go through the statements', async ({ page, planarium }) => {
  await planarium.open();
  const first = await planarium.editor.innerText();
  await planarium.chooseQuery('People who have directed');
  await expect(planarium.editor).toContainText('exists');
  await page.goBack();
  await expect.poll(() => planarium.editor.innerText()).toBe(first);
  await page.goForward();
  await expect(planarium.editor).toContainText('exists');
});

test('a link says which tables it does not hold', async ({ page, planarium, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await planarium.open();
  const share = page.getByRole('button', { name: 'Copy a link to this statement and step' });
  const notice = page.locator('.notice');
  await planarium.write('create table student (id integer); select count(*) from student');
  await planarium.run();
  await share.click();
  await expect(notice).toContainText('The link to this statement and step is copied.');
  await planarium.write('select id from student');
  await planarium.planned();
  await share.click();
  await expect(notice).toContainText('put CREATE and INSERT of student before the query');
});

test('another seed makes other films at once', async ({ page, planarium }) => {
  await planarium.open();
  await page.getByRole('button', { name: /^data / }).click();
  await expect(page.getByText('20,000 titles')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Make', exact: true })).toHaveCount(0);
  await page.getByRole('spinbutton', { name: 'seed' }).fill('7');
  await page.getByRole('button', { name: 'Make', exact: true }).click();
  await expect(page).toHaveURL(/data=films-small&seed=7&/);
  await planarium.planned();
});

test('a link with nonsense opens the page as it is without one', async ({ planarium }) => {
  await planarium.open({ data: 'films-enormous', seed: -3, step: 99999 });
  await expect(planarium.editor).toContainText('select');
  await planarium.atRest(await planarium.last());
});

test('names and values are text, never markup', async ({ page, planarium }) => {
  const payload = '<img src=x onerror="window.ran=true">';
  await planarium.open({ sql: `select '${payload}' as "${payload.replaceAll('"', '')}" from title where name <> '${payload}' limit 1` });
  await planarium.run();
  await expect(planarium.result.getByRole('cell', { name: payload })).toBeVisible();
  await expect(planarium.plan).toContainText('<img src=x');
  expect(await planarium.plan.locator('img').count()).toBe(0);
  await planarium.write(`select 1 from "${payload.replaceAll('"', '')}"`);
  await expect(page.getByRole('status').filter({ hasText: '42P01' }).first()).toContainText('<img');
  expect(await page.evaluate(() => (window as unknown as { ran?: boolean }).ran)).toBeUndefined();
});

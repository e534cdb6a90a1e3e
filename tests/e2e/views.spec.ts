import { expect, test } from './fixtures.ts';

test('the editor completes tables and columns of the catalogue', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.write('');
  await page.keyboard.type('select name from tit', { delay: 20 });
  const options = page.locator('.cm-tooltip-autocomplete li');
  await expect(options.filter({ hasText: /^title$/ })).toBeVisible();
  // The list takes no keys for a moment after it opened, so that typing does not accept by accident.
  await page.waitForTimeout(150);
  await page.keyboard.press('Tab');
  await expect(planarium.editor).toHaveText('select name from title');
  await page.keyboard.type(' t where t.co', { delay: 20 });
  await expect(options.filter({ hasText: 'country' })).toBeVisible();
  // What is run is not being written any more.
  await page.keyboard.press('Control+Enter');
  await planarium.ended();
  await expect(options).toHaveCount(0);
});

test('the editor offers and colours words that mean something here', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.write('');
  await page.keyboard.type('sel', { delay: 20 });
  const options = page.locator('.cm-tooltip-autocomplete li');
  await expect(options.first()).toHaveText('select');
  await expect(options.filter({ hasText: /^(selective|self|serial8)$/ })).toHaveCount(0);
  await planarium.write('select name, year from title');
  const colour = (word: string) => page.locator('.cm-line').getByText(word, { exact: true }).first().evaluate((node) => getComputedStyle(node).color);
  expect(await colour('select')).toBe(await colour('from'));
  await expect(page.locator('.cm-line span', { hasText: /^(name|year|title)$/ })).toHaveCount(0);
});

test('every sample query says what it teaches, and shows steps', async ({ page, planarium }) => {
  await planarium.open();
  await page.getByRole('button', { name: /^query / }).click();
  const samples = page.locator('.menu li button').filter({ has: page.locator('.teaches') });
  const count = await samples.count();
  expect(count).toBeGreaterThanOrEqual(8);
  const titles = await samples.locator('span:first-child').allInnerTexts();
  for (const [at, text] of (await samples.locator('.teaches').allInnerTexts()).entries()) {
    expect.soft(text.length, `what "${titles[at]}" teaches`).toBeGreaterThan(20);
  }
  await page.keyboard.press('Escape');
  for (const title of titles.slice(1)) {
    await planarium.chooseQuery(title.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
    expect.soft(await planarium.last(), `steps of "${title}"`).toBeGreaterThan(2);
  }
});

test('a step has its sentence, why it was allowed, before and after, and the card of its rule', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.steps.getByRole('button', { name: 'FilterIntoJoin' }).first().click();
  await expect(planarium.caption.locator('b').first()).toHaveText('FilterIntoJoin');
  for (const part of ['Allowed because', 'Before', 'After']) {
    await expect(planarium.inspector.getByRole('heading', { name: part })).toBeVisible();
  }
  for (const part of ['Law', 'Pattern', 'Guards', 'Wrong when', 'Example', 'Source']) {
    await expect(planarium.inspector.locator('dt').filter({ hasText: new RegExp(`^${part}`) })).toBeVisible();
  }
  // What became of the nodes is said in words, and marked by more than a colour.
  await expect(page.getByRole('list', { name: 'Marks on the plan' })).toContainText('moved');
  await expect(planarium.plan.locator('[data-fate="moved"]')).toHaveAttribute('aria-label', /moved$/);
  await expect(planarium.plan.locator('line.trail.moved')).toHaveCount(1);
});

test('between two steps the match is marked first, and then the plan moves', async ({ page, planarium }) => {
  await planarium.open();
  const places = () => planarium.plan.locator('[data-track]:not([opacity="0"])').evaluateAll((nodes) => nodes.map((node) => node.getAttribute('transform')).join());
  const still = await places();
  const ruler = await page.getByRole('slider', { name: 'Step' }).boundingBox();
  const last = await planarium.last();
  if (!ruler) throw new Error('the ruler has no place');
  const scrub = (position: number) => page.mouse.move(ruler.x + 8 + ((ruler.width - 16) * position) / last, ruler.y + 20);
  await scrub(0);
  await page.mouse.down();
  await scrub(0.3);
  await expect(planarium.plan.locator('[data-matched]').first()).toBeVisible();
  expect(await places()).toBe(still);
  await expect(page.getByRole('list', { name: 'Marks on the plan' })).toContainText('which fires next');
  await scrub(0.7);
  await expect.poll(places).not.toBe(still);
  await page.mouse.up();
});

test('the memo gives way before the plan comes: nowhere are they on each other', async ({ page, planarium }) => {
  await planarium.open();
  const ruler = await page.getByRole('slider', { name: 'Step' }).boundingBox();
  const last = await planarium.last();
  if (!ruler) throw new Error('the ruler has no place');
  // The search is the last step but one.
  const scrub = (position: number) => page.mouse.move(ruler.x + 8 + ((ruler.width - 16) * (last - 1 + position)) / last, ruler.y + 20);
  await scrub(0);
  await page.mouse.down();
  const seen: [memo: boolean, plan: boolean][] = [];
  for (const position of [0, 0.1, 0.17, 0.25, 0.4]) {
    await scrub(position);
    await page.evaluate(() => new Promise(requestAnimationFrame));
    seen.push(
      await page.evaluate(() => {
        const shows = (selector: string) => Number(getComputedStyle(document.querySelector(selector) ?? document.body).opacity) > 0.02;
        return [document.querySelector('.over') !== null && shows('.over'), shows('.canvas')] as [boolean, boolean];
      }),
    );
  }
  await page.mouse.up();
  expect(seen[0]).toEqual([true, false]);
  expect(seen.at(-1)).toEqual([false, true]);
  expect(seen.filter(([memo, plan]) => memo && plan)).toEqual([]);
});

test('the memo marks its winners, the plan has estimates and costs, the run adds what happened', async ({ page, planarium }) => {
  await planarium.open();
  const way = page.getByRole('navigation', { name: 'The way of the query' });
  await way.getByRole('button', { name: 'Search' }).click();
  const groups = planarium.stage.locator('.memo .group');
  await expect(groups.first()).toContainText('★');
  const won = groups.first().locator('.expression.won');
  await expect(won.first()).toContainText('winner');
  await expect(won.first().locator('.cost')).toHaveText(/\d/);

  await way.getByRole('button', { name: 'Physical' }).click();
  await planarium.atRest(await planarium.last());
  await expect(planarium.nodes.first()).toContainText(/≈[\d.k]+ rows? · cost [\d.]+ (ns|µs|ms|s)/);
  await planarium.result.getByRole('tab', { name: 'Operators' }).click();
  const table = planarium.result.getByRole('table');
  await expect(table.getByRole('columnheader')).toHaveText(['operator', /^est\. rows/, /^own cost/]);

  await planarium.run();
  await planarium.atRest(await planarium.last());
  await expect(planarium.nodes.first()).toContainText(/\d+ rows? · est [\d.k]+/);
  await planarium.result.getByRole('tab', { name: 'Operators' }).click();
  await expect(table.getByRole('columnheader')).toHaveText(['operator', /^est\. rows/, 'rows', /^q-error/, /^own cost/, 'own time', 'share of the time', /^loops/, 'memory']);
  await expect(table.getByRole('row').nth(1).getByRole('cell').nth(2)).toHaveText(/×\d/);
  await table.getByRole('rowheader').first().getByRole('button').click();
  for (const part of ['What happened', 'How its rows were estimated', 'What it costs']) {
    await expect(planarium.inspector.getByRole('heading', { name: part })).toBeVisible();
  }
});

test('plans of eight tables are read as a whole, and larger ones can be', async ({ page, planarium }) => {
  await planarium.open({ data: 'tpch-0.001' });
  const seen = () =>
    planarium.plan.evaluate((svg) => {
      const view = svg.getBoundingClientRect();
      const boxes = [...svg.querySelectorAll('[data-track]:not(.ghost)')].map((node) => {
        const words = [...node.querySelectorAll('text:not(.letter)')].map((text) => text.getBoundingClientRect());
        const star = node.querySelector('circle.star')?.getBoundingClientRect() ?? new DOMRect();
        return { words, star, name: node.getAttribute('aria-label') ?? '' };
      });
      const outside = boxes.filter(({ words, star }) =>
        [star, ...words].some((box) => box.left < view.left || box.right > view.right || box.top < view.top || box.bottom > view.bottom),
      );
      const meet = (a: DOMRect, b: DOMRect) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
      const overlaps = boxes.flatMap((one, at) =>
        boxes.slice(at + 1).filter((two) => one.words.some((a) => [two.star, ...two.words].some((b) => meet(a, b)))).map((two) => `${one.name} / ${two.name}`),
      );
      const scale = Number(/scale\(([\d.]+)\)/.exec(svg.querySelector('g[transform]')?.getAttribute('transform') ?? '')?.[1]);
      return { scale, outside: outside.map(({ name }) => name), overlaps };
    });
  await page.setViewportSize({ width: 1440, height: 900 });
  for (const query of ['Q5 ', 'Q8 ', 'Q21 ']) {
    await planarium.chooseQuery(query);
    await planarium.leaveFields();
    for (const key of ['Home', 'End']) {
      await planarium.press(key);
      await planarium.atRest(key === 'Home' ? 0 : await planarium.last());
      const { scale, outside, overlaps } = await seen();
      // Words are 12 and 13 pixels high at scale 1.
      expect.soft(scale, `scale of ${query}at ${key}`).toBeGreaterThanOrEqual(0.68);
      expect.soft(outside, `${query}at ${key}: outside of the view`).toEqual([]);
      expect.soft(overlaps, `${query}at ${key}: on each other`).toEqual([]);
    }
  }
  await planarium.write(Array.from({ length: 40 }, (_, at) => `select n_name from nation where n_nationkey = ${at}`).join(' union all '));
  await planarium.leaveFields();
  await expect(page.getByText(/Part of a plan of \d+ nodes/)).toBeVisible();
  await page.getByRole('button', { name: 'whole' }).click();
  await expect(page.getByText(/Part of a plan of \d+ nodes/)).toBeHidden();
  await page.getByRole('button', { name: 'follow' }).click();
  await expect(page.getByText(/Part of a plan of \d+ nodes/)).toBeVisible();
});

test('a rule that did not fire says why, for each node that is chosen', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.nodes.filter({ hasText: 'filter' }).click();
  await planarium.inspector.getByRole('combobox', { name: 'Rule' }).selectOption('FilterMerge');
  await expect(planarium.inspector).toContainText('The pattern needs a filter below F, and there is a left-join.');
  await planarium.nodes.filter({ hasText: 'sort' }).click();
  await expect(planarium.inspector).toContainText('The pattern needs a filter here, and there is a sort.');
  await page.keyboard.press('Escape');
});

test('the button over the memo stays reachable while its groups scroll', async ({ page, planarium }) => {
  await planarium.open();
  await page.getByRole('navigation', { name: 'The way of the query' }).getByRole('button', { name: 'Search' }).click();
  const groups = planarium.stage.locator('.memo .group');
  for (const toggle of (await groups.locator('.toggle').all()).slice(1)) await toggle.click();
  await groups.last().scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Show the plan' }).click();
  await expect(page.getByRole('button', { name: 'Show the memo' })).toBeVisible();
});

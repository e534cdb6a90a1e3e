import { expect, test } from './fixtures.ts';

test.describe('TPC-H query 5 at scale 0.01', () => {
  test.setTimeout(180_000);

  test('every step looks the same from both directions', async ({ page, planarium }) => {
    await planarium.open();
    await planarium.chooseData('TPC-H 0.01');
    await planarium.chooseQuery('Q5');
    await planarium.leaveFields();
    // Four times the pace: the way between the steps is animated, the steps are what is compared.
    for (let faster = 0; faster < 2; faster++) await planarium.press(']');

    const last = await planarium.last();
    expect(last).toBeGreaterThan(5);
    const forward: string[] = [];
    for (let step = 0; step <= last; step++) {
      if (step > 0) await planarium.press('ArrowRight');
      await planarium.atRest(step);
      forward.push(await planarium.state());
    }
    expect(new Set(forward).size, 'each step shows something of its own').toBe(last + 1);
    for (let step = last; step >= 0; step--) {
      if (step < last) await planarium.press('ArrowLeft');
      await planarium.atRest(step);
      expect(await planarium.state(), `step ${step}, from behind`).toBe(forward[step]);
    }

    await test.step('and after a jump, and from a link', async () => {
      await planarium.press('End');
      await planarium.atRest(last);
      expect(await planarium.state()).toBe(forward[last]);
      await planarium.press('Home');
      await planarium.atRest(0);
      expect(await planarium.state()).toBe(forward[0]);
      const middle = Math.floor(last / 2);
      await planarium.steps.getByRole('tab', { name: /^Steps/ }).click();
      await planarium.steps.locator('ol > li button').nth(middle).click();
      await planarium.atRest(middle);
      expect(await planarium.state()).toBe(forward[middle]);
      await expect(page).toHaveURL(new RegExp(`step=${middle}&`));
    });
  });
});

test('keys step, jump, play and change the pace', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.leaveFields();
  const last = await planarium.last();
  await planarium.press('ArrowRight');
  await planarium.atRest(1);
  await planarium.press('.');
  await planarium.atRest(2);
  await planarium.press('ArrowLeft');
  await planarium.atRest(1);
  await planarium.press('End');
  await planarium.atRest(last);
  await planarium.press('Home');
  await planarium.atRest(0);
  await planarium.press(']');
  await expect(page.getByLabel('Speed')).toHaveValue('2');
  await planarium.press(']');
  await planarium.press(' ');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect.poll(() => planarium.step()).toBeGreaterThan(0);
  await planarium.press(' ');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await planarium.press('?');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeVisible();
  await planarium.press('Escape');
  await expect(page.getByRole('dialog', { name: 'Keys' })).toBeHidden();
});

test('a held key scrubs, and presses add up instead of queueing', async ({ planarium }) => {
  await planarium.open();
  await planarium.chooseQuery('Who directed');
  await planarium.leaveFields();
  const presses = Math.min(6, await planarium.last());
  for (let count = 0; count < presses; count++) await planarium.press('ArrowRight');
  await planarium.atRest(presses);
});

test('the scrubber rests at a step wherever it is let go', async ({ page, planarium }) => {
  await planarium.open();
  const ruler = page.getByRole('slider', { name: 'Step' });
  const box = await ruler.boundingBox();
  if (!box) throw new Error('the ruler has no place');
  await page.mouse.move(box.x + box.width * 0.1, box.y + box.height / 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.53, box.y + box.height / 2, { steps: 7 });
  const between = Number(await planarium.plan.getAttribute('data-position'));
  expect(between).toBeGreaterThan(0);
  await page.mouse.up();
  await planarium.atRest(Math.round(between));
  // From the keyboard as any slider.
  await ruler.focus();
  await planarium.press('End');
  await planarium.atRest(await planarium.last());
});

/** Positions that the plan stood at while `act` took place. */
async function positions(planarium: { page: import('@playwright/test').Page }, act: () => Promise<void>): Promise<number[]> {
  await planarium.page.evaluate(() => {
    const seen: number[] = [];
    (window as unknown as { seen: number[] }).seen = seen;
    const look = () => {
      seen.push(Number(document.querySelector('svg[data-step]')?.getAttribute('data-position')));
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await act();
  return planarium.page.evaluate(() => (window as unknown as { seen: number[] }).seen);
}

test('a step is a movement', async ({ planarium }) => {
  await planarium.open();
  await planarium.leaveFields();
  const seen = await positions(planarium, async () => {
    await planarium.press('ArrowRight');
    await planarium.atRest(1);
  });
  expect(seen.some((position) => position > 0 && position < 1)).toBe(true);
});

test('with reduced motion a step is a cut', async ({ page, planarium }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await planarium.open();
  await planarium.leaveFields();
  const seen = await positions(planarium, async () => {
    for (const step of [1, 2]) {
      await planarium.press('ArrowRight');
      await planarium.atRest(step);
    }
    await planarium.press('ArrowLeft');
    await planarium.atRest(1);
  });
  expect(seen.filter((position) => !Number.isInteger(position))).toEqual([]);
  await expect(planarium.plan.locator('[data-fate]').first()).toBeVisible();
});

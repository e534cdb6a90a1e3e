import { mkdirSync } from 'node:fs';
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from './fixtures.ts';
import type { Planarium } from './planarium.ts';
import { states } from './states.ts';

/** Violations in a form that fits into a failure's message. */
async function violations(page: Page): Promise<string[]> {
  const { violations: found } = await new AxeBuilder({ page }).analyze();
  return found.flatMap(({ id, help, nodes }) => nodes.map(({ target, failureSummary }) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary ?? ''}`));
}

const themes = ['dark', 'light'] as const;

// Pictures of all states, for people to look at; nothing is compared.
const pictures = 'artifacts/screens';

for (const [width, height] of [[1440, 900], [390, 844]] as const) {
  test(`axe finds nothing in any state, in both themes, and each is pictured: ${width} px`, async ({ page, planarium }) => {
    test.setTimeout(240_000);
    mkdirSync(pictures, { recursive: true });
    await page.setViewportSize({ width, height });
    const audit = async (name: string) => {
      for (const theme of themes) {
        await page.emulateMedia({ colorScheme: theme });
        await expect(page.locator('html')).toHaveAttribute('data-theme', theme);
        expect.soft(await violations(page), `${name}, ${theme}`).toEqual([]);
        const picture = await page.screenshot({ path: `${pictures}/${name.replaceAll(' ', '-')}-${theme}-${width}.png` });
        expect.soft(picture.length, `bytes of the picture of ${name}`).toBeGreaterThan(10_000);
      }
    };
    for (const { name, reach } of states) {
      await test.step(name, async () => {
        await reach(planarium);
        await audit(name);
        await page.mouse.up();
      });
    }
    for (const [name, open] of Object.entries(width > 800 ? panels : sheets)) {
      await test.step(name, async () => {
        await open(planarium);
        await audit(name);
      });
    }
  });
}

/** What can be opened on a wide page. */
const panels: Record<string, (planarium: Planarium) => Promise<void>> = {
  async tables({ steps }) {
    await steps.getByRole('tab', { name: 'Tables' }).click();
    await steps.locator('details.table > summary').first().click();
    await steps.locator('summary.column').first().click();
  },
  async rules({ steps }) {
    await steps.getByRole('tab', { name: /^Rules/ }).click();
    await steps.locator('details > summary').first().click();
  },
  async 'data menu'({ page }) {
    await page.getByRole('button', { name: /^data / }).click();
  },
  async 'query menu'({ page }) {
    await page.getByRole('button', { name: /^query / }).click();
  },
  async keys({ page }) {
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Keys' }).click();
  },
};

/** The sheets of a narrow page. */
const sheets: typeof panels = Object.fromEntries(
  ['SQL', 'Steps', 'Inspect', 'Result'].map((name) => [
    `${name} sheet`,
    ({ page }) => page.getByRole('navigation', { name: 'Sheets' }).getByRole('button', { name }).click(),
  ]),
);

test('the whole page is reached by the keyboard, and the focus is seen', async ({ page, planarium }) => {
  await planarium.open();
  await planarium.leaveFields();
  const reached = new Set<string>();
  for (let press = 0; press < 60; press++) {
    await planarium.press('Tab');
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      const name = element.getAttribute('aria-label') ?? element.textContent?.trim().slice(0, 24) ?? '';
      const style = getComputedStyle(element);
      const seen = style.outlineStyle !== 'none' || style.boxShadow !== 'none' || element.shadowRoot !== null || element.matches('g, .host');
      return { name: `${element.tagName.toLowerCase()} ${name}`, seen };
    });
    if (at === null) continue;
    expect.soft(at.seen, `${at.name} shows that it has the focus`).toBe(true);
    reached.add(at.name);
    // The editor keeps Tab only while it completes; Escape lets go of it.
    if (at.name.startsWith('div') && (await planarium.editor.evaluate((field) => field.matches(':focus')))) await planarium.press('Escape');
  }
  for (const wanted of [/^button data/, /^button query/, /^button Run/, /^button Step/, /^button Next/, /^div Step$/, /^button Steps/, /^g /, /^button Result/]) {
    expect([...reached].some((name) => wanted.test(name)), `${wanted} among ${[...reached].join(', ')}`).toBe(true);
  }
});

test('nothing is cut off or scrolls sideways from 390 to 2,000 pixels and at 200 % zoom', async ({ page, planarium }) => {
  await planarium.open();
  for (const [width, height] of [[390, 844], [720, 450], [768, 1024], [1024, 768], [1440, 900], [2000, 1200]] as const) {
    await page.setViewportSize({ width, height });
    const over = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.soft.poll(over, { message: `${width} px wide`, timeout: 3_000 }).toBeLessThanOrEqual(0);
    const box = await planarium.plan.boundingBox();
    expect.soft((box?.height ?? 0) > 100 && (box?.width ?? 0) > 200, `the stage keeps its room at ${width} × ${height}`).toBe(true);
  }
});

import { mkdirSync } from 'node:fs';
import { expect, test } from './fixtures.ts';
import { states } from './states.ts';

// Pictures of the main states, kept in artifacts/screens for people to look at; nothing is compared.
const folder = 'artifacts/screens';

for (const theme of ['dark', 'light'] as const) {
  for (const [width, height] of [[1440, 900], [390, 844]] as const) {
    test(`pictures: ${theme}, ${width} px`, async ({ page, planarium }) => {
      test.setTimeout(180_000);
      mkdirSync(folder, { recursive: true });
      await page.setViewportSize({ width, height });
      await page.emulateMedia({ colorScheme: theme });
      for (const { name, reach } of states) {
        await test.step(name, async () => {
          await reach(planarium);
          // Fonts and the last frame of a movement.
          await page.waitForTimeout(250);
          const picture = await page.screenshot({ path: `${folder}/${name}-${theme}-${width}.png` });
          expect(picture.length).toBeGreaterThan(10_000);
          await page.mouse.up();
        });
      }
    });
  }
}

// npm run screenshot: docs/screenshot.png, the picture in the README, taken from the built site.
import { mkdirSync } from 'node:fs';
import { ensureChromium, chromiumArgs } from './lib/browser.mjs';
import { at } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { serve } from './lib/serve.mjs';
import { dist } from './lib/site.mjs';
import { main, step } from './lib/step.mjs';

const shown = { data: 'tpch-0.01', query: 'Q5 ', rule: 'FilterIntoJoin' };

await main(async () => {
  await prepare('site');
  const { browser: executablePath } = await ensureChromium();
  const { chromium } = await import('@playwright/test');
  await step('docs/screenshot.png', {
    async work() {
      const site = await serve(dist, { port: 0 });
      const browser = await chromium.launch({ executablePath, args: chromiumArgs });
      try {
        const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, colorScheme: 'dark' });
        await page.goto(`${site.address}#data=${shown.data}`);
        await page.locator('svg[data-step] [data-track]').first().waitFor({ timeout: 60_000 });
        await page.getByRole('button', { name: /^query / }).click();
        await page.locator('.menu li button', { hasText: shown.query }).click();
        await page.locator('svg[data-step="0"]').waitFor();
        const steps = page.getByRole('region', { name: 'Steps, tables and rules' }).locator('ol > li button');
        await steps.filter({ hasText: shown.rule }).last().click();
        // The movement ends, and the address follows.
        await page.waitForTimeout(1500);
        mkdirSync(at('docs'), { recursive: true });
        await page.screenshot({ path: at('docs/screenshot.png') });
      } finally {
        await browser.close();
        await site.stop();
      }
    },
  });
});

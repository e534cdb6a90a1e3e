import { expect, test } from './fixtures.ts';

test('the page opens from a sub-path of a plain static host', async ({ page }) => {
  await page.goto('./');
  await expect(page).toHaveTitle(/Planarium/);
  await expect(page.locator('#app')).not.toBeEmpty();
  // No COOP/COEP headers: the page must not count on shared memory.
  expect(await page.evaluate(() => crossOriginIsolated)).toBe(false);
});

test('the page carries a strict content security policy', async ({ page }) => {
  await page.goto('./');
  const policy = await page.locator('meta[http-equiv="Content-Security-Policy"]').first().getAttribute('content');
  for (const part of [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "require-trusted-types-for 'script'",
  ]) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
});

test('inline script from markup does not run', async ({ page, watched }) => {
  await page.goto('./');
  const outcome = await page.evaluate(async () => {
    const box = document.createElement('div');
    try {
      (box as unknown as Record<string, string>)['inner' + 'HTML'] = '<img src="nowhere.png" onerror="window.ran = true">';
      document.body.append(box);
      await new Promise((done) => setTimeout(done, 300));
    } catch (error) {
      return String(error);
    }
    return (globalThis as { ran?: boolean }).ran === true ? 'ran' : 'blocked';
  });
  expect(outcome).toMatch(/TypeError|blocked/);
  await expect.poll(() => watched.violations.length).toBeGreaterThan(0);
  watched.violations.length = 0;
  watched.errors.length = 0;
});

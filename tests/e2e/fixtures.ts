import { mkdirSync } from 'node:fs';
import { type Page, test as base, expect } from '@playwright/test';

/** Notes kept while a page lives: what it must never do. */
interface Watch {
  /** Messages at level "error" and uncaught exceptions. Tests that provoke one take it out again. */
  errors: string[];
  /** Violations of the content security policy. */
  violations: string[];
  /** Addresses outside the site that the page asked for. */
  foreign: string[];
}

async function watch(page: Page, baseURL: string): Promise<Watch> {
  const notes: Watch = { errors: [], violations: [], foreign: [] };
  page.on('pageerror', (error) => notes.errors.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error') notes.errors.push(message.text());
  });
  page.on('request', (request) => {
    const address = request.url();
    if (/^(data|blob):/.test(address)) return;
    if (!address.startsWith(baseURL)) notes.foreign.push(address);
  });
  await page.exposeFunction('noteViolation', (text: string) => notes.violations.push(text));
  await page.addInitScript(() => {
    document.addEventListener('securitypolicyviolation', (event) => {
      const note = (globalThis as unknown as { noteViolation: (text: string) => void }).noteViolation;
      note(`${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
  });
  return notes;
}

/**
 * Playwright's `test`, with every page watched: a test fails when its page logs an error, breaks the content
 * security policy, or asks for anything outside the site.
 */
export const test = base.extend<{ watched: Watch }>({
  watched: [
    async ({ page, baseURL }, use) => {
      const notes = await watch(page, baseURL ?? '');
      await use(notes);
      expect(notes, 'the page stays quiet, inside its policy and inside its site').toEqual({
        errors: [],
        violations: [],
        foreign: [],
      });
    },
    { auto: true },
  ],
});

/** Keeps a picture of the page as `artifacts/screenshots/NAME.png`. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  mkdirSync('artifacts/screenshots', { recursive: true });
  await page.screenshot({ path: `artifacts/screenshots/${name}.png` });
}

export { expect };

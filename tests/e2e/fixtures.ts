import { type Page, test as base, expect } from '@playwright/test';
import { Planarium } from './planarium.ts';

/** Notes kept while a page lives: what it must never do. */
export interface Watch {
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
  // The whole context: workers fetch by themselves, and their requests belong to no page.
  page.context().on('request', (request) => {
    const address = request.url();
    if (/^(data|blob|about):/.test(address)) return;
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
 * security policy, or asks for anything outside the site. `planarium` is the page as its visitors use it.
 */
export const test = base.extend<{ watched: Watch; planarium: Planarium }>({
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
  planarium: async ({ page }, use) => use(new Planarium(page)),
});

export { expect };

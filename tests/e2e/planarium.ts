import { type Locator, type Page, expect } from '@playwright/test';

/** What a link may say. */
interface Link {
  data?: string;
  seed?: number;
  sql?: string;
  step?: number;
}

declare global {
  interface Window {
    planarium?: { drawn: () => string };
  }
}

/** The page, by the words its visitors read. */
export class Planarium {
  readonly page: Page;
  readonly stage: Locator;
  /** The drawn plan. */
  readonly plan: Locator;
  readonly nodes: Locator;
  readonly caption: Locator;
  readonly editor: Locator;
  readonly steps: Locator;
  readonly inspector: Locator;
  readonly result: Locator;

  constructor(page: Page) {
    this.page = page;
    this.stage = page.getByRole('main');
    this.plan = page.locator('svg[data-step]');
    this.nodes = this.plan.locator('[data-track]:not(.ghost)');
    this.caption = this.stage.locator('.caption');
    this.editor = page.getByRole('textbox', { name: 'SQL statement' });
    this.steps = page.getByRole('region', { name: 'Steps, tables and rules' });
    this.inspector = page.getByRole('complementary', { name: 'Inspector' });
    this.result = page.getByRole('region', { name: 'Result', exact: true });
  }

  /** Opens the page, or follows a link when it is open, and waits for the plan. */
  async open(link: Link = {}): Promise<void> {
    await this.visit(link);
    await this.planned();
  }

  /** Waits until the statement is planned and its plan is shown. */
  async planned(): Promise<void> {
    // What a click or a link began is under way once a frame has passed.
    await this.page.evaluate(() => new Promise(requestAnimationFrame));
    await expect(this.nodes.first()).toBeVisible({ timeout: 45_000 });
    await expect(this.page.getByRole('region', { name: 'Stage' })).toHaveAttribute('aria-busy', 'false');
  }

  /** Opens the page without waiting for anything. */
  async visit(link: Link = {}): Promise<void> {
    const parameters = new URLSearchParams();
    for (const [name, value] of Object.entries(link)) parameters.set(name, String(value));
    const fragment = parameters.toString();
    await this.page.goto(fragment ? `./#${fragment}` : './');
  }

  async chooseData(name: string): Promise<void> {
    await this.page.getByRole('button', { name: /^data / }).click();
    await this.page.getByRole('button', { name, exact: true }).click();
    await expect(this.page.getByRole('button', { name: `data ${name}` })).toBeVisible();
    await this.planned();
  }

  /** Chooses a sample query by the beginning of its title. */
  async chooseQuery(title: string): Promise<void> {
    await this.page.getByRole('button', { name: /^query / }).click();
    await this.page
      .locator('.menu li button')
      .filter({ has: this.page.locator(`span:first-child:text-matches("^${title}")`) })
      .click();
    await expect(this.page.getByRole('button', { name: new RegExp(`^query ${title}`) })).toBeVisible();
    await this.planned();
    await this.atRest(0);
  }

  /** Replaces the statement in the editor, as pasting does. */
  async write(sql: string): Promise<void> {
    await this.editor.click();
    await this.page.keyboard.press('ControlOrMeta+a');
    await this.page.keyboard.insertText(sql);
  }

  /** Runs the statement in the editor and waits until it has ended. */
  async run(): Promise<void> {
    await this.page.getByRole('button', { name: 'Run', exact: true }).first().click();
    await this.ended();
  }

  /** Waits until nothing runs. */
  async ended(timeout = 30_000): Promise<void> {
    await expect(this.page.getByRole('button', { name: 'Cancel' })).toHaveCount(0, { timeout });
  }

  /** The number of the last step. */
  async last(): Promise<number> {
    return Number(await this.page.getByRole('slider', { name: 'Step' }).getAttribute('aria-valuemax'));
  }

  /** The step that is shown. */
  async step(): Promise<number> {
    return Number(await this.plan.getAttribute('data-step'));
  }

  /** Waits until the plan rests exactly at a step. */
  async atRest(step: number): Promise<void> {
    await expect(this.plan).toHaveAttribute('data-position', String(step));
  }

  /** One press of a key outside of the editor; the focus stays on the page. */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** Leaves whatever has the focus, so that keys are the page's. */
  async leaveFields(): Promise<void> {
    await this.page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  }

  /** All that the visitor sees of the step that is shown: the drawing, its sentence, the inspector, the memo. */
  async state(): Promise<string> {
    const drawing = await this.page.evaluate(() => window.planarium?.drawn() ?? '');
    const memo = await this.stage.locator('.memo').allInnerTexts();
    const words = [await this.caption.locator('[aria-live]').innerText(), await this.inspector.innerText(), ...memo];
    return [drawing, ...words].join('\n');
  }

  /** The code and the message of the failure that the last run ended with. */
  async failure(): Promise<string> {
    await this.result.getByRole('tab', { name: /^Messages/ }).click();
    return this.result.getByRole('status').innerText();
  }

  /** The whole result as the page copies it. */
  async copyResult(): Promise<string> {
    await this.result.getByRole('tab', { name: /^Result/ }).click();
    await this.result.getByRole('button', { name: 'Copy as CSV' }).click();
    await expect(this.result.getByRole('button', { name: 'Copied' })).toBeVisible();
    return this.page.evaluate(() => navigator.clipboard.readText());
  }
}

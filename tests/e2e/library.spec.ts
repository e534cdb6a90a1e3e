import { expect, test } from './fixtures.ts';

/** What the package exports, as far as it is used here. */
interface Library {
  open(options: { store: string }): Promise<{
    query(sql: string): Promise<{ columns: { name: string; type: string }[]; rows: unknown[][] }>;
    insertCsv(table: string, text: string): Promise<number>;
    explain(sql: string): Promise<{ steps: { rule: string | null }[]; physical: unknown[] }>;
    close(): Promise<void>;
  }>;
}

test('the package in dist/lib opens a database, loads, answers and explains', async ({ page }) => {
  await page.goto('./');
  const seen = await page.evaluate(async () => {
    const address = new URL('lib/planarium.js', document.baseURI).href;
    const { open } = (await import(address)) as Library;
    const db = await open({ store: 'memory' });
    await db.query('create table t (id integer primary key, name text)');
    const loaded = await db.insertCsv('t', 'id,name\n1,one\n2,"two, three"\n');
    const answer = await db.query('select name, id + 1 as next from t where id > 1');
    const trace = await db.explain('select name from (select * from t) s where id > 1');
    const failure = await db.query('select nothing from t').catch((error: unknown) => error as { code: string; span: { start: number } });
    await db.close();
    const closed = await db.query('select 1').then(
      () => 'answered',
      () => 'refused',
    );
    return { loaded, answer, steps: trace.steps.length, physical: trace.physical.length, failure: { ...failure } as { code: string; span: { start: number } }, closed };
  });
  expect(seen.loaded).toBe(2);
  expect(seen.answer.columns.map(({ name }) => name)).toEqual(['name', 'next']);
  expect(seen.answer.rows).toEqual([['two, three', 3]]);
  expect(seen.steps).toBeGreaterThan(1);
  expect(seen.physical).toBeGreaterThan(0);
  expect(seen.failure.code).toBe('42703');
  expect(seen.failure.span.start).toBe(7);
  expect(seen.closed).toBe('refused');
});

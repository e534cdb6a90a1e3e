import { expect, test } from './fixtures.ts';

// Statements at the limits of what the parser, the binder, the optimizer and the executor go down into, and far past them,
// on the stack that the browser gives the module. The engine answers or refuses each with a code, and answers the next.

interface Library {
  open(options: { store: string }): Promise<Database>;
}

interface Database {
  query(sql: string): Promise<{ rows: unknown[][] }>;
  explain(sql: string): Promise<unknown>;
}

const sizes = [10, 16, 22, 42, 64, 95, 106, 119, 498, 1_098, 20_000, 200_000];
/** Sizes above are only answered: a trace of hundreds of joins takes its time. */
const traced = 64;

test('hostile shapes of all sizes leave the engine alive', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('./');
  const seen = await page.evaluate(
    async ({ sizes, traced }) => {
      const repeat = (text: string, n: number) => text.repeat(n);
      const each = (n: number, make: (at: number) => string) => Array.from({ length: n }, (_, at) => make(at)).join('');
      const shapes: Record<string, (n: number) => string> = {
        parentheses: (n) => `select ${repeat('(', n)}a${repeat(')', n)} from t`,
        not: (n) => `select ${repeat('not ', n)}(a = 1) from t`,
        minus: (n) => `select ${repeat('- ', n)}a from t`,
        'case in its condition': (n) => `select ${repeat('case when a = 1 then ', n)}1${repeat(' end', n)} from t`,
        'case in its else': (n) => `select ${repeat('case when a = 1 then 2 else ', n)}1${repeat(' end', n)} from t`,
        '::': (n) => `select a${repeat('::int', n)} from t`,
        cast: (n) => `select ${repeat('cast(', n)}a${repeat(' as bigint)', n)} from t`,
        'sum to the left': (n) => `select a${repeat(' + 1', n)} from t`,
        'sum to the right': (n) => `select ${repeat('(1 + ', n)}a${repeat(')', n)} from t`,
        '||': (n) => `select s${repeat(" || 'x'", n)} from t`,
        and: (n) => `select 1 from t where a = 1${repeat(' and a < b', n)}`,
        or: (n) => `select 1 from t where a = 1${repeat(' or a = b', n)}`,
        'and in or': (n) => `select 1 from t where ${repeat('(a = 1 and (b = 2 or ', n)}true${repeat('))', n)}`,
        union: (n) => `select a from t${repeat(' union select a from t', n)}`,
        'union all': (n) => `select a from t${repeat(' union all select a from t', n)}`,
        except: (n) => `select a from t${repeat(' except select a from t', n)}`,
        'nested union': (n) => `${repeat('(select a from t union ', n)}select 1${repeat(')', n)}`,
        'scalar subquery': (n) => `select ${repeat('(select ', n)}1${repeat(')', n)}`,
        'correlated subquery': (n) =>
          `select * from t where ${each(n, (at) => `exists (select 1 from t t${at} where t${at}.a = ${at > 0 ? `t${at - 1}` : 't'}.a and `)}true${repeat(')', n)}`,
        'in subquery': (n) => `select * from t where ${repeat('a in (select a from t where ', n)}true${repeat(')', n)}`,
        'derived table': (n) => `${repeat('select * from (', n)}select a from t${each(n, (at) => `) d${at}`)}`,
        'distinct derived table': (n) => `${repeat('select distinct * from (', n)}select a from t${each(n, (at) => `) d${at}`)}`,
        'limited derived table': (n) => `${repeat('select * from (', n)}select a from t${each(n, (at) => `) d${at} limit 5`)}`,
        with: (n) => `with ${Array.from({ length: n + 1 }, (_, at) => `c${at} as (select * from ${at > 0 ? `c${at - 1}` : 't'})`).join(', ')} select * from c${n}`,
        join: (n) => `select count(*) from t t0${each(n, (at) => ` join t t${at + 1} on t${at + 1}.a = t${at}.a`)}`,
        'left join': (n) => `select count(*) from t t0${each(n, (at) => ` left join t t${at + 1} on t${at + 1}.a = t${at}.a`)}`,
        'full join': (n) => `select count(*) from t t0${each(n, (at) => ` full join t t${at + 1} on t${at + 1}.a = t${at}.a`)}`,
        'listed tables': (n) => `select 1 from t t0${each(n, (at) => `, (select 1) t${at + 1}`)} limit 1`,
        lateral: (n) => `select 1 from t t0${each(n, (at) => `, lateral (select t${at}.a) t${at + 1}`)}`,
        call: (n) => `select ${repeat('abs(', n)}a${repeat(')', n)} from t`,
        coalesce: (n) => `select ${repeat('coalesce(a, ', n)}b${repeat(')', n)} from t`,
        'in list': (n) => `select * from t where a in (1${repeat(', 2', n)})`,
        values: (n) => `values (1)${repeat(', (2)', n)}`,
        columns: (n) => `select a${repeat(', a', n)} from t`,
        'order by': (n) => `select a from t order by a${repeat(', b', n)}`,
        aggregates: (n) => `select count(*)${each(n, (at) => `, sum(a + ${at})`)} from t`,
        like: (n) => `select s like '${repeat('%a', n)}' from t`,
        'is null': (n) => `select a${repeat(' is null', n)} from t`,
        between: (n) => `select ${repeat('1 between 0 and ', n)}1`,
      };
      const { open } = (await import(new URL('lib/planarium.js', document.baseURI).href)) as Library;
      const db = await open({ store: 'memory' });
      await db.query("create table t (a int, b int, s text); insert into t values (1, 2, 'x'), (null, 3, 'y')");
      const wrong: string[] = [];
      const outcomes = { answered: 0, refused: 0 };
      for (const [name, shape] of Object.entries(shapes)) {
        for (const n of sizes) {
          for (const how of n <= traced ? (['query', 'explain'] as const) : (['query'] as const)) {
            try {
              await db[how](shape(n));
              outcomes.answered++;
            } catch (error) {
              const { code = '', message } = error as { code?: string; message: string };
              outcomes.refused++;
              if (!/^(22|42|54)/.test(code)) wrong.push(`${name} × ${n}, ${how}: ${code} ${message}`);
            }
            const next = await db.query('select 1').then(({ rows }) => rows[0]?.[0], String);
            if (next !== 1) return { wrong: [...wrong, `${name} × ${n}, ${how}: afterwards ${String(next)}`], outcomes };
          }
        }
      }
      return { wrong, outcomes };
    },
    { sizes, traced },
  );
  expect(seen.wrong).toEqual([]);
  expect(seen.outcomes.answered).toBeGreaterThan(300);
  expect(seen.outcomes.refused).toBeGreaterThan(100);
});

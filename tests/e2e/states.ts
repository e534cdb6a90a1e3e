import { expect } from '@playwright/test';
import type { Planarium } from './planarium.ts';

/** The main states of the page: what audits and pictures go through. Each leads on from any other. */
export const states: { name: string; reach: (planarium: Planarium) => Promise<void> }[] = [
  {
    name: 'landing',
    async reach(planarium) {
      await planarium.open();
    },
  },
  {
    name: 'step',
    async reach(planarium) {
      await planarium.open({ data: 'tpch-0.001', sql: q5, step: 6 });
      await planarium.atRest(6);
    },
  },
  {
    name: 'between-steps',
    async reach(planarium) {
      await planarium.open({ data: 'tpch-0.001', sql: q5, step: 4 });
      await planarium.page.evaluate(() => document.querySelector('[role="slider"]')?.scrollIntoView());
      const ruler = await planarium.page.getByRole('slider', { name: 'Step' }).boundingBox();
      const last = await planarium.last();
      if (!ruler) return;
      await planarium.page.mouse.move(ruler.x + 8, ruler.y + 20);
      await planarium.page.mouse.down();
      await planarium.page.mouse.move(ruler.x + 8 + ((ruler.width - 16) * 5.45) / last, ruler.y + 20);
    },
  },
  {
    name: 'memo',
    async reach(planarium) {
      await planarium.open({ data: 'tpch-0.001', sql: q5 });
      await planarium.page.getByRole('navigation', { name: 'The way of the query' }).getByRole('button', { name: /Search/ }).click();
      await expect(planarium.stage.getByRole('heading', { name: 'Memo' })).toBeVisible();
    },
  },
  {
    name: 'physical',
    async reach(planarium) {
      await planarium.open({ data: 'tpch-0.001', sql: q5 });
      await planarium.page.getByRole('navigation', { name: 'The way of the query' }).getByRole('button', { name: /Physical/ }).click();
      await planarium.nodes.first().click();
    },
  },
  {
    name: 'result',
    async reach(planarium) {
      await planarium.open({ data: 'tpch-0.001', sql: q5 });
      await planarium.run();
      await expect(planarium.result.getByRole('table', { name: 'Result' })).toBeVisible();
      await planarium.atRest(await planarium.last());
    },
  },
  {
    name: 'many-rows',
    async reach(planarium) {
      await planarium.open({ data: 'films-medium', sql: 'select a.id, a.name, r.score, b.name as person from title a left join rating r on r.title_id = a.id, person b limit 100000' });
      await planarium.run();
      await expect(planarium.result.getByRole('table', { name: 'Result' })).toHaveAttribute('aria-rowcount', '100001');
    },
  },
  {
    name: 'error',
    async reach(planarium) {
      await planarium.visit({ sql: 'select name, yaer\nfrom title' });
      await expect(planarium.page.getByText('42703').filter({ visible: true }).first()).toBeVisible();
    },
  },
];

const q5 = `select n_name, sum(l_extendedprice * (1 - l_discount)) as revenue
from customer, orders, lineitem, supplier, nation, region
where o_custkey = c_custkey
  and l_orderkey = o_orderkey
  and s_suppkey = l_suppkey
  and s_nationkey = c_nationkey
  and n_nationkey = s_nationkey
  and r_regionkey = n_regionkey
  and r_name = 'ASIA'
  and o_orderdate >= date '1994-01-01'
  and o_orderdate < date '1994-01-01' + interval '1' year
group by n_name
order by revenue desc`;

// The queries in SQLite's dialect. Dates are text there, so constant date arithmetic becomes a literal; nothing else differs
// in the queries that are measured.

function add(date, count, unit) {
  const [year, month, day] = date.split('-').map(Number);
  const moved = {
    year: () => Date.UTC(year + count, month - 1, day),
    month: () => Date.UTC(year, month - 1 + count, day),
    day: () => Date.UTC(year, month - 1, day + count),
  }[unit]();
  return new Date(moved).toISOString().slice(0, 10);
}

/** `sql` of PostgreSQL as SQLite understands it; throws for what it cannot carry over. */
export function forSqlite(sql) {
  const moved = sql.replace(
    /date '([\d-]+)' ([+-]) interval '(\d+)' (year|month|day)/g,
    (_, date, sign, count, unit) => `'${add(date, Number(`${sign}${count}`), unit)}'`,
  );
  const plain = moved.replace(/date ('[\d-]+')/g, '$1');
  const left = /\b(interval|extract|substring|date ')/.exec(plain);
  if (left) throw new Error(`no counterpart in SQLite for: ${left[1]}`);
  return plain;
}

/** Indexes on the foreign keys; the primary keys come with the schema. */
export const sqliteIndexes = `
  create index nation_region on nation (n_regionkey);
  create index supplier_nation on supplier (s_nationkey);
  create index customer_nation on customer (c_nationkey);
  create index partsupp_supplier on partsupp (ps_suppkey);
  create index orders_customer on orders (o_custkey);
  create index lineitem_part_supplier on lineitem (l_partkey, l_suppkey);
  create index lineitem_supplier on lineitem (l_suppkey);
`;

// The data and the queries that all engines get: TPC-H as CSV, one text a table, and the sample queries of the page.

/** All tables of TPC-H at `scale`, in an order in which they can be loaded, made by a worker that ends afterwards. */
export function generate(scale) {
  return new Promise((resolve, reject) => {
    const worker = new Worker('./generator.mjs', { type: 'module' });
    worker.onmessage = ({ data }) => resolve(new Map(data));
    worker.onerror = (event) => reject(new Error(`the generator stopped: ${event.message}`));
    worker.postMessage(scale);
  });
}

/** The schema and the queries `numbers`, as the generator's module offers them. */
export async function samples(numbers) {
  const { default: init, samples: offered, schema } = await import('/tpch/tpch.js');
  await init();
  const all = offered();
  const queries = numbers.map((number) => {
    const found = all.find(({ id }) => id === `q${number}`);
    if (!found) throw new Error(`there is no sample query q${number}`);
    return { number, sql: found.sql.trim().replace(/;$/, '') };
  });
  return { schema: schema(), queries };
}

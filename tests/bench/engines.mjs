// The engines behind one interface: load(schema, tables), query(sql), in a worker each. What is timed is a whole query()
// as a page would call it: from the text to rows in the page, each an array of the values that the engine's own library
// gives. plain() makes them comparable afterwards and is not timed.
import { forSqlite, sqliteIndexes } from './dialect.mjs';

async function planarium() {
  const { open } = await import('planarium');
  const db = await open({ store: 'memory' });
  return {
    async load(schema, tables) {
      await db.query(schema);
      for (const [table, bytes] of tables) await db.insertCsv(table, bytes);
      await db.query('analyze');
    },
    prepare: (sql) => sql,
    query: async (sql) => (await db.query(sql)).rows,
    plain: (rows) => rows,
    close: () => db.close(),
  };
}

async function duckdb() {
  const duckdb = await import('@duckdb/duckdb-wasm');
  // The build for browsers with exceptions, single-threaded: what a page without COOP/COEP headers gets.
  const worker = new Worker('/duckdb/duckdb-browser-eh.worker.js');
  const db = new duckdb.AsyncDuckDB(new duckdb.VoidLogger(), worker);
  await db.instantiate(new URL('/duckdb/duckdb-eh.wasm', location.href).href);
  const connection = await db.connect();
  let fields = [];
  return {
    async load(schema, tables) {
      for (const statement of schema.split(';').filter((text) => text.trim())) await connection.query(statement);
      for (const [table, bytes] of tables) {
        await db.registerFileBuffer(`${table}.csv`, bytes.slice());
        await connection.query(`copy ${table} from '${table}.csv' (format csv, header)`);
        await db.dropFile(`${table}.csv`);
      }
      await connection.query('analyze');
    },
    prepare: (sql) => sql,
    async query(sql) {
      const table = await connection.query(sql);
      fields = table.schema.fields;
      const columns = fields.map((_, at) => table.getChildAt(at));
      return Array.from({ length: table.numRows }, (_, row) => columns.map((column) => column.get(row)));
    },
    plain: (rows) => rows.map((row) => row.map((value, at) => plainOfArrow(fields[at].type, value))),
    async close() {
      await connection.close();
      await db.terminate();
      worker.terminate();
    },
  };
}

/** 128-bit little-endian words of Arrow's decimals as a number. */
function decimal(words, scale) {
  let value = 0n;
  for (const word of [...words].reverse()) value = (value << 32n) | BigInt(word);
  return Number(BigInt.asIntN(words.length * 32, value)) / 10 ** scale;
}

function plainOfArrow(type, value) {
  if (value === null || value === undefined) return null;
  const name = String(type);
  if (name.startsWith('Decimal')) return decimal(value, type.scale);
  if (name.startsWith('Date')) return new Date(Number(value)).toISOString().slice(0, 10);
  return typeof value === 'bigint' ? Number(value) : value;
}

async function sqlite() {
  const worker = new Worker('./sqlite-worker.mjs', { type: 'module' });
  let next = 0;
  const waiting = new Map();
  worker.onmessage = ({ data }) => {
    const { resolve, reject } = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error) reject(new Error(data.error));
    else resolve(data.value);
  };
  const call = (op, input) =>
    new Promise((resolve, reject) => {
      waiting.set(next, { resolve, reject });
      worker.postMessage({ id: next++, op, input });
    });
  return {
    load: (schema, tables) => call('load', { schema, tables: [...tables], indexes: sqliteIndexes }),
    prepare: forSqlite,
    query: (sql) => call('query', sql),
    plain: (rows) => rows,
    close: async () => worker.terminate(),
  };
}

export const engines = { planarium, duckdb, sqlite };

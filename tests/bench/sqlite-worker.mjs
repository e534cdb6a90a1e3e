// SQLite in a worker: calls in, answers out.
import sqlite3InitModule from '/sqlite/index.mjs';
import { parseCsv } from './csv.mjs';

const ready = sqlite3InitModule().then((sqlite3) => new sqlite3.oo1.DB(':memory:'));

const ops = {
  load(db, { schema, tables, indexes }) {
    db.exec(schema);
    db.exec('begin');
    for (const [table, bytes] of tables) {
      const [header, ...rows] = parseCsv(new TextDecoder().decode(bytes));
      const statement = db.prepare(`insert into ${table} values (${header.map(() => '?').join(',')})`);
      // Text binds; the columns' affinity makes numbers of it.
      for (const row of rows) statement.bind(row).stepReset();
      statement.finalize();
    }
    db.exec('commit');
    db.exec(indexes);
    db.exec('analyze');
  },
  query: (db, sql) => db.exec(sql, { returnValue: 'resultRows', rowMode: 'array' }),
};

self.onmessage = async ({ data: { id, op, input } }) => {
  try {
    self.postMessage({ id, value: ops[op](await ready, input) });
  } catch (error) {
    self.postMessage({ id, error: error.message });
  }
};

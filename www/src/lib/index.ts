/**
 * Planarium as a library: the same engine, worker and client that the page uses.
 *
 *     import { open } from 'planarium';
 *     const db = await open({ store: 'memory' });
 *     const { columns, rows } = await db.query('select 1 as one');
 */
import { Engine } from '../engine/client.ts';
import { EngineError, codes, failure } from '../engine/failure.ts';
import type { QueryAnswer } from '../engine/protocol.ts';
import type { Trace } from '../engine/types.gen.ts';

export type * from '../engine/types.gen.ts';
export type { QueryAnswer } from '../engine/protocol.ts';
export { EngineError } from '../engine/failure.ts';

export interface OpenOptions {
  store: 'memory' | 'indexeddb';
  /** The database's name in the browser's storage. */
  name?: string;
  /** Bytes in a page: a power of two from 512 to 262,144. */
  pageSize?: number;
  /** Pages that the buffer pool holds. */
  frames?: number;
}

export interface ExplainOptions {
  /** Names of rules that must not fire. */
  disabledRules?: string[];
}

export interface Planarium {
  /** Runs the statements and answers with the rows of the last. Rejects with an `EngineError`. */
  query(sql: string): Promise<QueryAnswer>;
  /** Loads CSV with a header line into a table; answers with the number of rows. */
  insertCsv(table: string, text: string | Uint8Array): Promise<number>;
  /** The trace of the last query in `sql`: every plan version, the rules between them, memo and physical plan. */
  explain(sql: string, options?: ExplainOptions): Promise<Trace>;
  /** Frees the database and ends its worker. */
  close(): Promise<void>;
}

/** Opens a database in a worker of its own. */
export async function open(options: OpenOptions): Promise<Planarium> {
  if (options.store !== 'memory') {
    throw new EngineError(
      failure(codes.unsupported, `the store "${options.store}" is not supported yet`, 'use { store: "memory" }'),
    );
  }
  const engine = new Engine();
  try {
    await engine.call('open', { pageSize: options.pageSize, frames: options.frames });
  } catch (cause) {
    engine.terminate();
    throw cause;
  }
  return {
    query: (sql) => engine.call('query', { sql }),
    insertCsv: (table, data) => engine.call('insertCsv', { table, data }),
    explain: (sql, { disabledRules = [] } = {}) => engine.call('trace', { sql, disabled: disabledRules }),
    async close() {
      await engine.call('close', {});
      engine.terminate();
    },
  };
}

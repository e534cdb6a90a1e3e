// The statement in the editor, and what the engine says to it without running it.
import type { Engine } from '../engine/client.ts';
import { asFailure, codes } from '../engine/failure.ts';
import type { Planned } from '../engine/protocol.ts';
import type { Failure, Trace } from '../engine/types.gen.ts';
import { makes } from './statements.ts';

export class Script {
  sql = $state('');
  /** What planning or running it gave, with its place; null when all is well. */
  failure = $state.raw<Failure | null>(null);
  /** The statement of the last trace that succeeded. */
  traced = $state<string | null>(null);
  /** Whether the text holds no query that could be planned, as when it is empty or only makes tables. */
  noQuery = $state(false);
  /** Whether the query reads what statements before it make, so that it is planned once they have run. */
  waits = $state(false);
  tracing = $state(false);
  /** Whether this statement came with a link and was not yet touched or run by the visitor. */
  fromLink = $state(false);
  /** Names of rules that must not fire. */
  disabled = $state.raw<string[]>([]);

  readonly stale: boolean = $derived(this.traced !== this.sql);
  readonly #engine: Engine;
  #ask = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Plans the statement, unless that is what was `planned`. An answer older than the last question is dropped and gives null. */
  async trace(planned: Planned | null = null): Promise<Trace | null> {
    const ask = ++this.#ask;
    const sql = this.sql;
    this.tracing = true;
    try {
      const known = planned?.sql === sql && this.disabled.length === 0 ? planned.trace : null;
      const trace = known ?? (await this.#engine.call('trace', { sql, disabled: this.disabled }));
      if (ask !== this.#ask) return null;
      this.failure = null;
      this.noQuery = this.waits = false;
      this.traced = sql;
      return trace;
    } catch (thrown) {
      if (ask !== this.#ask) return null;
      const cause = asFailure(thrown);
      const { code, span } = cause;
      this.waits = code === codes.unknownTable && span !== null && makes(sql.slice(0, span.start), sql.slice(span.start, span.end));
      this.noQuery = this.waits || (code === codes.wrongCall && span === null);
      this.failure = this.noQuery ? null : cause;
      if (this.noQuery) this.traced = sql;
      return null;
    } finally {
      if (ask === this.#ask) this.tracing = false;
    }
  }
}

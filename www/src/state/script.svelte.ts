// The statement in the editor, and what the engine says to it without running it.
import type { Engine } from '../engine/client.ts';
import { asFailure } from '../engine/failure.ts';
import type { Failure, Trace } from '../engine/types.gen.ts';

export class Script {
  sql = $state('');
  /** What planning or running it gave, with its place; null when all is well. */
  failure = $state.raw<Failure | null>(null);
  /** The statement of the last trace that succeeded. */
  traced = $state<string | null>(null);
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

  /** Plans the statement. An answer that is older than the last question is dropped and gives null. */
  async trace(): Promise<Trace | null> {
    const ask = ++this.#ask;
    const sql = this.sql;
    this.tracing = true;
    try {
      const trace = await this.#engine.call('trace', { sql, disabled: this.disabled });
      if (ask !== this.#ask) return null;
      this.failure = null;
      this.traced = sql;
      return trace;
    } catch (thrown) {
      if (ask === this.#ask) this.failure = asFailure(thrown);
      return null;
    } finally {
      if (ask === this.#ask) this.tracing = false;
    }
  }
}

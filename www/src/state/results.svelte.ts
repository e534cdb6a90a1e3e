// What running gave: the outcome of the last run, and windows of its rows as they come into view.
import type { Call, Engine } from '../engine/client.ts';
import { asFailure, codes } from '../engine/failure.ts';
import { RowCache, windowRows, type Row } from './rows.ts';
import { startAfter } from './statements.ts';
import type { Failure, Outcome, StatementOutcome } from '../engine/types.gen.ts';

export type { Row } from './rows.ts';
export type RunState = 'idle' | 'running' | 'cancelling';

export class Results {
  state = $state<RunState>('idle');
  outcome = $state.raw<Outcome | null>(null);
  /** The statement that the outcome belongs to. */
  sql = $state<string | null>(null);
  /** Milliseconds since the run began, while it runs. */
  elapsed = $state(0);
  /** A failure of the run itself or of fetching rows. */
  failure = $state.raw<Failure | null>(null);
  /** Grows when a window of rows has arrived. */
  arrived = $state(0);

  /** Where the statement begins that the run ended at; null when none failed. */
  readonly failedAt: number | null = $derived(
    this.failure && this.sql !== null ? startAfter(this.sql, this.outcome?.statements.at(-1)?.span.end ?? 0) : null,
  );

  /** The last statement that has rows. */
  readonly shown: StatementOutcome | null = $derived(this.outcome?.statements.findLast(({ result }) => result !== null) ?? null);

  readonly #engine: Engine;
  #call: Call<Outcome> | null = null;
  readonly #rows = new RowCache((window) => void this.#fetch(window));

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Runs `sql`; true when all statements succeeded. */
  async run(sql: string, disabled: string[] = []): Promise<boolean> {
    if (this.state !== 'idle') return false;
    this.forget();
    this.state = 'running';
    this.sql = sql;
    const began = performance.now();
    const timer = setInterval(() => {
      this.elapsed = performance.now() - began;
    }, 100);
    try {
      this.#call = this.#engine.call('run', { sql, disabled });
      const outcome = await this.#call;
      this.outcome = outcome;
      this.failure = outcome.failure;
      return outcome.failure === null;
    } catch (thrown) {
      this.failure = asFailure(thrown);
      return false;
    } finally {
      clearInterval(timer);
      this.elapsed = 0;
      this.#call = null;
      this.state = 'idle';
    }
  }

  cancel(): void {
    if (this.state !== 'running') return;
    this.state = 'cancelling';
    this.#call?.cancel();
  }

  get cancelled(): boolean {
    return this.failure?.code === codes.cancelled;
  }

  /** Forgets the outcome, as when the database that it came from is gone. */
  clear(): void {
    this.#rows.clear();
    this.outcome = null;
    this.failure = null;
    this.sql = null;
  }

  /** Row `index` of the shown result if it is here; asks for its window if not. */
  row(index: number): Row | null {
    return this.#rows.row(index);
  }

  async csv(): Promise<string> {
    const result = this.shown?.result ?? null;
    return result === null ? '' : this.#engine.call('csv', { result });
  }

  async #fetch(window: number): Promise<void> {
    const result = this.shown?.result ?? null;
    if (result === null) return;
    try {
      const { rows } = await this.#engine.call('rows', { result, start: window * windowRows, count: windowRows });
      if (this.shown?.result !== result) return;
      this.#rows.put(window, rows);
      this.arrived += 1;
    } catch (thrown) {
      if (this.shown?.result === result) this.failure = asFailure(thrown);
    }
  }

  /** Forgets the outcome here and in the engine. While something runs, that is what the run does itself. */
  forget(): void {
    if (this.state !== 'idle') return;
    for (const { result } of this.outcome?.statements ?? []) {
      if (result !== null) this.#engine.call('dropResult', { result }).catch(() => undefined);
    }
    this.clear();
  }
}

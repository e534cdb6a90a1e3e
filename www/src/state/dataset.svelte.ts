// The data the page looks at: which set is loaded, how far a load is, and what its tables are.
import type { Engine } from '../engine/client.ts';
import { asFailure, codes } from '../engine/failure.ts';
import type { Planned, Progress } from '../engine/protocol.ts';
import { loadTpch } from '../engine/tpch.ts';
import type { Failure, RuleCard, SampleQuery, TableSchema } from '../engine/types.gen.ts';
import { datasetKey, defaultSeed, type DatasetId } from './address.ts';

export const firstDataset: DatasetId = { kind: 'films', size: 'small', seed: defaultSeed };

export function datasetName(dataset: DatasetId): string {
  return dataset.kind === 'films' ? `Films ${dataset.size}` : `TPC-H ${dataset.scale}`;
}

export class Dataset {
  current = $state.raw<DatasetId>(firstDataset);
  /** The set that is being loaded, with how far it is; null when there is none. */
  loading = $state.raw<{ dataset: DatasetId; progress: Progress } | null>(null);
  failure = $state.raw<Failure | null>(null);
  schema = $state.raw<TableSchema[]>([]);
  samples = $state.raw<SampleQuery[]>([]);
  rules = $state.raw<RuleCard[]>([]);
  /** Whether a database is open and filled. */
  ready = $state(false);

  /** Tables that the visitor made beside those of the data set. */
  readonly made: string[] = $derived(this.schema.map(({ name }) => name).filter((name) => !this.#given.includes(name)));
  readonly name: string = $derived(datasetName(this.current));
  readonly #engine: Engine;
  /** The first sample's trace, if the engine had it ready. */
  #first: Planned | null = null;
  #abort: AbortController | null = null;
  /** The tables of the data set itself. */
  #given = $state.raw<string[]>([]);

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Opens a fresh database and fills it; true when it is ready. After a cancel the first set is loaded instead. */
  async load(dataset: DatasetId): Promise<boolean> {
    this.#abort?.abort();
    const abort = (this.#abort = new AbortController());
    const mine = () => this.#abort === abort;
    const report = (progress: Progress) => {
      if (mine()) this.loading = { dataset, progress };
    };
    report({ fraction: 0, label: `opening ${datasetName(dataset)}` });
    this.ready = false;
    this.failure = null;
    try {
      this.#first = null;
      const opened = this.#engine.call('open', {});
      const filled = dataset.kind === 'films' ? this.#engine.call('loadFilms', { size: dataset.size, seed: dataset.seed }) : null;
      let known: SampleQuery[] | null = null;
      if (dataset.kind === 'tpch') {
        await opened;
        known = await loadTpch(this.#engine, dataset.scale, report, abort.signal);
        if (!mine()) return false;
      }
      // Calls are answered in order: asking for all at once saves the round trips between them.
      const answers = Promise.all([
        known ?? this.#engine.call('samples', {}),
        this.#engine.call('first', {}),
        opened,
        filled,
      ]);
      void this.#describe(mine);
      const [samples, first] = await answers;
      if (!mine()) return false;
      this.current = dataset;
      this.samples = samples;
      this.#first = first;
      this.ready = true;
      this.loading = null;
      return true;
    } catch (thrown) {
      if (!mine()) return false;
      const cause = asFailure(thrown);
      this.loading = null;
      if (cause.code !== codes.cancelled) {
        this.failure = cause;
        if (datasetKey(dataset) === datasetKey(firstDataset)) return false;
      }
      const fallback = await this.load(firstDataset);
      this.failure = cause.code === codes.cancelled ? null : cause;
      return fallback;
    }
  }

  /** Asks for what no plan waits for: the cards of the rules, which stay the same, and the tables. */
  async #describe(mine: () => boolean): Promise<void> {
    const rules = this.rules.length > 0 ? this.rules : this.#engine.call('rules', {});
    try {
      const [cards, schema] = await Promise.all([rules, this.#engine.call('schema', {})]);
      if (!mine()) return;
      this.rules = cards;
      this.#given = schema.map(({ name }) => name);
      this.schema = schema;
    } catch {
      // What broke the engine is told by the load itself, or by the restart that loads again.
    }
  }

  /** The first sample's trace, once: what is done later may change it. */
  takeFirst(): Planned | null {
    const first = this.#first;
    this.#first = null;
    return first;
  }

  cancel(): void {
    this.#abort?.abort();
    // What the abort leaves in the engine is dropped with the database: the next load opens a fresh one.
  }

  /** Reads tables and statistics again, after statements ran. */
  async refresh(): Promise<void> {
    try {
      this.schema = await this.#engine.call('schema', {});
    } catch {
      // The schema on the page is then that of before; the failure that caused this is shown where it belongs.
    }
  }
}

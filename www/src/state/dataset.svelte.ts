// The data the page looks at: which set is loaded, how far a load is, and what its tables are.
import type { Engine } from '../engine/client.ts';
import { asFailure, codes } from '../engine/failure.ts';
import type { Progress } from '../engine/protocol.ts';
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

  readonly name: string = $derived(datasetName(this.current));
  readonly #engine: Engine;
  #abort: AbortController | null = null;

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
      const opened = this.#engine.call('open', {});
      let facts: Promise<[SampleQuery[], RuleCard[], TableSchema[]]> | null = null;
      if (dataset.kind === 'films') {
        const filled = this.#engine.call('loadFilms', { size: dataset.size, seed: dataset.seed });
        // Calls are answered in order: asking at once saves a round trip between them.
        facts = this.#facts(dataset.kind);
        await Promise.all([opened, filled, facts]);
      } else {
        await opened;
        await loadTpch(this.#engine, dataset.scale, report, abort.signal);
      }
      if (!mine()) return false;
      const [samples, rules, schema] = await (facts ?? this.#facts(dataset.kind));
      if (!mine()) return false;
      this.current = dataset;
      this.samples = samples;
      this.rules = rules;
      this.schema = schema;
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

  /** What the page shows of a data set beside its plans. */
  #facts(kind: DatasetId['kind']): Promise<[SampleQuery[], RuleCard[], TableSchema[]]> {
    return Promise.all([
      this.#engine.call('samples', { dataset: kind }),
      this.rules.length > 0 ? this.rules : this.#engine.call('rules', {}),
      this.#engine.call('schema', {}),
    ]);
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

// What the page and the engine's worker say to each other: one discriminated union each way, joined by ids.
import type {
  Failure,
  Outcome,
  RowsWindow,
  RuleCard,
  SampleQuery,
  TableSchema,
  Trace,
  WhyNot,
} from './types.gen.ts';

/** How far work is, from 0 to 1, and what is being done. */
export interface Progress {
  fraction: number;
  label: string;
}

export type FilmsSize = 'small' | 'medium' | 'large';

/** A whole answer as values of JavaScript, for the library. */
export interface QueryAnswer {
  columns: { name: string; type: string }[];
  rows: unknown[][];
}

/** A query and what the optimizer did with it. */
export interface Planned {
  sql: string;
  trace: Trace;
}

/** Every call the worker answers: what goes in and what comes out. */
export interface Calls {
  open: { in: { pageSize?: number | undefined; frames?: number | undefined }; out: null };
  run: { in: { sql: string; disabled?: string[] }; out: Outcome };
  trace: { in: { sql: string; disabled: string[] }; out: Trace };
  whyNot: { in: { sql: string; step: number; rule: string; occurrence: number; disabled: string[] }; out: WhyNot[] };
  rows: { in: { result: number; start: number; count: number }; out: RowsWindow };
  csv: { in: { result: number }; out: string };
  dropResult: { in: { result: number }; out: null };
  query: { in: { sql: string }; out: QueryAnswer };
  insertCsv: { in: { table: string; data: string | Uint8Array }; out: number };
  schema: { in: Record<string, never>; out: TableSchema[] };
  rules: { in: Record<string, never>; out: RuleCard[] };
  /** The queries over the films; those over TPC-H come with its rows. */
  samples: { in: Record<string, never>; out: SampleQuery[] };
  loadFilms: { in: { size: FilmsSize; seed: number }; out: null };
  /** The first sample's trace, where it was made ready and nothing was done since. */
  first: { in: Record<string, never>; out: Planned | null };
  memory: { in: Record<string, never>; out: number };
  close: { in: Record<string, never>; out: null };
}

export type Op = keyof Calls;

export type CallMessage = { [O in Op]: { kind: 'call'; id: number; op: O; input: Calls[O]['in'] } }[Op];

/** Films that will most likely be asked for first. */
export type Preparation = Calls['loadFilms']['in'];

/** From the page to the worker. `start` comes once: the compiled engine, null to load it, and what to make ready. */
export type Request =
  | CallMessage
  | { kind: 'cancel'; id: number }
  | { kind: 'start'; module: WebAssembly.Module | null; prepare: Preparation | null };

/** From the worker to the page. `dead` says that the instance trapped and must be replaced. */
export type Reply =
  | { kind: 'done'; id: number; value: Calls[Op]['out'] }
  | { kind: 'failed'; id: number; failure: Failure }
  | { kind: 'progress'; id: number; progress: Progress }
  | { kind: 'dead'; message: string };

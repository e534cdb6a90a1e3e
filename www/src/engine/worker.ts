// The engine's side of the crossing: answers calls one after another, runs statements in slices so that a cancel
// is heard between two of them, and says so when the instance has trapped.
import { asFailure, codes, failure } from './failure.ts';
import * as pkg from './pkg/wasm.js';
import type { CallMessage, Calls, FilmsSize, Op, Planned, Preparation, QueryAnswer, Reply, Request } from './protocol.ts';
import type { Outcome, RowsWindow, RuleCard, SampleQuery, TableSchema, Trace, WhyNot } from './types.gen.ts';

/** Time a statement may hold the worker before it listens again, in milliseconds. */
const SLICE_MS = 15;

interface Task {
  step(budgetMs: number): Outcome | undefined;
  cancel(): void;
  free(): void;
}

/** What the wasm class offers; its own declarations name these shapes no closer than `any`. */
interface Database {
  start(sql: string, disabled: string[]): Task;
  trace(sql: string, disabled: string[]): Trace;
  whyNot(sql: string, step: number, occurrence: number, rule: string, disabled: string[]): WhyNot[];
  rows(result: number, start: number, count: number): RowsWindow;
  resultCsv(result: number): string;
  dropResult(result: number): void;
  query(sql: string): QueryAnswer;
  insertCsv(table: string, data: Uint8Array): number;
  schema(): TableSchema[];
  rules(): RuleCard[];
  samples(): SampleQuery[];
  loadFilms(size: FilmsSize, seed: number): void;
  memoryBytes(): number;
  free(): void;
}

let start: (message: { module: WebAssembly.Module | null; prepare: Preparation | null }) => void;
const engine = new Promise<typeof pkg>((resolve, reject) => {
  start = ({ module, prepare }) => {
    const loaded = pkg.default(module ? { module_or_path: module } : undefined);
    loaded.then(() => {
      if (prepare) prepared = makeReady(prepare);
      resolve(pkg);
    }, reject);
  };
});
// Who opens a database hears of it; nobody has asked yet.
engine.catch(() => undefined);

const harmless = new Set<Op>(['samples', 'rules', 'schema', 'memory', 'loadFilms', 'first']);

let database: Database | null = null;
/** Whether the database was opened just now, with the default layout, and nothing was done with it. */
let fresh = false;
/** A database nobody has asked for yet, with films in it. */
let prepared: { films: Preparation; database: Database; first: Planned | null } | null = null;
/** The trace of the first sample, for whoever asks for it before anything is done with the database. */
let first: Planned | null = null;
let running: { id: number; task: Task } | null = null;
const utf8 = new TextEncoder();
const cancelled = new Set<number>();
const queue: CallMessage[] = [];
let busy = false;

const post = (reply: Reply): void => self.postMessage(reply);

/** Lets the worker hear its messages; a message of our own comes back without the clamp of timers. */
const pause = (() => {
  const { port1, port2 } = new MessageChannel();
  let resume: (() => void) | null = null;
  port1.onmessage = () => resume?.();
  return () =>
    new Promise<void>((done) => {
      resume = done;
      port2.postMessage(null);
    });
})();

/** Films in a database of their own. The first sample is planned, as that is asked for next. */
function makeReady(films: Preparation): typeof prepared {
  try {
    const database = new pkg.Database() as unknown as Database;
    database.loadFilms(films.size, films.seed);
    const sql = database.samples()[0]?.sql;
    return { films, database, first: sql === undefined ? null : { sql, trace: database.trace(sql, []) } };
  } catch {
    // Whoever asks for it gets the failure.
    return null;
  }
}

/** Fills the database; a fresh one of default layout is exchanged for the one that was made ready. */
function loadFilms({ size, seed }: Calls['loadFilms']['in']): null {
  const ready = prepared;
  prepared = null;
  if (ready && fresh && ready.films.size === size && ready.films.seed === seed) {
    database?.free();
    ({ database, first } = ready);
  } else {
    ready?.database.free();
    first = null;
    current().loadFilms(size, seed);
  }
  return null;
}

function current(): Database {
  if (!database) throw failure(codes.unavailable, 'no database is open', 'open one first');
  return database;
}

async function open(options: Calls['open']['in']): Promise<null> {
  const module = await engine.catch((thrown: unknown) => {
    throw failure(
      codes.unavailable,
      `the engine could not be loaded: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      'reload the page; the browser must allow WebAssembly',
    );
  });
  database?.free();
  database = null;
  database = new module.Database(options.pageSize, options.frames) as unknown as Database;
  fresh = options.pageSize === undefined && options.frames === undefined;
  return null;
}

async function run(id: number, { sql, disabled }: Calls['run']['in']): Promise<Outcome> {
  const task = current().start(sql, disabled ?? []);
  running = { id, task };
  try {
    for (;;) {
      const outcome = task.step(SLICE_MS);
      if (outcome) return outcome;
      await pause();
    }
  } finally {
    running = null;
    try {
      task.free();
    } catch {
      // An instance that trapped frees nothing; it goes as a whole.
    }
  }
}

type Handlers = { [O in Op]: (input: Calls[O]['in'], id: number) => Calls[O]['out'] | Promise<Calls[O]['out']> };

const handlers: Handlers = {
  open,
  run: (input, id) => run(id, input),
  trace: ({ sql, disabled }) => current().trace(sql, disabled),
  whyNot: ({ sql, step, rule, occurrence, disabled }) => current().whyNot(sql, step, occurrence, rule, disabled),
  rows: ({ result, start, count }) => current().rows(result, start, count),
  csv: ({ result }) => current().resultCsv(result),
  dropResult: ({ result }) => (current().dropResult(result), null),
  query: ({ sql }) => current().query(sql),
  insertCsv: ({ table, data }) => current().insertCsv(table, typeof data === 'string' ? utf8.encode(data) : data),
  schema: () => current().schema(),
  rules: () => current().rules(),
  samples: () => current().samples(),
  loadFilms,
  first: () => first,
  memory: () => current().memoryBytes(),
  close: () => {
    database?.free();
    database = null;
    return null;
  },
};

async function answer(message: CallMessage): Promise<void> {
  const { id, op, input } = message;
  if (cancelled.delete(id)) {
    post({ kind: 'failed', id, failure: failure(codes.cancelled, 'the statement was cancelled before it began') });
    return;
  }
  try {
    const handler = handlers[op] as (input: unknown, id: number) => Calls[Op]['out'] | Promise<Calls[Op]['out']>;
    // Whatever may change the database makes what was planned before it worthless.
    if (!harmless.has(op)) first = null;
    if (op !== 'open' && op !== 'loadFilms') {
      fresh = false;
      prepared?.database.free();
      prepared = null;
    }
    post({ kind: 'done', id, value: await handler(input, id) });
  } catch (thrown) {
    if (thrown instanceof WebAssembly.RuntimeError || thrown instanceof RangeError) {
      post({ kind: 'dead', message: thrown.message });
    } else {
      post({ kind: 'failed', id, failure: asFailure(thrown) });
    }
  }
}

async function drain(): Promise<void> {
  if (busy) return;
  busy = true;
  for (let message = queue.shift(); message; message = queue.shift()) await answer(message);
  busy = false;
}

self.onmessage = ({ data }: MessageEvent<Request>) => {
  if (data.kind === 'call') {
    queue.push(data);
    void drain();
  } else if (data.kind === 'start') {
    start(data);
  } else if (running?.id === data.id) {
    running.task.cancel();
  } else if (queue.some(({ id }) => id === data.id)) {
    cancelled.add(data.id);
  }
};

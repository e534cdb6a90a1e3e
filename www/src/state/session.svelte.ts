// Everything of one visit, and how the parts act together: editing plans, stepping shows, running counts, and the
// address follows.
import { getContext, setContext } from 'svelte';
import { Engine } from '../engine/client.ts';
import { codes } from '../engine/failure.ts';
import type { Failure, SampleQuery } from '../engine/types.gen.ts';
import { datasetKey, readAddress, writeAddress, type DatasetId } from './address.ts';
import { Dataset, firstDataset } from './dataset.svelte.ts';
import { Results } from './results.svelte.ts';
import { Script } from './script.svelte.ts';
import { makes } from './statements.ts';
import { Selection } from './selection.svelte.ts';
import { Theme } from './theme.svelte.ts';
import { Timeline } from './timeline.svelte.ts';

export type Drawer = 'result' | 'operators' | 'messages' | 'timing';
export type Sheet = 'sql' | 'steps' | 'inspect' | 'result';

/** How long the visitor must have stopped typing before the statement is planned, in milliseconds. */
const typingPause = 250;

/** Where everything but the stage is a sheet; App.svelte has the same width. */
const sheetsPage = '(max-width: 900px)';
/** Where no stage has room for what a roomy plan says. */
const narrowPage = '(max-width: 600px), (min-width: 901px) and (max-width: 1240px)';
/** Where the stage shows larger plans without saying less in each node. */
const widePage = '(min-width: 1800px) and (min-height: 1000px)';

/** Tells what a media query says, now and whenever it changes. */
function follow(query: string, told: (matches: boolean) => void): void {
  const media = matchMedia(query);
  told(media.matches);
  media.addEventListener('change', () => told(media.matches));
}

export class Session {
  readonly engine = new Engine();
  readonly dataset = new Dataset(this.engine);
  readonly script = new Script(this.engine);
  readonly timeline = new Timeline();
  readonly selection = new Selection(this.timeline);
  readonly results = new Results(this.engine);
  readonly theme = new Theme();

  drawer = $state<Drawer>('result');
  /** The sheet that lies over the stage on narrow screens. */
  sheet = $state<Sheet | null>(null);
  keysShown = $state(false);
  /** Something that happened to the page itself, to be read and dismissed. */
  notice = $state<string | null>(null);
  /** Whether the visitor has stepped or run yet: until then the page says in one sentence what to do. */
  begun = $state(false);
  /** Whether what the page was opened with is shown, or has failed. */
  settled = $state(false);

  #typing: ReturnType<typeof setTimeout> | undefined;
  #written = '';
  /** The planning that is under way. */
  #planning: Promise<boolean> | null = null;

  constructor() {
    this.engine.onRestart = (cause) => void this.#recover(cause);
    addEventListener('popstate', () => void this.#follow());
    addEventListener('hashchange', () => void this.#follow());
    follow('(prefers-reduced-motion: reduce)', (still) => (this.timeline.still = still));
    const measure = () => {
      this.timeline.room = matchMedia(narrowPage).matches ? 'narrow' : matchMedia(widePage).matches ? 'wide' : 'usual';
    };
    follow(narrowPage, measure);
    follow(widePage, measure);
  }

  /** Opens what the address names, or films with the first sample query. */
  async begin(): Promise<void> {
    await this.#follow(true);
    this.settled = true;
  }

  async #follow(first = false): Promise<void> {
    if (!first && location.hash === this.#written) return;
    this.#written = location.hash;
    const address = readAddress(location.hash);
    const dataset = address.dataset ?? firstDataset;
    if (address.sql !== null) this.script.sql = address.sql;
    if (first || writeAddress({ dataset, sql: null, step: null }) !== writeAddress({ dataset: this.dataset.current, sql: null, step: null })) {
      if (!(await this.#load(dataset))) return;
    }
    this.script.fromLink = address.sql !== null && first;
    this.script.sql = address.sql ?? this.dataset.samples[0]?.sql ?? '';
    await this.plan(address.step ?? 0);
  }

  async #load(dataset: DatasetId): Promise<boolean> {
    this.results.clear();
    this.timeline.show(null);
    this.selection.clear();
    this.script.traced = null;
    return this.dataset.load(dataset);
  }

  /** Another data set, with its first sample query. */
  async choose(dataset: DatasetId): Promise<void> {
    this.sheet = null;
    const kind = this.dataset.current.kind;
    if (!(await this.#load(dataset))) return;
    if (this.dataset.current.kind !== kind || this.script.sql.trim() === '') {
      this.script.sql = this.dataset.samples[0]?.sql ?? '';
      this.script.fromLink = false;
    }
    await this.plan(0);
    this.remember(true);
  }

  /** A sample query, seen from its first step: what ran before makes room for it. */
  async sample({ sql }: SampleQuery): Promise<void> {
    this.sheet = null;
    this.results.forget();
    this.script.sql = sql;
    this.script.fromLink = false;
    await this.plan(0);
    this.remember(true);
  }

  /** The visitor typed: plan it after a pause. */
  typed(sql: string): void {
    if (sql === this.script.sql) return;
    this.script.sql = sql;
    this.script.fromLink = false;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => void this.plan(0).then(() => this.remember()), typingPause);
  }

  /** Plans the statement and shows it from `step`. True when there is a trace. */
  async plan(step: number): Promise<boolean> {
    const planning = this.#plan(step);
    this.#planning = planning;
    try {
      return await planning;
    } finally {
      if (this.#planning === planning) this.#planning = null;
    }
  }

  async #plan(step: number): Promise<boolean> {
    clearTimeout(this.#typing);
    if (!this.dataset.ready) return false;
    const trace = await this.script.trace(this.dataset.takeFirst());
    if (!trace && this.script.noQuery) {
      this.selection.clear();
      this.timeline.show(null);
    }
    // The stage, or the editor, says what is wrong: no result may lie over it.
    if (!trace && this.script.failure && this.sheet === 'result') this.sheet = null;
    if (!trace) return false;
    this.selection.clear();
    this.timeline.show(trace, step);
    this.#attach();
    return true;
  }

  /** Puts the counters of a run onto the plan that they belong to. */
  #attach(): void {
    const { timeline, results } = this;
    const ran = results.outcome?.statements.findLast(({ actuals }) => actuals.length > 0);
    if (ran && results.sql === this.script.traced && ran.actuals.length === timeline.trace?.physical.length) {
      timeline.ran(ran.actuals);
    }
  }

  /** One step on; plans first when the statement changed. Presses while it is planned are not lost. */
  async step(by = 1): Promise<void> {
    this.begun = true;
    if (!(await this.#upToDate(0))) return;
    this.timeline.nudge(by);
  }

  /** Plans the statement unless that was done, or is being done. True when what is shown belongs to it. */
  async #upToDate(step: number): Promise<boolean> {
    if (this.script.stale) await this.#planning;
    return !this.script.stale || this.plan(step);
  }

  go(index: number): void {
    this.begun = true;
    this.timeline.go(index);
  }

  async run(): Promise<void> {
    if (!this.dataset.ready || this.results.state !== 'idle') return;
    this.begun = true;
    const sql = this.script.sql;
    await this.#upToDate(this.timeline.index);
    const well = await this.results.run(sql, this.script.disabled);
    this.script.fromLink = false;
    const { outcome, failure } = this.results;
    if (failure && failure.code !== codes.cancelled && this.script.sql === sql) this.script.failure = failure;
    this.drawer = well && this.results.shown ? 'result' : 'messages';
    if (matchMedia(sheetsPage).matches) this.sheet = 'result';
    if (outcome?.statements.some(({ result, tag }) => result === null || /^(CREATE|DROP|INSERT|DELETE|UPDATE|ANALYZE)/.test(tag))) {
      await this.dataset.refresh();
      if (well) await this.plan(this.timeline.index);
    }
    this.#attach();
    if (well && this.timeline.actuals.length > 0) this.timeline.go(this.timeline.last);
  }

  /** Writes the state into the address: a new entry of the history for a new statement, else in place. */
  remember(fresh = false): void {
    if (this.dataset.loading) return;
    // A step belongs to the statement that was planned, not to one that is being typed.
    const step = this.script.stale ? 0 : this.timeline.index;
    const address = writeAddress({ dataset: this.dataset.current, sql: this.script.sql, step });
    if (address === this.#written) return;
    this.#written = address;
    if (fresh) history.pushState(null, '', address);
    else history.replaceState(null, '', address);
  }

  async share(): Promise<void> {
    this.remember();
    try {
      await navigator.clipboard.writeText(location.href);
      const missing = this.dataset.made.filter((name) => this.script.sql.toLowerCase().includes(name) && !makes(this.script.sql, name));
      this.notice =
        missing.length === 0
          ? 'The link to this statement and step is copied.'
          : `The link is copied. It does not hold what you made: put CREATE and INSERT of ${missing.join(', ')} before the query.`;
    } catch {
      this.notice = 'The browser did not allow copying. The link is in the address bar.';
    }
  }

  async #recover(cause: Failure): Promise<void> {
    const { dataset, timeline } = this;
    const at = timeline.index;
    this.notice = `${cause.message}. The data set ${datasetKey(dataset.current)} is loaded again; tables you made are gone.`;
    if (dataset.loading) return;
    if (await this.#load(dataset.current)) await this.plan(at);
  }
}

const key = Symbol('session');

export const provideSession = (session: Session): Session => setContext(key, session);
export const useSession = (): Session => getContext<Session>(key);

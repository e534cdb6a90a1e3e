// A trace as a row of still pictures: one frame for each step and, after a run, one more with what really happened.
import type { OperatorActual, PhysicalNode, Step, Trace } from '../engine/types.gen.ts';
import { anchor, boundsOf, layout, reaches, type Bounds, type Place } from './layout.ts';
import { versions, type Fate, type Gone, type Version } from './lineage.ts';
import { amount, operatorError, plural, short, type EstimateError } from './numbers.ts';
import { charactersIn, contentOf, extentOf, mayBeCut, type Content, type Density } from './shape.ts';

export type Phase = Step['phase'] | 'run';

/** How an edge or a star is painted beside its fate. */
export type Role = 'plain' | 'winner';

export interface SceneNode {
  track: number;
  occurrence: number;
  operator: number;
  parent: number | null;
  place: Place;
  content: Content;
  fate: Fate;
  sources: number[];
  role: Role;
  /** Rows that leave the node, estimated or counted; null where nothing is known yet. */
  rows: number | null;
  error: EstimateError | null;
  /** What a screen reader says. */
  label: string;
}

export interface Frame {
  phase: Phase;
  root: number;
  nodes: Map<number, SceneNode>;
  gone: Gone[];
  /** Pattern letters of the rule that will fire next, on the nodes of this frame. */
  pattern: Map<number, string>;
  bounds: Bounds;
  /** Whether the step that made this frame changed nothing that is drawn. */
  quiet: boolean;
}

export interface Scene {
  frames: Frame[];
  versions: Version[];
}

interface Estimates {
  nodes: Map<number, { node: PhysicalNode; actual: OperatorActual | null }>;
}

function estimatesOf(trace: Trace, actuals: OperatorActual[]): Estimates {
  const nodes = new Map<number, { node: PhysicalNode; actual: OperatorActual | null }>();
  for (const [at, node] of trace.physical.entries()) nodes.set(node.occurrence, { node, actual: actuals[at] ?? null });
  return { nodes };
}

const fateWords: Record<Fate, string> = {
  kept: '',
  changed: ', changed',
  moved: ', moved',
  created: ', new',
  split: ', split',
  copied: ', copied',
  merged: ', merged',
};

const rowsOf = (count: number) => `${short(count)} ${short(count) === '1' ? 'row' : 'rows'}`;

/** A dense plan keeps the rows; cost and estimate wait for a click, and stand in the table of operators. */
function numbersOf(known: ReturnType<Estimates['nodes']['get']>, run: boolean, density: Density): string | null {
  if (!known) return null;
  const { node, actual } = known;
  const rest = density === 'roomy';
  if (run && actual) return rowsOf(actual.rows) + (rest ? ` · est ${short(node.rows)}` : '');
  return `≈${rowsOf(node.rows)}` + (rest ? ` · cost ${amount(node.cost, node.terms[0]?.unit ?? '')}` : '');
}

function errorOf(known: ReturnType<Estimates['nodes']['get']>, run: boolean): EstimateError | null {
  return run && known?.actual ? operatorError(known.node.rows, known.actual) : null;
}

/** Letters of the bindings of the step that leads away from a version. */
function patternOf(version: Version, next: Step | undefined): Map<number, string> {
  const letters = new Map<number, string>();
  if (!next?.rule) return letters;
  const put = (occurrence: number, name: string) => {
    const track = version.trackOf.get(occurrence);
    if (track !== undefined && !letters.get(track)) letters.set(track, name);
  };
  for (const { name, occurrence } of next.bindings) put(occurrence, name);
  if (next.before !== null) put(next.before, '');
  return letters;
}

function frameOf(
  trace: Trace,
  version: Version,
  phase: Phase,
  next: Step | undefined,
  estimates: Estimates,
  before: Frame | null,
  density: Density,
): Frame {
  const run = phase === 'run';
  const physical = isPhysical(phase);
  const contents = new Map<number, Content>();
  for (const member of version.members.values()) {
    const known = physical ? estimates.nodes.get(member.occurrence) : undefined;
    contents.set(member.track, contentOf(trace.operators[member.operator], numbersOf(known, run, density), density, errorOf(known, run)));
  }
  const loose = layout(version, contents, density);
  const places = before ? anchor(loose, new Map([...before.nodes].map(([at, node]) => [at, node.place]))) : loose;
  const nodes = new Map<number, SceneNode>();
  for (const member of version.members.values()) {
    const content = contents.get(member.track);
    const place = places.get(member.track);
    if (!content || !place) continue;
    const known = physical ? estimates.nodes.get(member.occurrence) : undefined;
    const actual = run ? known?.actual : undefined;
    const rows = known ? (actual?.rows ?? known.node.rows) : null;
    const error = errorOf(known, run);
    // The physical plan is the logical one made runnable: that every operator got its algorithm is no change to mark.
    const fate = run || (physical && (member.fate === 'changed' || member.fate === 'moved')) ? 'kept' : member.fate;
    const said = known ? `, ${actual ? '' : 'an estimated '}${plural(Math.round(rows ?? 0), 'row')}` : '';
    nodes.set(member.track, {
      track: member.track,
      occurrence: member.occurrence,
      operator: member.operator,
      parent: member.parent,
      place,
      content,
      fate,
      sources: run ? [] : member.sources,
      role: physical ? 'winner' : 'plain',
      rows,
      error,
      label: `${content.verb} ${content.object}${said}${fateWords[fate]}`.trim(),
    });
  }
  const gone = run ? [] : version.gone;
  return {
    phase,
    root: version.root,
    nodes,
    gone,
    pattern: patternOf(version, next),
    bounds: boundsOf([...nodes.values()].map(({ place }) => place)),
    quiet: gone.length === 0 && [...nodes.values()].every(({ fate }) => fate === 'kept'),
  };
}

const isPhysical = (phase: Phase) => phase === 'physical' || phase === 'run';

/** Density of the plans before the search, and of the plan that won. */
interface Densities {
  logical: Density;
  physical: Density;
}

function framesOf(trace: Trace, actuals: OperatorActual[], plans: Version[], densities: Densities): Frame[] {
  const estimates = estimatesOf(trace, actuals);
  const density = (phase: Phase) => densities[isPhysical(phase) ? 'physical' : 'logical'];
  const frames: Frame[] = [];
  for (const [at, step] of trace.steps.entries()) {
    const version = plans[at];
    if (!version) continue;
    frames.push(frameOf(trace, version, step.phase, trace.steps[at + 1], estimates, frames.at(-1) ?? null, density(step.phase)));
  }
  const last = plans.at(-1);
  if (last && actuals.length > 0 && trace.physical.length > 0) {
    frames.push(frameOf(trace, last, 'run', undefined, estimates, frames.at(-1) ?? null, density('run')));
  }
  return frames;
}

/**
 * Dense plans have room beside many nodes: their words take it, and nothing moves for them. A node that did not change
 * says the same in every frame, so it takes the least room that it ever has.
 */
function widen(trace: Trace, frames: Frame[]): Frame[] {
  const key = ({ track, operator }: SceneNode) => `${track} ${operator}`;
  const least = new Map<string, number>();
  const long: SceneNode[] = [];
  for (const { nodes } of frames) {
    const found = [...nodes.values()].filter(({ content }) => mayBeCut(content));
    if (found.length === 0) continue;
    long.push(...found);
    const widths = reaches(new Map([...nodes].map(([track, { place }]) => [track, place])), 'dense');
    for (const node of found) least.set(key(node), Math.min(least.get(key(node)) ?? Infinity, widths.get(node.track) ?? 0));
  }
  for (const node of long) {
    const room = charactersIn(least.get(key(node)) ?? 0, 'dense');
    node.content = contentOf(trace.operators[node.operator], node.content.numbers, 'dense', node.error, room);
    node.place = { ...node.place, ...extentOf(node.content) };
  }
  return frames;
}

/** The largest plan, in pixels, that is drawn roomy: what pages of 390, 1,440 and 2,000 pixels show at its own size. */
const roomiest = { narrow: { width: 0, height: 0 }, usual: { width: 720, height: 560 }, wide: { width: 1200, height: 640 } };

/** How much room the page has for a plan. */
export type Room = keyof typeof roomiest;

function densityOf(frames: Frame[], room: Room): Density {
  const { width, height } = roomiest[room];
  const large = ({ bounds: { left, top, right, bottom } }: Frame) => right - left > width || bottom - top > height;
  return frames.some(large) ? 'dense' : 'roomy';
}

/**
 * Builds all frames. With the counters of a run, one frame more shows them. All logical plans of a trace have one
 * density, so that nothing but a rule changes what stands in a node.
 */
export function buildScene(trace: Trace, actuals: OperatorActual[] = [], room: Room = 'usual'): Scene {
  const plans = versions(trace);
  const frames = framesOf(trace, actuals, plans, { logical: 'roomy', physical: 'roomy' });
  const densities = {
    logical: densityOf(frames.filter(({ phase }) => !isPhysical(phase)), room),
    physical: densityOf(frames.filter(({ phase }) => isPhysical(phase)), room),
  };
  const roomy = densities.logical === 'roomy' && densities.physical === 'roomy';
  if (roomy) return { frames, versions: plans };
  return { frames: widen(trace, framesOf(trace, actuals, plans, densities)), versions: plans };
}

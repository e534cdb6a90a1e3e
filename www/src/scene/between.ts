// The picture at a position of the timeline: an interpolation between two frames. First the pattern that matched is
// marked, then the plan morphs. A pure function of (scene, position); going back is going forward read backwards.
import type { Fate } from './lineage.ts';
import type { Place } from './layout.ts';
import type { EstimateError } from './numbers.ts';
import type { Frame, Role, Scene, SceneNode } from './scene.ts';
import { star, type Content } from './shape.ts';

export interface DrawnNode {
  key: string;
  track: number;
  occurrence: number;
  x: number;
  y: number;
  right: number;
  below: number;
  opacity: number;
  /** Opacity of the words, which are exchanged half way when they differ. */
  words: number;
  content: Content;
  fate: Fate | 'dropped';
  /** How strongly the fate's mark is drawn, 0 to 1. */
  strength: number;
  /** Pattern letter when the node is about to be rewritten; '' for a matched node without a letter. */
  letter: string | null;
  matched: number;
  role: Role;
  error: EstimateError | null;
  label: string;
  ghost: boolean;
}

export interface DrawnEdge {
  key: string;
  track: number;
  path: string;
  width: number;
  opacity: number;
  role: Role;
}

/** A line from where a node stood to where it is. */
export interface Trail {
  key: string;
  kind: 'moved' | 'split' | 'copied' | 'merged';
  x1: number;
  y1: number;
  x2: number;
  y2: number;
  opacity: number;
}

export interface Drawing {
  nodes: DrawnNode[];
  edges: DrawnEdge[];
  trails: Trail[];
}

/** Parts of a step: marks of the last one fade, the match is shown, then everything moves. */
const rhythm = { fade: 0.08, shown: 0.14, morph: 0.36, settled: 0.6 };

const clamp = (t: number) => Math.min(1, Math.max(0, t));
const mix = (a: number, b: number, t: number) => a + (b - a) * t;
const ease = (t: number) => (t < 0.5 ? 4 * t ** 3 : 1 - (2 - 2 * t) ** 3 / 2);

/** How far the morph of a step is, for a position `t` within it. */
export function morph(t: number): number {
  return ease(clamp((t - rhythm.morph) / (1 - rhythm.morph)));
}

/** The position within a step at which its match is fully shown and nothing has moved yet. */
export const matchShown = 0.3;

/** Width of an edge that carries `rows`, growing with their logarithm. */
export function edgeWidth(rows: number | null): number {
  return rows === null ? 1.5 : 1.5 + 1.5 * Math.log10(Math.max(1, rows));
}

/** Half way the words are exchanged: a frame grows before and shrinks after, so that it always holds them. */
const mixExtent = (a: number, b: number, t: number) => mix(a, b, clamp(a < b ? 2 * t : 2 * t - 1));

function mixPlace(a: Place, b: Place, t: number): Place {
  return {
    x: mix(a.x, b.x, t),
    y: mix(a.y, b.y, t),
    right: mixExtent(a.right, b.right, t),
    below: mixExtent(a.below, b.below, t),
  };
}

/** From the parent's words down to the child's star, leaving and arriving upright. */
function edgePath(parent: Place, child: Place): string {
  const r = (value: number) => Math.round(value * 10) / 10;
  const [px, py, cx, cy] = [r(parent.x), r(parent.y + star.radius), r(child.x), r(child.y - star.radius)];
  const straight = Math.min(r(parent.y + parent.below), cy);
  const bend = r((straight + cy) / 2);
  if (Math.abs(px - cx) < 0.5) return `M${px} ${py}L${cx} ${cy}`;
  return `M${px} ${py}L${px} ${straight}C${px} ${bend + 6} ${cx} ${bend - 6} ${cx} ${cy}`;
}

const sameContent = (a: Content, b: Content) =>
  a.verb === b.verb && a.object === b.object && a.numbers === b.numbers && a.badge === b.badge && a.density === b.density;

/** Where a node comes from that was not there: the place of a source, or of a neighbour that was. */
function birthplace(node: SceneNode, from: Frame, to: Frame): Place {
  for (const source of node.sources) {
    const old = from.nodes.get(source);
    if (old) return old.place;
  }
  const kid = [...to.nodes.values()].find(({ parent, track }) => parent === node.track && from.nodes.has(track));
  const near = from.nodes.get(kid?.track ?? -1) ?? from.nodes.get(node.parent ?? -1);
  return near ? near.place : node.place;
}

function drawnNode(node: SceneNode, place: Place, rest: Partial<DrawnNode>): DrawnNode {
  return {
    key: String(node.track),
    track: node.track,
    occurrence: node.occurrence,
    ...place,
    opacity: 1,
    words: 1,
    content: node.content,
    fate: node.fate,
    strength: 0,
    letter: null,
    matched: 0,
    role: node.role,
    error: node.error,
    label: node.label,
    ghost: false,
    ...rest,
  };
}

function trailsOf(to: Frame, from: Frame, places: Map<number, Place>, opacity: number): Trail[] {
  const trails: Trail[] = [];
  for (const node of to.nodes.values()) {
    if (node.fate !== 'moved' && node.fate !== 'split' && node.fate !== 'copied' && node.fate !== 'merged') continue;
    const here = places.get(node.track);
    for (const source of node.sources) {
      const old = from.nodes.get(source)?.place;
      if (!here || !old || Math.hypot(here.x - old.x, here.y - old.y) < 2 * star.radius) continue;
      const key = `${source}-${node.track}`;
      trails.push({ key, kind: node.fate, x1: old.x, y1: old.y, x2: here.x, y2: here.y, opacity });
    }
  }
  return trails;
}

/** The picture at rest: one frame, with the marks of the step that made it. */
function still(scene: Scene, at: number, ahead: boolean): Drawing {
  const frame = scene.frames[at];
  const before = scene.frames[at - 1];
  if (!frame) return { nodes: [], edges: [], trails: [] };
  const places = new Map([...frame.nodes].map(([track, { place }]) => [track, place]));
  const hint = frame.quiet || ahead ? 1 : 0;
  const nodes = [...frame.nodes.values()].map((node) =>
    drawnNode(node, node.place, {
      strength: node.fate === 'kept' ? 0 : 1,
      letter: frame.pattern.get(node.track) ?? null,
      matched: frame.pattern.has(node.track) ? hint : 0,
    }),
  );
  const edges: DrawnEdge[] = [];
  for (const node of frame.nodes.values()) {
    const parent = places.get(node.parent ?? -1);
    if (!parent) continue;
    const path = edgePath(parent, node.place);
    const { track, role } = node;
    edges.push({ key: String(track), track, path, width: edgeWidth(node.rows), opacity: 1, role });
  }
  return { nodes, edges, trails: before ? trailsOf(frame, before, places, 1) : [] };
}

/**
 * The picture at a float position of the timeline. With `ahead`, the match of the next rule is shown at every step at
 * rest, and not only where nothing else is marked: without movement there is no other moment for it.
 */
export function between(scene: Scene, position: number, ahead = false): Drawing {
  const last = scene.frames.length - 1;
  const at = Math.min(last, Math.max(0, Math.floor(position)));
  const t = clamp(position - at);
  const from = scene.frames[at];
  const to = scene.frames[at + 1];
  if (t === 0 || !from || !to) return still(scene, at, ahead);

  const u = morph(t);
  const fading = 1 - clamp(t / rhythm.fade);
  const arriving = clamp((t - rhythm.morph) / (rhythm.settled - rhythm.morph));
  const shown = from.quiet || ahead ? 1 : clamp((t - rhythm.fade / 2) / rhythm.shown);
  const matched = shown * (1 - arriving);
  const match = (track: number) => ({
    letter: from.pattern.get(track) ?? null,
    matched: from.pattern.has(track) ? matched : 0,
  });

  const places = new Map<number, Place>();
  const nodes: DrawnNode[] = [];
  for (const { track, into } of to.gone) {
    const old = from.nodes.get(track);
    if (!old) continue;
    const goal = into === null ? undefined : to.nodes.get(into);
    const place = goal ? mixPlace(old.place, { ...old.place, x: goal.place.x, y: goal.place.y }, u) : old.place;
    places.set(track, place);
    const fate = goal ? 'merged' : 'dropped';
    nodes.push(drawnNode(old, place, { key: `gone ${track}`, opacity: 1 - u, fate, strength: arriving, ghost: true, ...match(track) }));
  }
  for (const node of to.nodes.values()) {
    const old = from.nodes.get(node.track);
    const place = mixPlace(old?.place ?? birthplace(node, from, to), node.place, u);
    places.set(node.track, place);
    const swaps = old !== undefined && !sameContent(old.content, node.content);
    const early = old !== undefined && u < 0.5;
    const fate = early && arriving === 0 ? old.fate : node.fate;
    const strength = fate === 'kept' ? 0 : arriving === 0 ? (old ? fading : 0) : arriving;
    nodes.push(
      drawnNode(node, place, {
        opacity: old ? 1 : u,
        words: swaps ? Math.abs(2 * u - 1) : 1,
        content: early ? old.content : node.content,
        occurrence: early ? old.occurrence : node.occurrence,
        role: early ? old.role : node.role,
        error: early ? old.error : node.error,
        label: early ? old.label : node.label,
        fate,
        strength,
        ...match(node.track),
      }),
    );
  }

  const edges: DrawnEdge[] = [];
  const edge = (key: string, track: number, top: Place | undefined, end: Place | undefined, rest: Omit<DrawnEdge, 'key' | 'track' | 'path'>) => {
    if (top && end) edges.push({ key, track, path: edgePath(top, end), ...rest });
  };
  for (const node of to.nodes.values()) {
    const old = from.nodes.get(node.track);
    const end = places.get(node.track);
    const top = places.get(node.parent ?? -1);
    const role = u < 0.5 && old ? old.role : node.role;
    const width = old ? mix(edgeWidth(old.rows), edgeWidth(node.rows), u) : edgeWidth(node.rows);
    const stays = old !== undefined && old.parent === node.parent;
    edge(String(node.track), node.track, top, end, { width, opacity: stays ? 1 : u, role });
    // Hung elsewhere: the old edge goes while the new one comes.
    if (old && !stays) edge(`was ${node.track}`, node.track, places.get(old.parent ?? -1), end, { width, opacity: 1 - u, role });
  }
  for (const { track } of to.gone) {
    const old = from.nodes.get(track);
    const top = places.get(old?.parent ?? -1);
    edge(`gone ${track}`, track, top, places.get(track), { width: edgeWidth(old?.rows ?? null), opacity: 1 - u, role: 'plain' });
  }
  const trails = arriving > 0 ? trailsOf(to, from, places, arriving) : [];
  const before = scene.frames[at - 1];
  if (before && fading > 0) {
    trails.push(...trailsOf(from, before, new Map([...from.nodes].map(([track, { place }]) => [track, place])), fading));
  }
  return { nodes, edges, trails };
}

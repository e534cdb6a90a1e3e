// The tree's geometry: stars under each other, words to the right of them, no two labels on each other.
import { hierarchy } from 'd3-hierarchy';
import type { Version } from './lineage.ts';
import { extentOf, rooms, star, type Content, type Density, type Extent } from './shape.ts';

/** A node's place: the star's centre, and how far its words reach. */
export interface Place extends Extent {
  x: number;
  y: number;
}

export interface Bounds {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

/** A parent leans over its deeper input, so that left-deep and right-deep trees stay narrow: from this share of the
 * way between its first and last input up to the rest of it. */
const lean = 0.16;

function leanOf(first: Outline, last: Outline): number {
  const share = last.left.length / (first.left.length + last.left.length);
  return Math.min(1 - lean, Math.max(lean, share));
}

/** How far a subtree reaches on each level below its root, relative to the root's star. */
interface Outline {
  left: number[];
  right: number[];
  /** The inputs' stars, relative to the root's. */
  kids: number[];
}

/** Puts subtrees side by side, each as far left as no level of it meets the ones before. */
function outline(self: Extent, kids: Outline[], gap: number): Outline {
  const at: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  for (const kid of kids) {
    const meets = kid.left.map((edge, level) => (right[level] ?? -Infinity) + gap - edge);
    const x = at.length === 0 ? 0 : Math.max(...meets.slice(0, right.length));
    at.push(x);
    for (const [level, edge] of kid.left.entries()) left[level] = Math.min(left[level] ?? Infinity, x + edge);
    for (const [level, edge] of kid.right.entries()) right[level] = Math.max(right[level] ?? -Infinity, x + edge);
  }
  const [first] = kids;
  const last = kids.at(-1);
  const own = first && last && at.length > 1 ? (at.at(-1) ?? 0) * leanOf(first, last) : 0;
  return {
    left: [-star.radius, ...left.map((edge) => edge - own)],
    right: [self.right, ...right.map((edge) => edge - own)],
    kids: at.map((x) => x - own),
  };
}

/** Places for all members of a version, with the root's star at (0, 0). */
export function layout(version: Version, contents: Map<number, Content>, density: Density = 'roomy'): Map<number, Place> {
  const { gap } = rooms[density];
  const nothing: Extent = { right: star.radius, below: star.radius };
  const extents = new Map<number, Extent>();
  for (const track of version.members.keys()) {
    const content = contents.get(track);
    extents.set(track, content ? extentOf(content) : nothing);
  }
  const extent = (track: number) => extents.get(track) ?? nothing;
  const root = hierarchy(version.root, (track) => version.members.get(track)?.kids);

  const outlines = new Map<number, Outline>();
  const heights: number[] = [];
  root.eachAfter(({ data, children, depth }) => {
    const kids = (children ?? []).flatMap((kid) => outlines.get(kid.data) ?? []);
    outlines.set(data, outline(extent(data), kids, gap.x));
    heights[depth] = Math.max(heights[depth] ?? 0, extent(data).below);
  });
  const tops: number[] = [];
  let y = 0;
  for (const [depth, height] of heights.entries()) {
    tops[depth] = y;
    y += height + gap.y + star.radius;
  }
  const places = new Map<number, Place>();
  root.eachBefore(({ data, parent, depth }) => {
    const above = parent && places.get(parent.data);
    const at = parent?.children?.findIndex((kid) => kid.data === data) ?? 0;
    const shift = parent ? (outlines.get(parent.data)?.kids[at] ?? 0) : 0;
    places.set(data, { x: Math.round((above?.x ?? 0) + shift), y: tops[depth] ?? 0, ...extent(data) });
  });
  return places;
}

/** How far the words of each node may reach with nothing moved for them: to the next star on its level, or the plan's edge. */
export function reaches(places: Map<number, Place>, density: Density): Map<number, number> {
  const edge = boundsOf(places.values()).right;
  const gap = star.radius + rooms[density].gap.x;
  const row = [...places].sort(([, a], [, b]) => a.y - b.y || a.x - b.x);
  return new Map(
    row.map(([track, { x, y }], at) => {
      const next = row[at + 1]?.[1];
      return [track, (next?.y === y ? Math.min(edge, next.x - gap) : edge) - x];
    }),
  );
}

function median(values: number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Shifts `places` so that most nodes that were there before stay exactly where they were. */
export function anchor(places: Map<number, Place>, before: Map<number, Place>): Map<number, Place> {
  const dx: number[] = [];
  const dy: number[] = [];
  for (const [track, place] of places) {
    const old = before.get(track);
    if (!old) continue;
    dx.push(old.x - place.x);
    dy.push(old.y - place.y);
  }
  const shift = { x: median(dx), y: median(dy) };
  return new Map([...places].map(([track, place]) => [track, { ...place, x: place.x + shift.x, y: place.y + shift.y }]));
}

export function boundsOf(places: Iterable<Place>): Bounds {
  const bounds = { left: Infinity, top: Infinity, right: -Infinity, bottom: -Infinity };
  for (const { x, y, right, below } of places) {
    bounds.left = Math.min(bounds.left, x - star.radius);
    bounds.top = Math.min(bounds.top, y - star.radius);
    bounds.right = Math.max(bounds.right, x + right);
    bounds.bottom = Math.max(bounds.bottom, y + below);
  }
  return Number.isFinite(bounds.left) ? bounds : { left: 0, top: 0, right: 0, bottom: 0 };
}

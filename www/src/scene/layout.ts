// The tree's geometry: stars under each other, words to the right of them, no two labels on each other.
import { hierarchy, tree } from 'd3-hierarchy';
import type { Version } from './lineage.ts';
import { extentOf, star, type Content, type Extent } from './shape.ts';

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

const gap = { x: 30, y: 20 };

/** Places for all members of a version, with the root's star at (0, 0). */
export function layout(version: Version, contents: Map<number, Content>): Map<number, Place> {
  const nothing: Extent = { right: star.radius, below: star.radius };
  const extents = new Map<number, Extent>();
  const order = new Map<number, number>();
  for (const track of version.members.keys()) {
    const content = contents.get(track);
    extents.set(track, content ? extentOf(content) : nothing);
    order.set(track, order.size);
  }
  const extent = (track: number) => extents.get(track) ?? nothing;
  const root = hierarchy(version.root, (track) => version.members.get(track)?.kids);
  const place = tree<number>()
    .nodeSize([1, 1])
    .separation((a, b) => {
      // The words stand to the right of the star, so only the left one of two neighbours needs their width.
      const left = (order.get(a.data) ?? 0) < (order.get(b.data) ?? 0) ? a : b;
      return extent(left.data).right + star.radius + gap.x;
    });
  const placed = place(root);
  const heights: number[] = [];
  placed.each(({ depth, data }) => {
    heights[depth] = Math.max(heights[depth] ?? 0, extent(data).below);
  });
  const tops: number[] = [];
  let y = 0;
  for (const [depth, height] of heights.entries()) {
    tops[depth] = y;
    y += height + gap.y + star.radius;
  }
  const places = new Map<number, Place>();
  placed.each(({ x, depth, data }) => {
    places.set(data, { x: Math.round(x - placed.x), y: tops[depth] ?? 0, ...extent(data) });
  });
  return places;
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

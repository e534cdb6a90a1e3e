// Where the stage looks. It follows the plan only when the plan leaves the view or has become much smaller, so that a
// step moves what the rule moved and not everything.
import type { Bounds } from './layout.ts';
import { morph } from './between.ts';
import type { Scene } from './scene.ts';

export interface Camera {
  /** The point of the plan in the middle of the view. */
  x: number;
  y: number;
  scale: number;
}

export interface Viewport {
  width: number;
  height: number;
}

const margin = 22;
/** Below `least` words are too small to read; the plan that won may be a little smaller, to be seen as a whole. */
export const limits = { whole: 0.62, least: 0.72, most: 1.15, zoomOut: 0.15, zoomIn: 3 };

/** The camera that shows all of `bounds`, no larger than life. */
export function fit({ left, top, right, bottom }: Bounds, view: Viewport): Camera {
  const scale = Math.min(
    (view.width - 2 * margin) / Math.max(1, right - left),
    (view.height - 2 * margin) / Math.max(1, bottom - top),
  );
  return { x: (left + right) / 2, y: (top + bottom) / 2, scale: Math.max(0.05, Math.min(Math.max(limits.most, view.width / 950), 1.4, scale)) };
}

function holds(camera: Camera, { left, top, right, bottom }: Bounds, view: Viewport): boolean {
  const w = view.width / 2 / camera.scale;
  const h = view.height / 2 / camera.scale;
  const edge = 12 / camera.scale;
  return (
    left >= camera.x - w + edge &&
    right <= camera.x + w - edge &&
    top >= camera.y - h + edge &&
    bottom <= camera.y + h - edge
  );
}

/** Keeps the view over the plan: no further than its edges on an axis where it is larger than the view. */
function within(centre: number, half: number, low: number, high: number): number {
  if (high - low <= 2 * half) return (low + high) / 2;
  return Math.min(high - half, Math.max(low + half, centre));
}

/** A camera for each frame. Where the whole plan would be too small to read, it stays with what changed. */
export function cameras(scene: Scene, view: Viewport): Camera[] {
  const found: Camera[] = [];
  for (const frame of scene.frames) {
    const whole = fit(frame.bounds, view);
    const before = found.at(-1);
    // Running moves nothing: neither does the camera.
    if (frame.phase === 'run' && before) {
      found.push(before);
      continue;
    }
    // The plan that won is looked at as a whole, even where its words get small.
    const least = frame.phase === 'physical' ? limits.whole : limits.least;
    if (whole.scale >= least) {
      const stays = before && before.scale >= least && frame.phase !== 'physical' && holds(before, frame.bounds, view);
      found.push(stays && whole.scale < before.scale * 1.5 ? before : whole);
      continue;
    }
    const touched = [...frame.nodes.values()].filter(({ fate }) => fate !== 'kept').map(({ place }) => place);
    const matched = [...frame.pattern.keys()].flatMap((track) => frame.nodes.get(track)?.place ?? []);
    const focus = touched.length > 0 ? touched : matched;
    const root = frame.nodes.get(frame.root)?.place;
    const points = focus.length > 0 ? focus : root ? [root] : [];
    const sum = points.reduce((to, { x, y, right }) => ({ x: to.x + x + right / 2, y: to.y + y }), { x: 0, y: 0 });
    const n = Math.max(1, points.length);
    const [w, h] = [view.width / 2 / limits.least, view.height / 2 / limits.least];
    const edge = margin / limits.least;
    found.push({
      x: within(sum.x / n, w, frame.bounds.left - edge, frame.bounds.right + edge),
      y: within(sum.y / n, h, frame.bounds.top - edge, frame.bounds.bottom + edge),
      scale: limits.least,
    });
  }
  return found;
}

/** The camera at a float position. */
export function cameraAt(all: Camera[], position: number): Camera {
  const at = Math.min(all.length - 1, Math.max(0, Math.floor(position)));
  const from = all[at] ?? { x: 0, y: 0, scale: 1 };
  const to = all[at + 1] ?? from;
  const u = morph(Math.min(1, Math.max(0, position - at)));
  return { x: from.x + (to.x - from.x) * u, y: from.y + (to.y - from.y) * u, scale: from.scale + (to.scale - from.scale) * u };
}

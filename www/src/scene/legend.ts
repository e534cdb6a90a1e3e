// The marks that a drawing carries, counted, in the order of the legend.
import type { Drawing } from './between.ts';
import type { Frame } from './scene.ts';

export const markOrder = ['matched', 'created', 'changed', 'moved', 'split', 'copied', 'merged', 'dropped'] as const;
export type Mark = (typeof markOrder)[number];

/** Marks that are drawn for the most part. At rest, `frame` adds what was dropped: it is no longer drawn. */
export function marksOf(drawing: Drawing, frame: Frame | null): { mark: Mark; count: number }[] {
  const counts = new Map<string, number>();
  const add = (mark: string) => counts.set(mark, (counts.get(mark) ?? 0) + 1);
  for (const node of drawing.nodes) {
    if (node.matched > 0.5) add('matched');
    // What is merged into another is counted there.
    if (node.strength > 0.5 && node.fate !== 'kept' && !(node.ghost && node.fate === 'merged')) add(node.fate);
  }
  for (const { into } of frame?.gone ?? []) if (into === null) add('dropped');
  return markOrder.flatMap((mark) => {
    const count = counts.get(mark);
    return count === undefined ? [] : [{ mark, count }];
  });
}

/** Steps in which something became of the node with this identity, or whose rule matched it. */
export function firingsOf(frames: Frame[], track: number): Set<number> {
  const found = new Set<number>();
  for (const [at, frame] of frames.entries()) {
    const fate = frame.nodes.get(track)?.fate ?? 'kept';
    const touched = fate !== 'kept' || frame.gone.some((gone) => gone.track === track);
    if (touched || frames[at - 1]?.pattern.has(track)) found.add(at);
  }
  return found;
}

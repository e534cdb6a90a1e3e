// The one selection of the page: a node of the plan through all its versions, or a group of the memo. Choosing a node
// lights its text in the statement, its firings, its group and its operator.
import { firingsOf } from '../scene/legend.ts';
import type { Timeline } from './timeline.svelte.ts';
import type { Span } from '../engine/types.gen.ts';

export class Selection {
  /** The identity of the chosen node. */
  track = $state<number | null>(null);
  /** A group chosen by itself. */
  chosenGroup = $state<number | null>(null);
  readonly #timeline: Timeline;

  /** The chosen node's occurrence in the plan that is shown. */
  readonly occurrence: number | null = $derived.by(() => {
    const timeline = this.#timeline;
    if (this.track === null) return null;
    return timeline.scene?.frames[timeline.index]?.nodes.get(this.track)?.occurrence ?? null;
  });

  readonly span: Span | null = $derived.by(() => {
    const { trace } = this.#timeline;
    if (!trace || this.occurrence === null) return null;
    return trace.operators[trace.occurrences[this.occurrence]?.operator ?? -1]?.span ?? null;
  });

  /** The group of the chosen node's operator, or the chosen group. */
  readonly group: number | null = $derived.by(() => {
    if (this.chosenGroup !== null) return this.chosenGroup;
    const { trace, scene } = this.#timeline;
    if (this.track === null || !trace || !scene) return null;
    const last = scene.versions.at(-1)?.members.get(this.track)?.occurrence;
    return trace.physical.find(({ occurrence }) => occurrence === last)?.group ?? null;
  });

  /** Steps in which something became of the chosen node. */
  readonly firings: Set<number> = $derived.by(() => {
    const frames = this.track === null ? [] : (this.#timeline.scene?.frames ?? []);
    return firingsOf(frames, this.track ?? -1);
  });

  constructor(timeline: Timeline) {
    this.#timeline = timeline;
  }

  node(track: number): void {
    this.chosenGroup = null;
    this.track = this.track === track ? null : track;
  }

  /** Chooses the node of an occurrence of the last plan. */
  operator(occurrence: number): void {
    const track = this.#timeline.scene?.versions.at(-1)?.trackOf.get(occurrence);
    if (track !== undefined) {
      this.chosenGroup = null;
      this.track = track;
    }
  }

  memoGroup(id: number): void {
    const { trace, scene } = this.#timeline;
    const occurrence = trace?.physical.find(({ group }) => group === id)?.occurrence;
    this.track = (occurrence === undefined ? undefined : scene?.versions.at(-1)?.trackOf.get(occurrence)) ?? null;
    this.chosenGroup = id;
  }

  clear(): void {
    this.track = null;
    this.chosenGroup = null;
  }
}

// What became of what: from the occurrences of each plan version and what they say they came from, one identity per
// drawn node ("track") that lives through the steps, and the fate of every node at every step. Nothing is guessed
// from how two plans look; only from lineage.
import type { Occurrence, Operator, Trace } from '../engine/types.gen.ts';

export type Fate = 'kept' | 'changed' | 'moved' | 'created' | 'split' | 'copied' | 'merged';

export interface Member {
  track: number;
  occurrence: number;
  operator: number;
  parent: number | null;
  kids: number[];
  depth: number;
  fate: Fate;
  /** Tracks, in the version before, of the nodes that this one came from. */
  sources: number[];
}

export interface Gone {
  track: number;
  /** The track that took this node in, when it was merged; null when it was dropped. */
  into: number | null;
}

/** One plan version. Members are in pre-order. */
export interface Version {
  root: number;
  members: Map<number, Member>;
  trackOf: Map<number, number>;
  gone: Gone[];
}

/** Occurrences below `root` in pre-order, each with its parent. An occurrence listed twice is taken once. */
function preorder(occurrences: Occurrence[], root: number): { id: number; parent: number | null; depth: number }[] {
  const found: { id: number; parent: number | null; depth: number }[] = [];
  const seen = new Set<number>();
  const stack: { id: number; parent: number | null; depth: number }[] = [{ id: root, parent: null, depth: 0 }];
  for (let next = stack.pop(); next; next = stack.pop()) {
    const occurrence = occurrences[next.id];
    if (!occurrence || seen.has(next.id)) continue;
    seen.add(next.id);
    found.push(next);
    for (const kid of occurrence.kids.toReversed()) stack.push({ id: kid, parent: next.id, depth: next.depth + 1 });
  }
  return found;
}

/** The occurrences of the version before that `id` came from; lineage that passes through other versions is followed. */
function sourcesIn(before: Version, occurrences: Occurrence[], id: number): number[] {
  const found = new Set<number>();
  const seen = new Set<number>();
  const visit = (at: number) => {
    if (seen.has(at)) return;
    seen.add(at);
    const track = before.trackOf.get(at);
    if (track !== undefined) found.add(track);
    else for (const from of occurrences[at]?.from ?? []) visit(from);
  };
  visit(id);
  return [...found];
}

/** The tracks of the leaves below each node: what a node "reads", by which moving is told from being passed by. */
function leavesOf(version: Version): Map<number, string> {
  const leaves = new Map<number, number[]>();
  for (const member of [...version.members.values()].reverse()) {
    const below = member.kids.length === 0 ? [member.track] : member.kids.flatMap((kid) => leaves.get(kid) ?? []);
    leaves.set(member.track, below);
  }
  return new Map([...leaves].map(([track, below]) => [track, below.sort((a, b) => a - b).join()]));
}

function ancestors(version: Version, track: number): Set<number> {
  const found = new Set<number>();
  for (let at = version.members.get(track)?.parent ?? null; at !== null; at = version.members.get(at)?.parent ?? null) {
    found.add(at);
  }
  return found;
}

/**
 * A node moved when it now reads other leaves, or when it went below a node that it was above and that still reads
 * the same leaves (else that one moved, and this one was passed).
 */
function markMoves(before: Version, after: Version): void {
  const was = leavesOf(before);
  const is = leavesOf(after);
  const steady = (track: number) => was.get(track) === is.get(track);
  for (const member of after.members.values()) {
    if ((member.fate !== 'kept' && member.fate !== 'changed') || member.kids.length === 0) continue;
    if (!before.members.has(member.track)) continue;
    const above = ancestors(before, member.track);
    const sunk = [...ancestors(after, member.track)].some(
      (at) => before.members.has(at) && !above.has(at) && steady(at) && ancestors(before, at).has(member.track),
    );
    // Leaves also change for all above a leaf that went away: only a node that was linked anew can have moved.
    const old = before.members.get(member.track);
    const relinked = old !== undefined && old.parent !== member.parent && old.kids.join() !== member.kids.join();
    if (member.sources.length === 1 && (sunk || (relinked && !steady(member.track)))) member.fate = 'moved';
  }
}

/** What an operator is apart from its inputs: an operator's number in the trace also says what it stands on. */
const itself = ({ verb, object, kind, columns }: Operator) => [verb, object, kind, ...columns].join('\n');

function build(trace: Pick<Trace, 'occurrences' | 'operators'>, root: number, before: Version | null, fresh: () => number): Version {
  const { occurrences, operators } = trace;
  const order = preorder(occurrences, root);
  const trackOf = new Map<number, number>();
  const fates = new Map<number, { fate: Fate; sources: number[] }>();
  const taken = new Set<number>();
  const named = (operator: number | undefined) => {
    const known = operators[operator ?? -1];
    return known ? itself(known) : '';
  };
  const same = (track: number | undefined, id: number) => named(before?.members.get(track ?? -1)?.operator) === named(occurrences[id]?.operator);
  const take = (id: number, track: number) => {
    trackOf.set(id, track);
    taken.add(track);
  };

  // Untouched nodes and copies of the spine first: they are who they were.
  const derived: { id: number; sources: number[] }[] = [];
  for (const { id } of order) {
    const occurrence = occurrences[id];
    const sources = before ? sourcesIn(before, occurrences, id) : [];
    const own = sources[0];
    const known = before?.trackOf.has(id) || (occurrence?.origin === 'spine' && sources.length === 1);
    if (known && own !== undefined && !taken.has(own)) {
      take(id, own);
      fates.set(id, { fate: 'kept', sources: [] });
    } else if (sources.length > 0) {
      derived.push({ id, sources });
    }
  }
  // Then those with lineage: a node that still is the same operator has the better claim.
  const claims = (strict: boolean) => {
    for (const { id, sources } of derived) {
      if (trackOf.has(id)) continue;
      const track = sources.find((at) => !taken.has(at) && (!strict || same(at, id)));
      if (track !== undefined) take(id, track);
    }
  };
  claims(true);
  claims(false);
  const uses = new Map<number, number[]>();
  for (const { id, sources } of derived) for (const at of sources) uses.set(at, [...(uses.get(at) ?? []), id]);
  for (const { id, sources } of derived) {
    const [only] = sources;
    const heirs = uses.get(only ?? -1) ?? [];
    // One node became several: parts of it where none is still the whole, else copies.
    const several: Fate = heirs.some((heir) => same(only, heir)) ? 'copied' : 'split';
    const shared = heirs.length > 1 || !trackOf.has(id);
    const fate: Fate = sources.length > 1 ? 'merged' : shared ? several : same(only, id) ? 'kept' : 'changed';
    fates.set(id, { fate, sources });
  }
  for (const { id } of order) if (!trackOf.has(id)) trackOf.set(id, fresh());

  const members = new Map<number, Member>();
  const track = (id: number): number => trackOf.get(id) ?? -1;
  for (const { id, parent, depth } of order) {
    const known = fates.get(id);
    members.set(track(id), {
      track: track(id),
      occurrence: id,
      operator: occurrences[id]?.operator ?? -1,
      parent: parent === null ? null : track(parent),
      kids: (occurrences[id]?.kids ?? []).filter((kid) => trackOf.has(kid)).map(track),
      depth,
      fate: known?.fate ?? (before ? 'created' : 'kept'),
      sources: known?.sources ?? [],
    });
  }
  const version: Version = { root: track(root), members, trackOf, gone: [] };
  if (before) {
    markMoves(before, version);
    for (const old of before.members.keys()) {
      if (members.has(old)) continue;
      const heir = [...members.values()].find((member) => member.fate === 'merged' && member.sources.includes(old));
      version.gone.push({ track: old, into: heir?.track ?? null });
    }
  }
  return version;
}

/** All plan versions of a trace, one per step, with identities that last through them. */
export function versions(trace: Pick<Trace, 'occurrences' | 'operators' | 'steps'>): Version[] {
  let next = 0;
  const fresh = () => next++;
  const found: Version[] = [];
  for (const step of trace.steps) found.push(build(trace, step.root, found.at(-1) ?? null, fresh));
  return found;
}

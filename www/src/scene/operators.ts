// The physical plan as a table: one row an operator in pre-order, with what was estimated and what happened.
import type { OperatorActual, PhysicalNode, Trace } from '../engine/types.gen.ts';
import { operatorError, type EstimateError } from './numbers.ts';
import { verbWords } from './shape.ts';

export interface OperatorRow {
  node: PhysicalNode;
  verb: string;
  object: string;
  depth: number;
  actual: OperatorActual | null;
  error: EstimateError | null;
  /** Milliseconds in the operator itself, without its inputs; null before a run. */
  ownMs: number | null;
  /** Share of the own time of all operators, 0 to 1; null before a run. */
  share: number | null;
}

export function operatorRows(trace: Trace, actuals: OperatorActual[]): OperatorRow[] {
  const depths = new Map<number, number>();
  const root = trace.physical[0];
  const stack = root ? [{ id: root.occurrence, depth: 0 }] : [];
  for (let next = stack.pop(); next; next = stack.pop()) {
    if (depths.has(next.id)) continue;
    depths.set(next.id, next.depth);
    for (const kid of trace.occurrences[next.id]?.kids ?? []) stack.push({ id: kid, depth: next.depth + 1 });
  }
  // The engine counts time in an operator and below it.
  const timeOf = new Map(trace.physical.map(({ occurrence }, at) => [occurrence, actuals[at]?.ms ?? 0]));
  const own = (occurrence: number) => {
    const below = (trace.occurrences[occurrence]?.kids ?? []).reduce((sum, kid) => sum + (timeOf.get(kid) ?? 0), 0);
    return Math.max(0, (timeOf.get(occurrence) ?? 0) - below);
  };
  const total = trace.physical.reduce((sum, { occurrence }) => sum + own(occurrence), 0);
  return trace.physical.map((node, at) => {
    const operator = trace.operators[trace.occurrences[node.occurrence]?.operator ?? -1];
    const actual = actuals[at] ?? null;
    return {
      node,
      verb: verbWords(operator?.verb ?? ''),
      object: operator?.object ?? '',
      depth: depths.get(node.occurrence) ?? 0,
      actual,
      error: actual ? operatorError(node.rows, actual) : null,
      ownMs: actual ? own(node.occurrence) : null,
      share: actual && total > 0 ? own(node.occurrence) / total : null,
    };
  });
}

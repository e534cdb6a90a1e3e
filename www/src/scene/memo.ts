// The memo as a readable list: the root's group first, then what its winner uses, then the groups that lost.
import type { Group, GroupExpression, Memo } from '../engine/types.gen.ts';
import { inUnits, short } from './numbers.ts';

/** The unit of costs in this memo: that of the terms they are sums of. */
export function costUnit(memo: Memo): string {
  for (const { expressions } of memo.groups) {
    for (const { terms } of expressions) if (terms[0]) return terms[0].unit;
  }
  return '';
}

export interface MemoRow {
  expression: GroupExpression;
  /** How this one compares with the group's winner, in words; empty for the winner and for logical expressions. */
  margin: string;
}

export interface MemoGroup {
  group: Group;
  winner: GroupExpression | null;
  rows: MemoRow[];
  /** Whether the winning plan passes through this group. */
  onPath: boolean;
}

function margin(expression: GroupExpression, best: number | null): string {
  if (!expression.physical) return '';
  const note = inUnits(expression.note);
  if (expression.pruned) return note || 'pruned before it was costed to the end';
  if (expression.winner) return note;
  if (expression.cost === null || best === null) return note;
  if (best === 0) return note || 'costs more';
  const ratio = expression.cost / best;
  const words = ratio < 1.0005 ? 'costs the same' : ratio < 2 ? `costs ${short((ratio - 1) * 100)} % more` : `costs ${short(ratio)} times as much`;
  // The engine's own comparison says the same with more digits.
  return note && !note.startsWith('costs ') ? `${words}; ${note}` : words;
}

const byCost = (a: MemoRow, b: MemoRow) => {
  const rank = ({ expression }: MemoRow) => (expression.winner ? 0 : !expression.physical ? 3 : expression.pruned ? 2 : 1);
  return rank(a) - rank(b) || (a.expression.cost ?? Infinity) - (b.expression.cost ?? Infinity) || a.expression.id - b.expression.id;
};

/** All groups in reading order. */
export function memoList(memo: Memo): MemoGroup[] {
  const groups = new Map(memo.groups.map((group) => [group.id, group]));
  const winnerOf = (group: Group) =>
    group.expressions.filter(({ winner }) => winner).sort((a, b) => (a.cost ?? Infinity) - (b.cost ?? Infinity))[0] ?? null;

  const path: number[] = [];
  const visit = (id: number) => {
    const group = groups.get(id);
    if (!group || path.includes(id)) return;
    path.push(id);
    for (const { groups: inputs, winner } of group.expressions) if (winner) inputs.forEach(visit);
  };
  visit(memo.root);
  const rest = memo.groups.map(({ id }) => id).filter((id) => !path.includes(id)).sort((a, b) => b - a);
  return [...path, ...rest].flatMap((id) => {
    const group = groups.get(id);
    if (!group) return [];
    const winner = winnerOf(group);
    const rows = group.expressions
      .map((expression) => ({ expression, margin: margin(expression, winner?.cost ?? null) }))
      .sort(byCost);
    return [{ group, winner, rows, onPath: path.includes(id) }];
  });
}

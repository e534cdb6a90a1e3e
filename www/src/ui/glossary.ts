// Terms a newcomer may not know, each explained in about two lines.
import { verbWords } from '../scene/shape.ts';

export const glossary = {
  'logical plan': 'What to compute, as operators of the relational algebra. It says nothing yet about how: no algorithm, no order of access.',
  'physical plan': 'The plan that runs: every operator names an algorithm, such as a hash join or a merge join, and has a cost.',
  normalize: 'Rules that make any plan better or simpler, whatever the data. They are applied until none of them fires any more.',
  rule: 'A law of the algebra used in one direction: where its pattern matches and its guards hold, one plan is replaced by an equal one.',
  guard: 'A condition that must hold, besides the pattern, for a rule to be right here.',
  pattern: 'The shape of plan a rule looks for. Its letters stand for the parts that the rewrite uses again.',
  memo: 'A table of all alternatives the search has found. Equal plans share one group, so that nothing is planned twice.',
  group: 'All expressions that give the same rows. The cheapest of each group makes up the winning plan.',
  'q-error': 'How far an estimate is off, as a factor: the larger of estimated/actual and actual/estimated. 1 is exact.',
  cost: 'The optimizer’s measure for comparing plans: a sum of named terms. Only its ratio to other costs means something.',
  estimate: 'The number of rows the optimizer expects, derived from statistics before anything runs.',
  selectivity: 'The share of rows that a condition lets through, between 0 and 1.',
  histogram: 'Values at equal steps through the sorted column: between each two lie about equally many rows.',
  'most common values': 'The values that occur most often, each with its share of the rows.',
  distinct: 'How many different values a column has.',
  analyze: 'The statement ANALYZE reads the tables and gathers statistics, from which rows are estimated.',
  order: 'The order in which an expression delivers its rows. A merge join needs it; a sort makes it.',
  pruned: 'Given up before it was costed to the end: what was known already cost more than the best alternative.',
  batch: 'Operators hand on rows in batches, up to 2,048 at a time, column by column.',
  loops: 'How often the operator was started: once, or below an apply once for each row of its left input.',
  derivation: 'How an estimate was made: the formula, the statistics that went in, and what was assumed.',
} as const;

export type TermName = keyof typeof glossary;

/** What each operator of the algebra does, by the words that its verb contains; the first that fits is taken. */
const operators: [word: string, what: string][] = [
  ['cross join', 'pairs every row of one input with every row of the other'],
  ['left join', 'pairs matching rows, and keeps rows of the left input that have no match'],
  ['right join', 'pairs matching rows, and keeps rows of the right input that have no match'],
  ['full join', 'pairs matching rows, and keeps rows of both inputs that have no match'],
  ['anti join', 'keeps rows of the left input that have no match in the right one'],
  ['semi join', 'keeps rows of the left input that have a match in the right one'],
  ['mark join', 'marks each row of the left input with whether it has a match'],
  ['single join', 'adds the one matching row, or NULLs; more than one is an error'],
  ['dependent', 'evaluates its right input anew for every row of the left one'],
  ['apply', 'evaluates its right input anew for every row of the left one'],
  ['merge', 'walks two sorted inputs side by side'],
  ['hash join', 'puts one input into a hash table and looks up the rows of the other'],
  ['nested loop', 'compares every row of one input with every row of the other'],
  ['join', 'pairs rows of two inputs that satisfy its condition'],
  ['scan', 'reads the rows of a table'],
  ['values', 'gives rows that stand in the statement'],
  ['empty', 'gives no rows'],
  ['filter', 'keeps the rows that satisfy its condition'],
  ['project', 'computes the columns that go on'],
  ['distinct', 'drops rows that occurred before'],
  ['aggregate', 'makes one row of each group'],
  ['top', 'keeps the first rows in an order'],
  ['sort', 'puts rows in order'],
  ['limit', 'stops after a number of rows'],
  ['union', 'puts the rows of its inputs together'],
  ['append', 'puts the rows of its inputs together'],
  ['intersect', 'keeps rows that occur in both inputs'],
  ['except', 'keeps rows that do not occur in the second input'],
];

export function whatItDoes(verb: string): string | null {
  const words = verbWords(verb);
  return operators.find(([word]) => words.includes(word))?.[1] ?? null;
}

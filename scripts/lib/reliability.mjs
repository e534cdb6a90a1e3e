// The figures of `npm run reliability`: which test makes each, how much of it, and what it must reach. A test prints its
// figure as a line "R3 answers 20000: 0 unexplained"; it also runs in the gate, in a smaller size.

/**
 * `env` sets the size in which the test runs, `least` the count that its line must reach: each `[usual, nightly]`.
 * `needs` says what the test cannot do without; when that is missing the figure is skipped.
 */
export const figures = [
  {
    id: 'R1',
    what: 'the public sqllogictest sample',
    test: ['cli', 'sqllogictest', 'the_corpus_passes'],
    least: [167_884, 167_884],
    needs: 'corpus',
  },
  {
    id: 'R2',
    what: 'the sample with all normalization rules off, and with one rule off',
    test: ['cli', 'sqllogictest', 'the_corpus_passes_with_rules_off'],
    // Not all files, not even nightly: in some a record fails without rules, which rightly spare it a division by zero.
    least: [40_000, 40_000],
    needs: 'corpus',
  },
  {
    id: 'R3',
    what: 'ternary logic partitioning and non-optimizing reference',
    test: ['engine', 'metamorphic', 'answers_agree_with_each_other'],
    env: { METAMORPHIC_SEEDS: [5_000, 1_250_000] },
    least: [20_000, 5_000_000],
  },
  {
    id: 'R4',
    what: 'ten plans of a query at random costs',
    test: ['optimizer', 'many_plans', 'ten_plans_of_a_query_give_the_same_rows'],
    env: { MANY_PLANS: [2_000, 100_000] },
    least: [2_000, 100_000],
  },
  {
    id: 'R5',
    what: 'random queries answered by PostgreSQL',
    test: ['testkit', 'random_queries', 'answers_are_those_of_postgresql'],
    env: { PG_QUERIES: [5_200, 1_040_000] },
    least: [5_000, 1_000_000],
    needs: 'postgresql',
  },
  {
    id: 'R10',
    what: 'every operation of the page store fails, once, for good, or unacknowledged',
    test: ['storage', 'faults', ''],
    least: [1_000, 1_000],
  },
  {
    id: 'R12',
    what: 'damaged statements',
    test: ['engine', 'fuzz', 'damaged_statements_answer_or_fail_cleanly'],
    env: { ROUNDS: [100, 50_000] },
    least: [200_000, 100_000_000],
  },
  {
    id: 'R13',
    what: 'damaged stores',
    test: ['storage', 'corruption', 'random_damage_gives_the_right_rows_or_names_a_page'],
    env: { CORRUPTION_SEEDS: [10_000, 1_000_000] },
    least: [10_000, 1_000_000],
  },
  {
    id: 'R14',
    what: 'damaged CSV texts',
    test: ['engine', 'csv_damage', 'damaged_csv_is_read_whole_or_refused'],
    env: { CSV_SEEDS: [10_000, 1_000_000] },
    least: [10_000, 1_000_000],
  },
  {
    id: 'R16',
    what: 'hostile shapes, natively',
    test: ['sql', 'hostile', 'shapes_of_all_sizes_neither_overflow_nor_hang'],
    env: { LARGEST: [1_000_000, 1_000_000] },
    least: [500, 500],
  },
];

/** Figures of the list in RELIABILITY that nothing makes yet. */
export const missing = ['R6', 'R7', 'R8', 'R9', 'R11', 'R15', 'R17', 'R18', 'R19', 'R20', 'R21', 'R22', 'R23', 'R24'];

/** The lines of a figure in a test's output: what was counted, how many, what came of it. */
export function readFigures(id, output) {
  const lines = output.matchAll(/^(R\d+) (\D+?) (\d+): (.+)$/gm);
  return [...lines].filter(([, found]) => found === id).map(([, , what, count, result]) => ({ what, count: Number(count), result }));
}

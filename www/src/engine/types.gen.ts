// Generated from crates/wasm/src/dto. Do not edit: UPDATE=1 cargo test -p wasm --test bindings
// Spans count UTF-16 code units, as JavaScript strings do. Times are milliseconds.

/** A half-open range of the SQL text. */
export interface Span {
  start: number
  end: number
}

/** Why a statement failed. Every method that fails throws one. */
export interface Failure {
  /** SQLSTATE, five characters. */
  code: string
  message: string
  hint: string | null
  span: Span | null
}

/** A column of a result. */
export interface ColumnHeader {
  name: string
  /** PostgreSQL's name of the type. */
  type: string
}

/** Milliseconds a statement spent in each phase. */
export interface Timing {
  parse: number
  bind: number
  normalize: number
  search: number
  execute: number
  total: number
}

/** What one physical operator did. */
export interface OperatorActual {
  rows: number
  batches: number
  /** How often it was started: more than once below an apply. */
  loops: number
  /** How often it came to its end: less often when an operator above needed no more rows. */
  ended: number
  /** Time in it and below it. */
  ms: number
  /** Most memory it held. */
  bytes: number
}

/** What one statement did. */
export interface StatementOutcome {
  /** PostgreSQL's command tag, such as `SELECT 5`. */
  tag: string
  span: Span
  columns: ColumnHeader[]
  /** Ask `rows` for the rows by this id; null for commands. */
  result: number | null
  rowCount: number
  timing: Timing
  /** Per operator of the physical plan, in pre-order; empty for commands. */
  actuals: OperatorActual[]
}

/** What a script did: statements before a failure keep their effect. */
export interface Outcome {
  statements: StatementOutcome[]
  failure: Failure | null
}

/** Some rows of a result, each value as text, null for NULL. */
export interface RowsWindow {
  start: number
  rows: ((string | null)[])[]
}

/** How far a long call has come. */
export interface Progress {
  /** 0 to 1. */
  fraction: number
  label: string
}

/** A sample query and what to watch in it. */
export interface SampleQuery {
  id: string
  title: string
  teaches: string
  sql: string
}

/** A common value and its fraction of all rows. */
export interface CommonValue {
  value: string
  fraction: number
}

/** What ANALYZE found of a column. */
export interface ColumnStats {
  distinct: number
  nullFraction: number
  min: string | null
  max: string | null
  mostCommon: CommonValue[]
  /** Bounds of an equi-depth histogram. */
  histogram: string[]
}

/** A column of a table. */
export interface ColumnSchema {
  name: string
  type: string
  nullable: boolean
  stats: ColumnStats | null
}

/** A primary or unique key. */
export interface KeySchema {
  name: string
  columns: string[]
  primary: boolean
}

/** A foreign key. */
export interface ForeignKeySchema {
  columns: string[]
  table: string
  referenced: string[]
}

/** A table. */
export interface TableSchema {
  name: string
  columns: ColumnSchema[]
  keys: KeySchema[]
  foreignKeys: ForeignKeySchema[]
  rows: number
  pages: number
  analyzed: boolean
}

/** A guard of a rule. */
export interface Guard {
  name: string
  says: string
}

/** A rule of the optimizer. */
export interface RuleCard {
  name: string
  family: string
  stage: 'normalize' | 'explore' | 'implement'
  /** The algebraic law. */
  law: string
  /** The pattern as a text tree. */
  pattern: string
  guards: Guard[]
  /** The paper or system it comes from. */
  source: string
  /** When it would change the answer, were a guard dropped. */
  wrongWhen: string
  example: string
}

/** An operator over its inputs; equal ones have one index. */
export interface Operator {
  verb: string
  object: string
  kind: string
  physical: boolean
  columns: string[]
  span: Span | null
  /** The operator in one line. */
  detail: string
}

/** An operator in one plan version or several: what the stage draws. An id that two versions share was not touched. */
export interface Occurrence {
  /** Index into `operators`. */
  operator: number
  kids: number[]
  /** Occurrences of the version before that it came from. */
  from: number[]
  origin: 'created' | 'spine' | 'derived'
}

/** A pattern letter on the occurrence it matched. */
export interface Binding {
  name: string
  occurrence: number
}

/** A side condition, and the fact that satisfied it. */
export interface Evidence {
  condition: string
  fact: string
}

/** One step: the plan after it, and what happened. */
export interface Step {
  phase: 'logical' | 'normalize' | 'search' | 'physical'
  /** Occurrence: the plan's root after the step. */
  root: number
  /** Null for the bound plan, the search and the plan that won. */
  rule: string | null
  /** Where the rule matched, in the plan before. */
  before: number | null
  /** What it made, in the plan after. */
  after: number | null
  bindings: Binding[]
  evidence: Evidence[]
  sentence: string
  beforeText: string
  afterText: string
}

/** A named term of a cost. */
export interface CostTerm {
  name: string
  value: number
  unit: string
  formula: string
}

/** A number an estimate used, and where it is from. */
export interface DerivationInput {
  name: string
  value: number
  source: string
}

/** How a row estimate came about. */
export interface Derivation {
  formula: string
  inputs: DerivationInput[]
  result: number
  assumption: string | null
}

/** An expression of a group. */
export interface GroupExpression {
  id: number
  verb: string
  object: string
  groups: number[]
  physical: boolean
  rule: string | null
  /** The order it was costed for; empty for none. */
  order: string
  /** Cost of the expression with its inputs; null for logical ones and those given up early. */
  cost: number | null
  terms: CostTerm[]
  winner: boolean
  pruned: boolean
  note: string
}

/** Expressions that give the same rows. */
export interface Group {
  id: number
  label: string
  rows: number
  derivation: Derivation
  expressions: GroupExpression[]
}

/** The memo after the search. */
export interface Memo {
  root: number
  groups: Group[]
  /** Join pairs enumerated. */
  pairs: number
  expressions: number
  /** The named fallback, when the search fell back. */
  fallback: string | null
}

/** An operator of the plan that won, in pre-order. */
export interface PhysicalNode {
  occurrence: number
  rows: number
  cost: number
  ownCost: number
  terms: CostTerm[]
  derivation: Derivation
  group: number
}

/** Everything the optimizer did with a query. */
export interface Trace {
  sql: string
  /** Names of the rules that fired. */
  rules: string[]
  operators: Operator[]
  occurrences: Occurrence[]
  steps: Step[]
  memo: Memo | null
  physical: PhysicalNode[]
  /** FNV-1a hash of the trace's text form: equal traces have equal hashes. */
  hash: string
}

/** Why a rule did not fire at an occurrence. */
export interface WhyNot {
  rule: string
  occurrence: number
  /** The first part of the pattern, or the first guard, that failed. */
  reason: string
}

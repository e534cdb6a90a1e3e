// Shapes that cross from the engine to the page. Generated from crates/wasm; do not edit.
export interface Span { start: number; end: number }
export interface Failure { code: string; message: string; hint: string | null; span: Span | null }
export interface ColumnHeader { name: string; type: string }

export interface Timing { parse: number; bind: number; normalize: number; search: number; execute: number; total: number } // ms
export interface StatementOutcome {
  tag: string;                 // 'SELECT 5', 'CREATE TABLE', 'INSERT 0 3', 'ANALYZE', 'EXPLAIN'
  span: Span; columns: ColumnHeader[];
  result: number | null;       // id to fetch rows by; null for commands
  rowCount: number; timing: Timing;
  actuals: OperatorActual[];   // per operator of the physical plan, in pre-order; empty for commands
}
export interface Outcome { statements: StatementOutcome[]; failure: Failure | null }  // statements before a failure keep their effect
export interface OperatorActual { rows: number; batches: number; loops: number; ms: number; bytes: number }

export interface TableSchema { name: string; columns: ColumnSchema[]; keys: { name: string; columns: string[]; primary: boolean }[];
  foreignKeys: { columns: string[]; table: string; referenced: string[] }[]; rows: number; pages: number; analyzed: boolean }
export interface ColumnSchema { name: string; type: string; nullable: boolean; stats: ColumnStats | null }
export interface ColumnStats { distinct: number; nullFraction: number; min: string | null; max: string | null;
  mostCommon: { value: string; fraction: number }[]; histogram: string[] }

export interface RuleCard { name: string; family: string; stage: 'normalize' | 'explore' | 'implement'; law: string; pattern: string; // pattern as a text tree
  guards: { name: string; says: string }[]; source: string; wrongWhen: string; example: string; enabled: boolean }

export interface Trace {
  sql: string; rules: string[] /* names of rules that fired */;
  operators: Operator[]; occurrences: Occurrence[]; steps: Step[]; memo: Memo | null; physical: PhysicalNode[]; hash: string;
}
export interface Operator { verb: string; object: string; kind: string; physical: boolean; columns: string[]; span: Span | null; detail: string /* one line text form */ }
export interface Occurrence { operator: number; kids: number[]; from: number[]; origin: 'created' | 'spine' | 'derived' }
// An occurrence id present in both versions = untouched. origin 'spine': copied only because something below changed (from = [old]) -> stays in place.
// 'derived': from names what it came from (one = moved/changed, several = merged; the same source named by several = copied). 'created': from is empty.
export interface Step {
  phase: 'logical' | 'normalize' | 'search' | 'physical';
  root: number;                 // occurrence: root of the plan after this step
  rule: string | null;          // null for: the bound plan (first step), search summary step, extracted physical plan
  before: number | null;        // occurrence in the plan before this step where the rule matched
  after: number | null;         // occurrence in this step's plan
  bindings: { name: string; occurrence: number }[];   // pattern letters on occurrences of the plan before
  evidence: { condition: string; fact: string }[];     // why it was allowed
  sentence: string;             // "The filter on o_orderdate moves below the join: it reads only orders."
  beforeText: string; afterText: string;              // the touched subtree as text trees
}
export interface Memo { root: number; groups: Group[]; pairs: number; expressions: number; fallback: string | null }
export interface Group { id: number; label: string; rows: number; derivation: Derivation; expressions: GroupExpression[] }
export interface GroupExpression { id: number; verb: string; object: string; groups: number[]; physical: boolean; rule: string | null;
  order: string; cost: number | null; terms: CostTerm[]; winner: boolean; pruned: boolean; note: string }
export interface CostTerm { name: string; value: number; unit: string; formula: string }
export interface Derivation { formula: string; inputs: { name: string; value: number; source: string }[]; result: number; assumption: string | null }
export interface PhysicalNode { occurrence: number; rows: number; cost: number; ownCost: number; terms: CostTerm[]; derivation: Derivation; group: number } // pre-order of the physical plan
export interface WhyNot { rule: string; occurrence: number; reason: string }   // first pattern part or guard that failed, in words

export interface RowsWindow { start: number; rows: (string | null)[][] }
export interface SampleQuery { id: string; title: string; teaches: string; sql: string }
export interface Progress { fraction: number; label: string }


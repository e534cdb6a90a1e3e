import { describe, expect, test } from 'vitest';
import { filmsTrace, plainActuals } from '../testing/fixtures/films.ts';
import { between } from './between.ts';
import { diff } from './diff.ts';
import { firingsOf, marksOf } from './legend.ts';
import { memoList } from './memo.ts';
import { operatorRows } from './operators.ts';
import { buildScene } from './scene.ts';
import { cut, symbolOf, unqualified } from './shape.ts';

const trace = filmsTrace();
const scene = buildScene(trace, plainActuals);

describe('the memo as a list', () => {
  const list = trace.memo ? memoList(trace.memo) : [];
  test('begins at the root and follows the winners', () => {
    expect(list.map(({ group, onPath }) => `${onPath ? '★' : ' '} G${group.id}`)).toEqual(['★ G3', '★ G2', '★ G0', '★ G1']);
  });
  test('puts the winner first, then losers by cost, pruned ones, and logical expressions', () => {
    const join = list.find(({ group }) => group.id === 2);
    expect(join?.rows.map(({ expression }) => expression.verb)).toEqual(['hash join', 'nested loop join', 'join', 'join']);
    expect(join?.winner?.cost).toBe(615);
  });
  test('says by how much a loser lost', () => {
    const memo = trace.memo;
    if (!memo) throw new Error('the fixture has a memo');
    const group = memo.groups[0];
    const loser = (cost: number, note = '') => ({ ...memo.groups[0]?.expressions[1], id: cost, cost, winner: false, note });
    const priced = { ...memo, root: 0, groups: [{ ...group, expressions: [...(group?.expressions ?? []), loser(100), loser(140, 'costs 1.400 times the winner'), loser(250, 'its order is of no use')] }] };
    const rows = memoList(priced as typeof memo)[0]?.rows ?? [];
    expect(rows.map(({ margin }) => margin)).toEqual(['', 'costs the same', 'costs 40 % more', 'costs 2.5 times as much; its order is of no use', '']);
  });
});

describe('operators as a table', () => {
  test('before a run there are estimates only', () => {
    const rows = operatorRows(trace, []);
    expect(rows.map(({ depth, verb }) => `${depth} ${verb}`)).toEqual(['0 project', '1 hash join', '2 table scan', '2 table scan']);
    expect(rows.every(({ actual, error, share }) => actual === null && error === null && share === null)).toBe(true);
  });
  test('after a run, rows have their error and their own time', () => {
    const [project, join, left, right] = operatorRows(trace, plainActuals);
    expect(right?.error).toMatchObject({ side: 'under', band: 2 });
    expect(left?.error?.side).toBe('right');
    expect(project?.ownMs).toBe(0);
    expect(join?.ownMs).toBeCloseTo(0.41 - 0.12 - 0.2);
    const shares = [project, join, left, right].reduce((sum, row) => sum + (row?.share ?? 0), 0);
    expect(shares).toBeCloseTo(1);
  });
});

describe('before and after as text', () => {
  const text = ({ before, after }: ReturnType<typeof diff>) => [before, after].map((side) => side.map((line) => `${line.kind} ${line.text.trim()}`));
  test('marks what went and what came, whatever the depth', () => {
    expect(text(diff('filter a\n  join\n    scan x\n    scan y', 'join\n  filter a\n    scan x\n  scan y'))).toEqual([
      ['gone filter a', 'same join', 'same scan x', 'same scan y'],
      ['same join', 'new filter a', 'same scan x', 'same scan y'],
    ]);
  });
  test('a node that hangs deeper is the same node', () => {
    expect(text(diff('join\n├── scan x\n└── scan y', 'join\n├── filter a\n│   └── scan x\n└── scan y'))).toEqual([
      ['same join', 'same ├── scan x', 'same └── scan y'],
      ['same join', 'new ├── filter a', 'same │   └── scan x', 'same └── scan y'],
    ]);
  });
  test('from nothing and to nothing', () => {
    expect(text(diff('', 'scan x'))).toEqual([[], ['new scan x']]);
    expect(text(diff('scan x', ''))).toEqual([['gone scan x'], []]);
  });
});

describe('marks', () => {
  test('are named and counted, what was dropped too', () => {
    expect(marksOf(between(scene, 3), scene.frames[3] ?? null)).toEqual([{ mark: 'copied', count: 2 }]);
    expect(marksOf(between(scene, 6), scene.frames[6] ?? null)).toEqual([{ mark: 'dropped', count: 1 }]);
    expect(marksOf(between(scene, 0), null)).toEqual([{ mark: 'matched', count: 1 }]);
  });
  test('firings of a node are the steps that touched it', () => {
    const filter = [...(scene.frames[0]?.nodes.values() ?? [])].find(({ content }) => content.verb === 'filter');
    expect([...firingsOf(scene.frames, filter?.track ?? -1)]).toEqual([1, 2, 3, 4]);
  });
});

describe('words and symbols of a node', () => {
  test('long objects end in an ellipsis, at a word', () => {
    expect(cut('a = b', 40)).toBe('a = b');
    expect(cut('', 40)).toBe('');
    expect(cut('o_orderdate >= 1994-01-01 and o_orderdate < 1995-01-01', 40)).toBe('o_orderdate >= 1994-01-01 and…');
    expect(cut('s_nationkey = n_nationkey_and_more', 26)).toBe('s_nationkey = n_nationkey…');
    expect(cut('x'.repeat(90), 40)).toHaveLength(40);
  });
  test('tables before columns go where the columns stay distinct', () => {
    expect(unqualified('customer.c_nationkey = n1.n_nationkey')).toBe('c_nationkey = n_nationkey');
    expect(unqualified("l1.l_orderkey = l2.l_orderkey and l2.l_shipmode = 'a.b'")).toBe("l1.l_orderkey = l2.l_orderkey and l_shipmode = 'a.b'");
    expect(unqualified('t."a.b" = 1.5')).toBe('t."a.b" = 1.5');
  });
  test.each([
    ['hash-join', 'HashJoin', { path: 'join' }],
    ['cross-join', 'Join', { path: 'cross' }],
    ['hash-left-join', 'HashJoin', { path: 'left' }],
    ['null-aware-anti-join', 'Join', { path: 'anti' }],
    ['dependent-semi-join', 'Join', { path: 'semi' }],
    ['table-scan', 'TableScan', { path: 'table' }],
    ['filter', 'PhysFilter', { letter: 'σ' }],
    ['hash-distinct', 'HashAggregate', { letter: 'δ' }],
    ['hash-aggregate', 'HashAggregate', { letter: 'γ' }],
    ['top-n-heap', 'TopNHeap', { letter: 'τ' }],
    ['union-all', 'SetOp', { letter: '∪' }],
    ['except', 'SetOp', { letter: '−' }],
    ['something-new', 'New', { path: 'plain' }],
  ])('%s', (verb, kind, symbol) => expect(symbolOf({ verb, kind })).toEqual(symbol));
});

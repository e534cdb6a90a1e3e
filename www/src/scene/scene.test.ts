import { describe, expect, test } from 'vitest';
import { TraceBuilder } from '../testing/fixtures/builder.ts';
import { filmsTrace, plainActuals } from '../testing/fixtures/films.ts';
import { between } from './between.ts';
import { cameraAt, cameras, limits } from './camera.ts';
import { versions } from './lineage.ts';
import { buildScene, type Frame, type Room } from './scene.ts';
import { drawingText } from './text.ts';

const trace = filmsTrace();
const scene = buildScene(trace, plainActuals);

/** "fate verb" of all nodes of a frame whose fate is not to be kept, and what is gone. */
function fates(at: number): string[] {
  const frame = scene.frames[at];
  const before = scene.frames[at - 1];
  if (!frame) return [];
  const marked = [...frame.nodes.values()].filter(({ fate }) => fate !== 'kept').map(({ fate, content }) => `${fate} ${content.verb}`);
  const gone = frame.gone.map(({ track, into }) => `${into === null ? 'dropped' : 'joined'} ${before?.nodes.get(track)?.content.verb}`);
  return [...marked, ...gone];
}

/** Nodes of a frame whose stars or words lie on each other. */
function overlaps({ nodes }: Frame): string[] {
  const list = [...nodes.values()];
  return list.flatMap(({ place: a, label }, i) =>
    list.slice(i + 1).flatMap(({ place: b, label: other }) => {
      const apart = a.x + a.right <= b.x - 11 || b.x + b.right <= a.x - 11 || a.y + a.below <= b.y - 11 || b.y + b.below <= a.y - 11;
      return apart ? [] : [`${label} / ${other}`];
    }),
  );
}

describe('what became of each node', () => {
  test('the bound plan has no marks, and the match of the first rule is shown on it', () => {
    expect(fates(0)).toEqual([]);
    const drawn = between(scene, 0).nodes.filter(({ matched }) => matched === 1);
    expect(drawn.map(({ content, letter }) => `${letter} ${content.verb}`)).toEqual(['F filter']);
  });
  test.each([
    [1, ['changed filter']],
    [2, ['changed join', 'moved filter']],
    [3, ['copied filter', 'copied filter']],
    [4, ['merged scan', 'merged scan', 'joined filter', 'joined filter']],
    [5, ['created project']],
    [6, ['dropped project']],
    [7, []],
    [8, []],
  ])('step %i', (at, expected) => expect(fates(at)).toEqual(expected));

  test('an identity lasts through all steps', () => {
    const all = versions(trace);
    const tracks = all.map((version) => version.trackOf.get(trace.steps[all.indexOf(version)]?.root ?? -1));
    expect(new Set(tracks).size).toBe(1);
    for (const version of all) {
      const parents = [...version.members.values()].filter(({ parent }) => parent === null);
      expect(parents).toHaveLength(1);
      expect(new Set(version.trackOf.values()).size).toBe(version.members.size);
    }
  });

  test('every node of a version is accounted for in the next', () => {
    for (const [at, frame] of scene.frames.entries()) {
      const before = scene.frames[at - 1];
      if (!before) continue;
      const gone = new Set(frame.gone.map(({ track }) => track));
      for (const track of before.nodes.keys()) expect(frame.nodes.has(track) !== gone.has(track)).toBe(true);
    }
  });
});

describe('one node that became two', () => {
  const fatesOf = (left: string, right: string) => {
    const b = new TraceBuilder('');
    const scans = [b.make('scan: a'), b.make('scan: b')] as const;
    const filter = b.make('filter: x and y', b.make('join', ...scans));
    b.step('logical', filter);
    b.step('normalize', b.from(filter, left, b.make('join', b.from(filter, right, scans[0]), scans[1])));
    const { frames } = buildScene(b.trace());
    return [...(frames[1]?.nodes.values() ?? [])].filter(({ content }) => content.verb === 'filter').map(({ fate }) => fate);
  };
  test('is split when neither is the whole, and copied when one still is', () => {
    expect(fatesOf('filter: x', 'filter: y')).toEqual(['split', 'split']);
    expect(fatesOf('filter: x and y', 'filter: y')).toEqual(['copied', 'copied']);
  });
});

test('a node over other inputs is no other node: operators are numbered together with their inputs', () => {
  const b = new TraceBuilder('');
  const scan = b.make('scan: a');
  const filter = b.make('filter: x', scan);
  b.step('logical', filter);
  b.step('normalize', b.from(filter, null, b.from(scan, 'scan: a where y')));
  const { operators, occurrences, ...rest } = b.trace();
  const last = occurrences.findLastIndex(({ kids }) => kids.length > 0);
  const again = occurrences.map((occurrence, at) => (at === last ? { ...occurrence, operator: operators.length } : occurrence));
  const filters = operators[occurrences[last]?.operator ?? -1];
  const { frames } = buildScene({ ...rest, occurrences: again, operators: filters ? [...operators, filters] : operators });
  expect([...(frames[1]?.nodes.values() ?? [])].map(({ fate }) => fate)).toEqual(['kept', 'changed']);
});

describe('the drawing', () => {
  test('at rest', () => {
    expect(drawingText(between(scene, 2))).toMatchSnapshot();
  });
  test('between two steps: matched, then half way', () => {
    expect(drawingText(between(scene, 1.3))).toMatchSnapshot();
    expect(drawingText(between(scene, 1.68))).toMatchSnapshot();
  });
  test('after the run: counted rows, and the frame does not move', () => {
    expect(drawingText(between(scene, 9))).toMatchSnapshot();
    const places = (at: number) => [...(scene.frames[at]?.nodes.values() ?? [])].map(({ place }) => [place.x, place.y]);
    expect(places(9)).toEqual(places(8));
  });
  test('is the same from both directions at every step and in between', () => {
    const there = [];
    for (let p = 0; p <= 9; p += 0.25) there.push(drawingText(between(scene, p)));
    const back = [];
    for (let p = 9; p >= 0; p -= 0.25) back.push(drawingText(between(scene, p)));
    expect(back.reverse()).toEqual(there);
  });
  test('approaches each step without a jump', () => {
    for (let k = 1; k < scene.frames.length; k += 1) {
      const near = new Map(between(scene, k - 1e-6).nodes.filter(({ ghost }) => !ghost).map((node) => [node.key, node]));
      for (const node of between(scene, k).nodes) {
        const close = near.get(node.key);
        expect(close?.x).toBeCloseTo(node.x, 2);
        expect(close?.y).toBeCloseTo(node.y, 2);
        expect(close?.content).toEqual(node.content);
        expect(close?.fate).toBe(node.fate);
      }
    }
  });
  test('no two labels lie on each other in any frame', () => {
    for (const frame of scene.frames) expect(overlaps(frame)).toEqual([]);
  });
  test('nodes that nothing happened to stay where they were', () => {
    const [before, after] = [scene.frames[0], scene.frames[1]];
    for (const [track, node] of after?.nodes ?? []) {
      const old = before?.nodes.get(track)?.place;
      expect([node.place.x, node.place.y]).toEqual([old?.x, old?.y]);
    }
  });
});

describe('the camera', () => {
  test('stays where it is while the plan is in view', () => {
    const all = cameras(scene, { width: 900, height: 600 });
    expect(new Set(all.slice(0, 4)).size).toBe(1);
    expect(all.every(({ scale }) => scale <= 1.15)).toBe(true);
  });
  test('stays where it is while the plan runs', () => {
    for (const width of [390, 900]) {
      const all = cameras(scene, { width, height: 300 });
      expect(all.at(-1)).toBe(all.at(-2));
    }
  });
  test('is continuous', () => {
    const all = cameras(scene, { width: 390, height: 420 });
    for (let k = 1; k < all.length; k += 1) {
      expect(cameraAt(all, k - 1e-9).x).toBeCloseTo(all[k]?.x ?? NaN, 3);
      expect(cameraAt(all, k).scale).toBe(all[k]?.scale);
    }
  });
  test('looks at what changed where the whole is too large', () => {
    const all = cameras(scene, { width: 150, height: 120 });
    expect(all.every(({ scale }) => scale === limits.least)).toBe(true);
  });
});

describe('how much a node says', () => {
  const numbers = (room: Room, at: number) =>
    [...(buildScene(trace, plainActuals, room).frames[at]?.nodes.values() ?? [])].map(({ content }) => content.numbers);

  test('a plan that fits says estimate and cost, then rows and estimate', () => {
    expect(numbers('usual', 8)[0]).toMatch(/^≈500 rows · cost /);
    expect(numbers('usual', 9)[0]).toBe('480 rows · est 500');
  });
  test('a narrow page shows the rows alone, and less of each object', () => {
    expect(numbers('narrow', 8)[0]).toBe('≈500 rows');
    expect(numbers('narrow', 9)[0]).toBe('480 rows');
    const { frames } = buildScene(trace, plainActuals, 'narrow');
    for (const frame of frames) expect(overlaps(frame)).toEqual([]);
  });
  test('words of a dense plan take the room beside them, and no more, and stay the same while nothing changes', () => {
    const b = new TraceBuilder('');
    const long = 'where a condition goes on and on until nobody reads it to its end';
    const [left, right] = [b.make(`scan: l ${long}`), b.make(`scan: r ${long}`)];
    const join = b.make('join: l.a = r.a', left, right);
    const top = b.make(`filter: ${long}`, join);
    b.step('logical', top);
    b.step('normalize', b.make('limit: 5', top));
    b.step('normalize', b.from(top, null, b.from(join, null, left, b.make(`filter: ${long}`, b.from(right, 'scan: r')))));
    const { frames } = buildScene(b.trace(), [], 'narrow');
    const shown = frames.map(({ nodes }) => [...nodes.values()].map(({ content }) => content.shown));
    expect(shown[0]?.find((words) => words.startsWith('where'))?.length).toBeGreaterThan(24);
    expect(shown[0]?.find((words) => words.startsWith('l where'))?.length).toBeLessThanOrEqual(24);
    const kept = shown.map((words) => words.find((text) => text.startsWith('where')));
    expect(new Set(kept).size).toBe(1);
    for (const frame of frames) expect(overlaps(frame)).toEqual([]);
  });
  test('the frame of a node ends with its words', () => {
    const b = new TraceBuilder('');
    b.step('logical', b.make('filter: one and two and three and fourandalmosttwentyletters', b.make('join', b.make('scan: aaaaaaaaaaaaaaaaaaaaaaaaaaaaa'), b.make('scan: bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb'))));
    const filter = [...(buildScene(b.trace(), [], 'narrow').frames[0]?.nodes.values() ?? [])].find(({ content }) => content.verb === 'filter');
    expect(filter?.content.shown.length).toBeGreaterThan(24);
    expect(filter?.place.right).toBeLessThan(19 + 8 * (filter?.content.shown.length ?? 0));
  });
  test('counted rows move nothing in a dense plan either', () => {
    const { frames } = buildScene(trace, plainActuals, 'narrow');
    const places = (at: number) => [...(frames[at]?.nodes.values() ?? [])].map(({ place }) => place);
    expect(places(9)).toEqual(places(8));
  });
});

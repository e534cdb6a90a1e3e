// One page run: every engine loads the same rows, then the engines take turns at every query, the order rotating from
// round to round. scripts/bench.mjs calls run() and prints what comes back.
import { agree } from './answers.mjs';
import { generate, samples } from './data.mjs';
import { engines } from './engines.mjs';

const say = (text) => console.info(text);

async function timed(work) {
  const start = performance.now();
  const value = await work();
  return { ms: performance.now() - start, value };
}

/** Opens and fills each engine by turns. */
async function open(names, schema, tables) {
  const opened = [];
  for (const name of names) {
    const start = await timed(() => engines[name]());
    const fill = await timed(() => start.value.load(schema, tables));
    say(`${name}: opened in ${Math.round(start.ms)} ms, loaded in ${Math.round(fill.ms)} ms`);
    opened.push({ name, engine: start.value, openMs: start.ms, loadMs: fill.ms });
  }
  return opened;
}

async function measure(opened, queries, rounds) {
  const results = queries.map(({ number }) => ({
    number,
    times: Object.fromEntries(opened.map(({ name }) => [name, []])),
    answers: {},
    errors: {},
  }));
  for (let round = 0; round < rounds; round++) {
    for (const [at, { sql }] of queries.entries()) {
      const result = results[at];
      for (let turn = 0; turn < opened.length; turn++) {
        const { name, engine } = opened[(turn + round + at) % opened.length];
        if (result.errors[name]) continue;
        try {
          const text = engine.prepare(sql);
          const { ms, value } = await timed(() => engine.query(text));
          result.times[name].push(ms);
          if (round === 0) result.answers[name] = engine.plain(value);
        } catch (error) {
          result.errors[name] = `${error.code ?? ''} ${error.message}`.trim();
        }
      }
    }
    if (round === 0) say('first runs done');
  }
  return results;
}

/** Which engines' answers differ from the first engine's that has one, and where. */
function check({ answers }) {
  const [[base, expected] = [], ...others] = Object.entries(answers);
  return others.flatMap(([name, rows]) => {
    const difference = agree(expected, rows);
    return difference ? [`${name} against ${base}: ${difference}`] : [];
  });
}

window.run = async ({ names, numbers, rounds, scale }) => {
  const { schema, queries } = await samples(numbers);
  const tables = await generate(scale);
  const bytes = [...tables.values()].reduce((sum, { length }) => sum + length, 0);
  say(`TPC-H ${scale}: ${(bytes / 1e6).toFixed(1)} MB of CSV`);
  const opened = await open(names, schema, tables);
  const results = await measure(opened, queries, rounds);
  for (const { engine } of opened) await engine.close();
  return {
    engines: opened.map(({ name, openMs, loadMs }) => ({ name, openMs, loadMs })),
    queries: results.map((result) => ({
      number: result.number,
      rows: Object.values(result.answers)[0]?.length ?? 0,
      times: result.times,
      errors: result.errors,
      differences: check(result),
    })),
  };
};
window.ready = true;

// npm run bench: the engine beside DuckDB-Wasm and SQLite Wasm, in one page run, and the page's first plan beside SQLite's
// first result. Prints and keeps artifacts/bench.json; judges nothing but the answers.
//   --rounds N         times that each query runs on each engine (15)
//   --queries 1,3,5    numbers of TPC-H queries
//   --engines a,b      of planarium, duckdb, sqlite
//   --scale S          of TPC-H (0.01)
//   --loads N          first loads of each page (7; 0 leaves them out)
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { chromiumArgs, ensureChromium } from './lib/browser.mjs';
import { library } from './lib/library.mjs';
import { artifacts, at } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { ask } from './lib/run.mjs';
import { serve } from './lib/serve.mjs';
import { dist } from './lib/site.mjs';
import { Failure, duration, main } from './lib/step.mjs';

const titles = { planarium: 'Planarium', duckdb: 'DuckDB-Wasm', sqlite: 'SQLite Wasm' };

/** What the page shows once its first plan is there. */
const firstPlan = 'svg[data-step] [data-track] text';

function options() {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '15' },
      queries: { type: 'string', default: '1,3,4,5,6,10,12,13,14,18,19' },
      engines: { type: 'string', default: 'planarium,duckdb,sqlite' },
      scale: { type: 'string', default: '0.01' },
      loads: { type: 'string', default: '7' },
    },
  });
  const names = values.engines.split(',');
  const unknown = names.find((name) => !titles[name]);
  if (unknown) throw new Failure(`there is no engine "${unknown}"`, `choose from ${Object.keys(titles).join(', ')}.`);
  return {
    names,
    numbers: values.queries.split(',').map(Number),
    rounds: Math.max(2, Number(values.rounds)),
    scale: Number(values.scale),
    loads: Number(values.loads),
  };
}

const median = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
};
const geometricMean = (values) => Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
const cell = (value, digits = 1) => (value === undefined ? '–' : value.toFixed(digits)).padStart(10);

/** First run and median of the others, by engine. */
function summarize({ queries }, names) {
  return queries.map(({ number, rows, times, errors, differences }) => {
    const first = {};
    const typical = {};
    for (const name of names) {
      if (errors[name] || times[name].length < 2) continue;
      first[name] = times[name][0];
      typical[name] = median(times[name].slice(1));
    }
    return { number, rows, first, median: typical, errors, differences };
  });
}

/** Planarium's median over that of each other engine, over all queries that both answered. */
function ratios(summary, names) {
  return names
    .filter((name) => name !== 'planarium')
    .map((other) => {
      const both = summary.filter(({ median: m }) => m.planarium !== undefined && m[other] !== undefined);
      return { other, queries: both.length, ratio: both.length ? geometricMean(both.map(({ median: m }) => m.planarium / m[other])) : undefined };
    });
}

function printQueries(summary, names, rounds) {
  const others = names.filter((name) => name !== 'planarium' && names.includes('planarium'));
  const head = (prefix) => names.map((name) => `${prefix} ${titles[name].split(/[- ]/)[0]}`.padStart(16)).join('');
  console.log(`\nmilliseconds a query, ${rounds} rounds by turns; median without the first run\n`);
  console.log(`query  rows${head('first')}${head('median')}${others.map((name) => `/ ${titles[name].split(/[- ]/)[0]}`.padStart(10)).join('')}`);
  for (const { number, rows, first, median: typical, errors, differences } of summary) {
    const wide = (value) => cell(value).padStart(16);
    const ratio = others.map((name) => cell(typical.planarium === undefined || typical[name] === undefined ? undefined : typical.planarium / typical[name], 2));
    console.log(`${`Q${number}`.padEnd(5)}${String(rows).padStart(6)}${names.map((name) => wide(first[name])).join('')}${names.map((name) => wide(typical[name])).join('')}${ratio.join('')}`);
    for (const [name, message] of Object.entries(errors)) console.log(`       ${titles[name]} failed: ${message}`);
    for (const text of differences) console.log(`       ANSWERS DIFFER, ${text}`);
  }
  for (const { other, queries, ratio } of ratios(summary, names)) {
    if (ratio !== undefined && others.length) console.log(`geometric mean, Planarium / ${titles[other]}: ${ratio.toFixed(2)} over ${queries} queries`);
  }
}

/** One page run with all engines. */
async function measureQueries(browser, { loads: _loads, ...settings }) {
  const { address, stop } = await serve(at('tests/bench'), {
    port: 0,
    // Isolated, so that the page's clock ticks in 5 µs instead of 100.
    headers: { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' },
    mounts: {
      '/lib/': library,
      '/tpch/': at('www/src/engine/pkg-tpch'),
      '/duckdb/': at('node_modules/@duckdb/duckdb-wasm/dist'),
      '/arrow/': at('node_modules/apache-arrow'),
      '/flatbuffers/': at('node_modules/flatbuffers/mjs'),
      '/tslib/': at('node_modules/tslib'),
      '/sqlite/': at('node_modules/@sqlite.org/sqlite-wasm/dist'),
    },
  });
  const page = await browser.newPage();
  page.on('console', (message) => console.log(`  ${message.text()}`));
  page.on('pageerror', (error) => console.log(`  ${error.message}`));
  try {
    await page.goto(address);
    await page.waitForFunction(() => window.ready);
    return await page.evaluate((input) => window.run(input), settings);
  } finally {
    await page.close();
    await stop();
  }
}

/** Milliseconds from navigation until a frame finds `selector` with text or content, in a fresh profile. */
async function firstSight(browser, address, selector) {
  const context = await browser.newContext();
  try {
    const page = await context.newPage();
    await page.addInitScript((wanted) => {
      const look = () => {
        const found = document.querySelector(wanted);
        if (found && found.textContent !== '') window.seen = performance.now();
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, selector);
    await page.goto(address);
    await page.waitForFunction(() => window.seen, undefined, { timeout: 30_000 });
    return await page.evaluate(() => window.seen);
  } finally {
    await context.close();
  }
}

/** First loads of the page and of a page with nothing but SQLite, by turns, without a cache. */
async function measureLoads(browser, count) {
  const site = await serve(dist, { port: 0 });
  const other = await serve(at('tests/bench'), { port: 0, mounts: { '/sqlite/': at('node_modules/@sqlite.org/sqlite-wasm/dist') } });
  const times = { planarium: [], sqlite: [] };
  try {
    for (let round = 0; round < count; round++) {
      times.planarium.push(await firstSight(browser, site.address, firstPlan));
      times.sqlite.push(await firstSight(browser, `${other.address}first-sqlite.html`, 'output'));
    }
  } finally {
    await site.stop();
    await other.stop();
  }
  return times;
}

function machine(browser) {
  const [cpu] = cpus();
  return {
    cpu: cpu.model,
    cores: cpus().length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    browser: `Chromium ${browser.version()}`,
    node: process.version,
    load: loadavg()[0],
    commit: ask('git', ['describe', '--always', '--dirty']),
    date: new Date().toISOString(),
  };
}

await main(async () => {
  const settings = options();
  const start = performance.now();
  await prepare('library');
  const { browser: executablePath } = await ensureChromium();
  const { chromium } = await import('@playwright/test');
  const browser = await chromium.launch({ executablePath, args: chromiumArgs });
  try {
    const host = machine(browser);
    console.log(`\n${host.cpu}, ${host.cores} cores, ${host.memoryGiB} GiB; ${host.browser}; load ${host.load.toFixed(1)}\n`);
    const page = await measureQueries(browser, settings);
    const summary = summarize(page, settings.names);
    printQueries(summary, settings.names, settings.rounds);

    let loads;
    if (settings.loads > 0) {
      loads = await measureLoads(browser, settings.loads);
      const [ours, theirs] = [median(loads.planarium), median(loads.sqlite)];
      console.log(`\nfirst load, median of ${settings.loads}: first plan on the page ${ours.toFixed(0)} ms, first result of SQLite Wasm ${theirs.toFixed(0)} ms; ratio ${(ours / theirs).toFixed(2)}`);
    }

    mkdirSync(artifacts, { recursive: true });
    const file = join(artifacts, 'bench.json');
    writeFileSync(file, `${JSON.stringify({ machine: host, settings, summary, ratios: ratios(summary, settings.names), engines: page.engines, loads, raw: page.queries }, null, 2)}\n`);
    console.log(`\nall of it ${duration(performance.now() - start)}; every figure is in artifacts/bench.json`);
    if (summary.some(({ differences }) => differences.length > 0)) throw new Failure('answers differ', 'see the lines above: the figures of those queries mean nothing.');
  } finally {
    await browser.close();
  }
});

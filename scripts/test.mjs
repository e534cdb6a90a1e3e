// npm test: the one gate. `npm test -- clippy e2e` runs some stages only; `npm test -- --list` names them.
// Only Node's own modules here: the npm packages may not be installed yet.
import { ensureChromium } from './lib/browser.mjs';
import { at } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { stages } from './lib/stages.mjs';
import { Failure, duration, main, report } from './lib/step.mjs';

/**
 * In the whole gate everything is built beside the stages that do not need it: compiling the engine for the browser keeps one
 * core busy and little else. What the build says is shown when the first stage that needs it begins.
 */
const build = once(async () => {
  const { ok, output } = await run(process.execPath, [at('scripts/prepare.mjs')], { quiet: true, check: false });
  process.stdout.write(`${output.trimEnd().replace(/^/gm, '  ')}\n`);
  if (!ok) throw new Failure('the build failed', 'read what it says above; "npm run build" does the same.');
});

let beside = false;
const made = new Map();

/** What a stage needs before it can run. Each is made at most once; one that failed fails its stages. */
async function need(name) {
  if (!made.has(name)) made.set(name, make(name));
  await made.get(name);
}

function make(name) {
  if (name === 'chromium') return ensureChromium();
  return beside && name !== 'rust' ? build() : prepare(name);
}

function once(work) {
  let result;
  return () => (result ??= work());
}

function chosen(names) {
  for (const name of names) {
    if (!stages.some((stage) => stage.name === name)) {
      throw new Failure(`there is no stage "${name}"`, `choose from ${stages.map((stage) => stage.name).join(', ')}.`);
    }
  }
  return names.length > 0 ? stages.filter(({ name }) => names.includes(name)) : stages;
}

/** Runs one stage; never throws. */
async function runStage(stage) {
  console.log(`\n━━ ${stage.name}: ${stage.what}`);
  const start = performance.now();
  let counts = { passed: 0, failed: 0 };
  try {
    for (const name of stage.needs) await need(name);
    const result = await stage.work();
    if (result?.failed !== undefined) counts = result;
    if (counts.failed > 0) throw new Failure(counts.why ?? `${counts.failed} of ${counts.passed + counts.failed} tests failed`, stage.advice);
  } catch (error) {
    // A stage that is no test run counts as one failure.
    counts = { ...counts, failed: Math.max(1, counts.failed) };
    if (error instanceof Failure) error.advice ??= stage.advice;
    report(error);
  }
  const took = duration(performance.now() - start);
  console.log(`${counts.failed ? '✗' : '✓'} ${stage.name}: ${took}`);
  return { stage, took, ...counts };
}

await main(async () => {
  const args = process.argv.slice(2);
  if (args.includes('--list')) {
    for (const { name, what } of stages) console.log(`${name.padEnd(8)} ${what}`);
    return;
  }
  const start = performance.now();
  const results = [];
  const due = chosen(args);
  await need('rust');
  beside = args.length === 0;
  // A failure is told by the stages that wait for it.
  if (beside) build().catch(() => {});
  for (const stage of due) results.push(await runStage(stage));

  console.log(`\n━━ summary`);
  for (const { stage, took, passed, failed } of results) {
    const tests = passed + failed > 0 ? `${passed} passed, ${failed} failed` : '';
    console.log(`${failed ? '✗' : '✓'} ${stage.name.padEnd(8)} ${took.padStart(12)}  ${tests}`.trimEnd());
  }
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  console.log(`  all of it ${duration(performance.now() - start)}`);
  console.log(`${sum('passed')} passed, ${sum('failed')} failed`);
  if (sum('failed') > 0) process.exitCode = 1;
});

// The stages of the gate, in the order they run. A stage that runs tests returns { passed, failed }.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findFirefox } from './browser.mjs';
import { cargoCounts, playwrightCounts, vitestCounts } from './counts.mjs';
import { checkLayers, portable } from './layers.mjs';
import { library } from './library.mjs';
import { artifacts, at } from './paths.mjs';
import { run } from './run.mjs';
import { firstLoadLimit, measure, table } from './sizes.mjs';
import { dist } from './site.mjs';
import { Failure } from './step.mjs';

const wasm32 = ['--target', 'wasm32-unknown-unknown'];
const minutes = (n) => n * 60_000;
const node = (script, ...args) => run(process.execPath, [at('node_modules', script), ...args], { limit: minutes(10) });

/** Runs cargo test and counts; a failure to compile or a crash is a failure without a test. */
async function cargoTest(args, env = {}) {
  const { ok, output } = await run('cargo', ['test', '--locked', '--no-fail-fast', ...args], { env, limit: minutes(20), check: false });
  return settle(cargoCounts(output), ok);
}

/** A runner's bad end counts as one failure when no test of its own failed; so does running nothing at all. */
function settle(counts, ok) {
  if (!ok && counts.failed === 0) return { ...counts, failed: 1, why: 'the runner failed' };
  if (counts.passed + counts.failed === 0) return { passed: 0, failed: 1, why: 'no test was run' };
  return counts;
}

async function wasmTests() {
  const browsers = ['chromium', ...(findFirefox() ? ['firefox'] : [])];
  const total = { passed: 0, failed: 0 };
  for (const browser of browsers) {
    console.log(`  in headless ${browser}`);
    const counts = await cargoTest([...wasm32, '-p', 'wasm', '-p', 'tpch', '--lib', '--tests'], {
      PLANARIUM_BROWSER: browser,
      WASM_BINDGEN_USE_BROWSER: '1',
    });
    total.passed += counts.passed;
    total.failed += counts.failed;
    total.why ??= counts.why;
  }
  return total;
}

async function vitest() {
  const report = join(artifacts, 'vitest.json');
  const { ok } = await run(
    process.execPath,
    [at('node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`],
    { limit: minutes(10), check: false },
  );
  return settle(vitestCounts(report), ok);
}

async function playwright() {
  const report = join(artifacts, 'e2e.json');
  mkdirSync(artifacts, { recursive: true });
  const { ok } = await run(process.execPath, [at('node_modules/@playwright/test/cli.js'), 'test'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: report },
    limit: minutes(20),
    check: false,
  });
  return settle(playwrightCounts(report), ok);
}

/**
 * `needs` names what must be there before: see test.mjs.
 */
export const stages = [
  {
    name: 'fmt',
    what: 'rustfmt',
    needs: ['rust'],
    work: () => run('cargo', ['fmt', '--all', '--check']),
    advice: 'run "cargo fmt --all".',
  },
  {
    name: 'layers',
    what: 'layer rules from cargo tree',
    needs: ['rust'],
    work() {
      const { held, broken } = checkLayers();
      for (const sentence of broken) console.error(`✗ ${sentence}`);
      if (broken.length > 0) throw new Failure(`${broken.length} layer rules are broken`, 'move the code to the room that may know both sides.');
      console.log(`  ${held} rules hold`);
    },
  },
  {
    name: 'clippy',
    what: 'clippy, warnings are errors',
    needs: ['rust'],
    work: () => run('cargo', ['clippy', '--locked', '--workspace', '--all-targets', '--', '-D', 'warnings']),
    advice: 'correct what clippy names above.',
  },
  {
    name: 'native',
    what: 'native tests',
    needs: ['rust'],
    work: () => cargoTest(['--workspace']),
    advice: 'read the failures above; when only goldens or generated types differ, UPDATE=1 rewrites them.',
  },
  {
    name: 'wasm32',
    what: 'every crate below the bindings compiles for wasm32',
    needs: ['rust'],
    // A build rather than a check: the browser tests link these very artefacts.
    work: () => run('cargo', ['build', '--locked', '--lib', ...wasm32, ...portable.flatMap((name) => ['-p', name])]),
    advice: 'no clock, file or thread below crates/wasm: take them in through a trait.',
  },
  {
    name: 'wasm',
    what: 'wasm-bindgen tests in a headless browser',
    needs: ['rust', 'bindgen', 'chromium'],
    work: wasmTests,
  },
  {
    name: 'check',
    what: 'types of the page (svelte-check) and of its tests (tsc)',
    needs: ['packages', 'modules'],
    async work() {
      await node('svelte-check/bin/svelte-check', '--tsconfig', './tsconfig.json', '--fail-on-warnings');
      await node('typescript/bin/tsc', '-p', 'tsconfig.node.json');
    },
  },
  {
    name: 'eslint',
    what: 'eslint',
    needs: ['packages', 'modules'],
    work: () => node('eslint/bin/eslint.js', '--max-warnings', '0', '.'),
    advice: '"npx eslint --fix ." corrects what can be corrected by rule.',
  },
  { name: 'vitest', what: 'unit tests of the page', needs: ['packages', 'modules'], work: vitest },
  {
    name: 'site',
    what: 'the built site and library, and their sizes',
    needs: ['packages', 'modules', 'site', 'library'],
    work() {
      const sizes = measure(dist);
      console.log(`site\n${table(sizes)}\n\nlibrary\n${table(measure(library))}`);
      if (sizes.firstLoad.brotli > firstLoadLimit) throw new Failure('the first load is too large', 'see "npm run build".');
    },
  },
  {
    name: 'e2e',
    what: 'end-to-end tests on the built site, under a sub-path',
    needs: ['packages', 'modules', 'site', 'library', 'chromium'],
    work: playwright,
    advice: 'screenshots and traces are in artifacts/.',
  },
];

// The engine and the TPC-H generator, compiled to WebAssembly into www/src/engine/pkg and pkg-tpch.
import { cpSync, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { at, cargoTarget, tools } from './paths.mjs';
import { run } from './run.mjs';
import { hash, stamp } from './stamp.mjs';
import { step } from './step.mjs';
import { wasmBindgen } from './toolchain.mjs';

const triple = 'wasm32-unknown-unknown';

/** The engine runs for as long as one looks at it; -Oz would not make it smaller once compressed. The generator runs once. */
const modules = [
  { crate: 'wasm', out: 'www/src/engine/pkg', level: '-O3' },
  { crate: 'tpch', out: 'www/src/engine/pkg-tpch', level: '-Oz' },
];

/** What rustc emits today; wasm-opt refuses a module that uses more than it was told. */
const features = [
  'simd',
  'bulk-memory',
  'bulk-memory-opt',
  'nontrapping-float-to-int',
  'sign-ext',
  'mutable-globals',
  'reference-types',
  'multivalue',
].map((name) => `--enable-${name}`);

const isTest = (path) => /[/\\](tests|benches|testdata|target)$/.test(path) || /[/\\]crates[/\\](testkit|cli)$/.test(path);

function inputs() {
  return hash({
    paths: ['Cargo.toml', 'Cargo.lock', 'rust-toolchain.toml', '.cargo/config.toml', 'crates', 'scripts/lib/wasm.mjs'],
    skip: isTest,
  });
}

const kilobytes = (path) => `${Math.round(statSync(path).size / 1000).toLocaleString('en')} kB`;

/** Compiles, binds and optimizes the modules whose sources changed. */
export async function buildWasm() {
  const wanted = inputs();
  const made = stamp('wasm');
  const files = modules.map(({ crate, out }) => at(out, `${crate}_bg.wasm`));
  await step('WebAssembly modules', {
    done: () => made.matches(wanted) && files.every((file) => existsSync(file)),
    async work() {
      const crates = modules.flatMap(({ crate }) => ['-p', crate]);
      await step('  compile (cargo, release)', {
        work: () => run('cargo', ['build', '--release', '--lib', '--target', triple, ...crates]),
        advice: 'read the compiler\'s message above, correct the source and run this again.',
      });
      for (const module of modules) await bindAndOptimize(module);
      made.write(wanted);
    },
    advice: 'look at the message above; "rm -rf .tools/stamps" forces a fresh build.',
  });
}

async function bindAndOptimize({ crate, out, level }) {
  const compiled = join(cargoTarget(), triple, 'release', `${crate}.wasm`);
  const work = join(tools, 'wasm', crate);
  const bound = join(work, `${crate}_bg.wasm`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  await step(`  bind ${crate} (wasm-bindgen)`, {
    work: () => run(wasmBindgen(), ['--target', 'web', '--out-dir', work, compiled], { quiet: true }),
    advice: 'the CLI and the crate must be of one version: delete .tools and run this again.',
  });
  const before = kilobytes(bound);
  await step(`  optimize ${crate} (wasm-opt ${level})`, {
    work: () => run(process.execPath, [at('node_modules/binaryen/bin/wasm-opt'), level, ...features, bound, '-o', bound]),
    advice: 'when wasm-opt names a feature that is not enabled, add it to the list in scripts/lib/wasm.mjs.',
  });
  // The last files changed are those of a whole build: nobody sees half of one.
  mkdirSync(at(out), { recursive: true });
  cpSync(work, at(out), { recursive: true });
  console.log(`  ${crate}: ${before} → ${kilobytes(at(out, `${crate}_bg.wasm`))}`);
}

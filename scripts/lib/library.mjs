// The npm package in dist/lib: entry, worker, WebAssembly, types and a manifest, ready for `npm pack`.
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { at } from './paths.mjs';
import { run } from './run.mjs';
import { hash, stamp } from './stamp.mjs';
import { step } from './step.mjs';

export const library = at('dist', 'lib');

const manifest = ({ name, version, description, license }) => ({
  name,
  version,
  description,
  license,
  type: 'module',
  main: './planarium.js',
  types: './types/lib/index.d.ts',
  exports: { '.': { types: './types/lib/index.d.ts', default: './planarium.js' }, './package.json': './package.json' },
  sideEffects: false,
});

/** Builds the package when a source, a wasm module or a setting changed. The site is built before: it empties dist/. */
export async function buildLibrary() {
  const wanted = hash({
    paths: ['www/src/lib', 'www/src/engine', 'vite.lib.config.ts', 'tsconfig.lib.json', 'tsconfig.json', 'package.json', 'package-lock.json'],
    skip: (path) => /\.test\.ts$/.test(path),
  });
  const made = stamp('library');
  await step('library (Vite, tsc)', {
    done: () => made.matches(wanted) && existsSync(join(library, 'package.json')),
    async work() {
      await run(process.execPath, [at('node_modules/vite/bin/vite.js'), 'build', '--config', 'vite.lib.config.ts', '--logLevel', 'warn']);
      await run(process.execPath, [at('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.lib.json']);
      for (const name of ['LICENSE-APACHE', 'LICENSE-MIT', 'README.md']) {
        if (existsSync(at(name))) copyFileSync(at(name), join(library, name));
      }
      const source = JSON.parse(readFileSync(at('package.json'), 'utf8'));
      writeFileSync(join(library, 'package.json'), `${JSON.stringify(manifest(source), null, 2)}\n`);
      made.write(wanted);
    },
    advice: 'read the message above: it names the file in www/src that could not be built.',
  });
}

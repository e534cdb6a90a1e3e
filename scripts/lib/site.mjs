// The static site, built by Vite into dist/.
import { existsSync } from 'node:fs';
import { at } from './paths.mjs';
import { run } from './run.mjs';
import { hash, stamp } from './stamp.mjs';
import { step } from './step.mjs';

export const dist = at('dist');

/** Builds the site when a source, a wasm module or a setting changed. */
export async function buildSite() {
  const wanted = hash({
    paths: ['www', 'vite.config.ts', 'svelte.config.js', 'tsconfig.json', 'package-lock.json'],
    skip: (path) => /\.test\.ts$/.test(path),
  });
  const made = stamp('site');
  await step('site (Vite)', {
    done: () => made.matches(wanted) && existsSync(at('dist', 'index.html')),
    async work() {
      await run(process.execPath, [at('node_modules/vite/bin/vite.js'), 'build', '--logLevel', 'warn']);
      made.write(wanted);
    },
    advice: 'read the message above: it names the file in www/ that could not be built.',
  });
}

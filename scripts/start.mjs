// npm start: everything from a fresh checkout, then the page. `--dev` serves the sources with live reload instead.
// Only Node's own modules here: the npm packages may not be installed yet.
import { at } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { run } from './lib/run.mjs';
import { serve } from './lib/serve.mjs';
import { dist } from './lib/site.mjs';
import { duration, main } from './lib/step.mjs';

await main(async () => {
  const start = performance.now();
  const dev = process.argv.includes('--dev');
  await prepare(dev ? 'modules' : 'site');
  if (dev) {
    await run(process.execPath, [at('node_modules/vite/bin/vite.js'), 'dev']);
    return;
  }
  const { address } = await serve(dist, {
    port: Number(process.env.PORT ?? 4173),
    host: process.env.HOST ?? '127.0.0.1',
    strict: process.env.PORT !== undefined,
  });
  console.log(`\nReady after ${duration(performance.now() - start)}. Open ${address} (Ctrl-C ends it).`);
});

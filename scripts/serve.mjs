// Serves dist/ as a static host would: node scripts/serve.mjs [--port N] [--base /sub/path/] [--dir FOLDER]
import { parseArgs } from 'node:util';
import { at } from './lib/paths.mjs';
import { serve } from './lib/serve.mjs';
import { main } from './lib/step.mjs';

await main(async () => {
  const { values } = parseArgs({
    options: { port: { type: 'string' }, base: { type: 'string' }, dir: { type: 'string' } },
  });
  const { address } = await serve(at(values.dir ?? 'dist'), {
    base: values.base ?? '/',
    port: Number(values.port ?? 4173),
    strict: values.port !== undefined,
  });
  console.log(address);
});

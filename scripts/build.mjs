// npm run build: the static site into dist/, the npm package into dist/lib, and what they weigh.
import { library } from './lib/library.mjs';
import { prepare } from './lib/prepare.mjs';
import { dist } from './lib/site.mjs';
import { firstLoadLimit, measure, table } from './lib/sizes.mjs';
import { Failure, main } from './lib/step.mjs';

await main(async () => {
  await prepare('library');
  const sizes = measure(dist);
  console.log(`\nsite, dist\n${table(sizes)}\n`);
  console.log(`library, dist/lib\n${table(measure(library))}\n`);
  const { brotli } = sizes.firstLoad;
  if (brotli > firstLoadLimit) {
    throw new Failure(
      `the first load transfers ${brotli.toLocaleString('en')} bytes, more than ${firstLoadLimit.toLocaleString('en')}`,
      'see which part of the table grew; load what is not needed at once with import().',
    );
  }
  console.log(`first load: ${(brotli / 1e6).toFixed(2)} MB of ${(firstLoadLimit / 1e6).toFixed(1)} MB, brotli`);
});

// npm run reliability: the long tests, one line a figure; exit status 1 when one falls short. They run as the gate builds
// them, with the assertions of the development profile on.
//   -- R3 R12      only these
//   -- --nightly   the large figures
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { at } from './lib/paths.mjs';
import { prepare } from './lib/prepare.mjs';
import { figures, missing, readFigures } from './lib/reliability.mjs';
import { run } from './lib/run.mjs';
import { Failure, duration, main } from './lib/step.mjs';

const number = (value) => value.toLocaleString('en-US');

/** Why a figure cannot be made here, if so. */
function lacks({ needs }) {
  if (needs === 'corpus' && !existsSync(at('../shared/corpora/sqllogictest'))) return 'the sqllogictest corpus is not beside the project';
  if (needs === 'postgresql' && !process.env.PLANARIUM_PG) return "PLANARIUM_PG does not name a server by psql's options";
  return undefined;
}

/** Runs the test of a figure, prints its lines, and says whether it reaches what it must. */
async function measure({ id, what, test: [crate, file, name], env = {}, least }, nightly) {
  const sizes = Object.entries(env).map(([variable, values]) => [variable, String(values[nightly])]);
  const start = performance.now();
  const { ok, output } = await run(
    'cargo',
    ['test', '--locked', '-p', crate, '--test', file, '--', '--nocapture', ...(name ? ['--exact', name] : [])],
    { env: Object.fromEntries(sizes), quiet: true, check: false },
  );
  const found = readFigures(id, output);
  const count = found.reduce((sum, line) => sum + line.count, 0);
  const enough = ok && count >= least[nightly];
  if (!ok) console.log(output);
  for (const line of found) console.log(`${id} ${line.what} ${number(line.count)}: ${line.result}`);
  const verdict = !ok ? 'failed' : enough ? 'reached' : 'falls short';
  console.log(`${enough ? '✓' : '✗'} ${id}, ${what}: ${verdict}, at least ${number(least[nightly])} wanted; ${duration(performance.now() - start)}`);
  return enough;
}

await main(async () => {
  const { values, positionals } = parseArgs({ options: { nightly: { type: 'boolean', default: false } }, allowPositionals: true });
  const known = figures.map(({ id }) => id);
  const unknown = positionals.find((id) => !known.includes(id));
  if (unknown) throw new Failure(`there is no figure ${unknown}`, `choose from ${known.join(', ')}.`);
  await prepare('rust');
  let short = 0;
  for (const figure of figures) {
    if (positionals.length > 0 && !positionals.includes(figure.id)) continue;
    const reason = lacks(figure);
    if (reason) console.log(`– ${figure.id}, ${figure.what}: skipped, ${reason}`);
    else short += Number(!(await measure(figure, Number(values.nightly))));
  }
  if (positionals.length === 0) console.log(`not made yet: ${missing.join(', ')}`);
  if (short > 0) throw new Failure(`${short} figures fall short`, 'run their tests by hand: cargo test -p CRATE --test FILE.');
});

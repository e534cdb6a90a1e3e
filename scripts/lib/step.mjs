// Steps that say what they do, how long it took, and on failure what to do about it.

/** A failure a person can act on: `message` says what is wrong, `advice` in one sentence what to do. */
export class Failure extends Error {
  constructor(message, advice) {
    super(message);
    this.advice = advice;
  }
}

/** A duration in the unit that reads best. */
export function duration(milliseconds) {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  return `${Math.floor(seconds / 60)} min ${Math.round(seconds % 60)} s`;
}

/**
 * Runs `work` unless `done()` already holds. A failure carries `advice` when `work` gave none itself.
 */
export async function step(title, { done = () => false, work, advice }) {
  if (await done()) {
    console.log(`✓ ${title}: up to date`);
    return;
  }
  console.log(`▸ ${title} …`);
  const start = performance.now();
  try {
    await work();
  } catch (error) {
    if (error instanceof Failure && error.advice) throw error;
    throw new Failure(`${title}: ${error.message}`, advice);
  }
  console.log(`✓ ${title}: ${duration(performance.now() - start)}`);
}

/** Runs a script's body; a failure becomes a sentence and exit status 1. */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    report(error);
    process.exitCode = 1;
  }
}

/** Prints a failure and what to do about it. */
export function report(error) {
  if (!(error instanceof Failure)) {
    console.error(error);
    return;
  }
  console.error(`✗ ${error.message}`);
  if (error.advice) console.error(`  What to do: ${error.advice}`);
}

// How many tests a runner ran, read from what it wrote.
import { existsSync, readFileSync, rmSync } from 'node:fs';

/** Sums the result lines of cargo test and of wasm-bindgen's runner. */
export function cargoCounts(output) {
  const counts = { passed: 0, failed: 0 };
  for (const [, passed, failed] of output.matchAll(/test result: \S+ (\d+) passed; (\d+) failed/g)) {
    counts.passed += Number(passed);
    counts.failed += Number(failed);
  }
  return counts;
}

/** Reads and removes a JSON report; a runner that died early left none. */
function takeReport(path) {
  if (!existsSync(path)) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  } finally {
    rmSync(path);
  }
}

/** Reads the report of `vitest --reporter=json`. */
export function vitestCounts(path) {
  const report = takeReport(path);
  return { passed: report?.numPassedTests ?? 0, failed: report?.numFailedTests ?? 0 };
}

/** Reads Playwright's JSON report; a test that passed only when repeated has failed. */
export function playwrightCounts(path) {
  const { expected = 0, unexpected = 0, flaky = 0 } = takeReport(path)?.stats ?? {};
  return { passed: expected, failed: unexpected + flaky };
}

#!/usr/bin/env node
// Cargo's runner for wasm32: hands a test module to wasm-bindgen's runner in a headless browser.
// PLANARIUM_BROWSER=firefox chooses Firefox. See .cargo/config.toml.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { webdriverEnvironment } from './lib/browser.mjs';
import { Failure, main } from './lib/step.mjs';
import { wasmBindgen } from './lib/toolchain.mjs';

await main(async () => {
  const runner = wasmBindgen('wasm-bindgen-test-runner');
  if (!existsSync(runner)) throw new Failure(`${runner} is missing`, '"npm test -- wasm" installs it.');
  const browser = process.env.PLANARIUM_BROWSER ?? 'chromium';
  // One driver only: the runner prefers geckodriver when it sees both.
  const { CHROMEDRIVER: _chrome, GECKODRIVER: _gecko, ...rest } = process.env;
  const environment = { ...rest, ...webdriverEnvironment(browser) };
  const { status, error } = spawnSync(runner, process.argv.slice(2), { stdio: 'inherit', env: environment });
  if (error) throw error;
  process.exitCode = status ?? 1;
});

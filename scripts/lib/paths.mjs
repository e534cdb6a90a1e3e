// Where things are in this repository.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/[/\\]$/, '');
export const at = (...parts) => join(root, ...parts);

/** Tools and build stamps that are kept between runs, and that git ignores. */
export const tools = at('.tools');

/** What the browser tests leave behind: reports, screenshots. */
export const artifacts = at('artifacts');

/** Cargo's target directory, wherever the environment or a configuration put it. */
export function cargoTarget() {
  const set = process.env.CARGO_TARGET_DIR;
  if (set) return isAbsolute(set) ? set : at(set);
  const { stdout, status } = spawnSync('cargo', ['metadata', '--format-version', '1', '--no-deps'], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  return status === 0 ? JSON.parse(stdout).target_directory : at('target');
}

/** The version of a package in Cargo.lock. */
export function lockedVersion(name) {
  const lock = readFileSync(at('Cargo.lock'), 'utf8');
  return new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(lock)?.[1];
}

// Whether something must be made again: a hash over its inputs, kept from the last time.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { at, root, tools } from './paths.mjs';

/** All files under a folder, sorted, skipping what `skip(path)` names. */
export function files(folder, skip = () => false) {
  const found = [];
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (skip(path)) continue;
    if (entry.isDirectory()) found.push(...files(path, skip));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** A hash over the contents of files and folders of this repository, and over further texts. */
export function hash({ paths, skip, texts = [] }) {
  const sum = createHash('sha256');
  for (const text of texts) sum.update(`${text}\0`);
  for (const path of paths) {
    const full = at(path);
    if (!existsSync(full)) continue;
    for (const file of statSync(full).isDirectory() ? files(full, skip) : [full]) {
      sum.update(`${file.slice(root.length)}\0`).update(readFileSync(file)).update('\0');
    }
  }
  return sum.digest('hex');
}

/** One remembered hash. */
export function stamp(name, path = join(tools, 'stamps', name)) {
  return {
    matches: (value) => existsSync(path) && readFileSync(path, 'utf8') === value,
    write(value) {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, value);
    },
  };
}

// What the site weighs, part by part, and what the first load transfers.
import { readFileSync } from 'node:fs';
import { relative, sep } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { files } from './stamp.mjs';

/** Parts that are fetched only when asked for; everything else counts as first load. */
const lazy = [/^(assets\/)?tpch/];

/** What a package holds for its readers and compilers only. */
const notLoaded = /\.(d\.ts|md)$|(^|\/)(package\.json|LICENSE-\w+)$/;

/** Bytes that the first load may transfer, brotli-compressed. */
export const firstLoadLimit = 1_000_000;

const kinds = { html: 'html', js: 'js', css: 'css', woff2: 'fonts', svg: 'images', png: 'images', ico: 'images' };

/** The part of the site a file belongs to; each wasm module is a part of its own. */
function partOf(path) {
  const extension = path.split('.').pop();
  if (notLoaded.test(path)) return 'types, texts';
  if (extension === 'wasm') return path.split('/').pop().replace(/_bg.*$/, '.wasm');
  return kinds[extension] ?? 'other';
}

function weigh(file) {
  const bytes = readFileSync(file);
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } }).length,
  };
}

const add = (sum, part) => {
  for (const key of ['files', 'raw', 'gzip', 'brotli']) sum[key] += part[key];
  return sum;
};
const none = () => ({ files: 0, raw: 0, gzip: 0, brotli: 0 });

/** Sizes of the site or package in `folder`: the parts, the whole, and the first load. */
export function measure(folder) {
  const parts = new Map();
  const whole = none();
  const firstLoad = none();
  for (const file of files(folder)) {
    const path = relative(folder, file).split(sep).join('/');
    if (path.startsWith('lib/')) continue; // the npm package is no part of the site
    const late = lazy.some((pattern) => pattern.test(path)) || notLoaded.test(path);
    const name = partOf(path) + (late && !notLoaded.test(path) ? ' (lazy)' : '');
    const size = { files: 1, ...weigh(file) };
    parts.set(name, add(parts.get(name) ?? none(), size));
    add(whole, size);
    if (!late) add(firstLoad, size);
  }
  return { parts, whole, firstLoad };
}

const cell = (bytes) => bytes.toLocaleString('en').padStart(12);

/** The table of sizes in bytes. */
export function table({ parts, whole, firstLoad }) {
  const row = (name, size) => `${name.padEnd(22)}${String(size.files).padStart(6)}${cell(size.raw)}${cell(size.gzip)}${cell(size.brotli)}`;
  const rule = '-'.repeat(64);
  return [
    `${'part'.padEnd(22)}${'files'.padStart(6)}${'raw'.padStart(12)}${'gzip'.padStart(12)}${'brotli'.padStart(12)}`,
    rule,
    ...[...parts].sort((a, b) => b[1].brotli - a[1].brotli).map(([name, size]) => row(name, size)),
    rule,
    row('first load', firstLoad),
    row('whole', whole),
  ].join('\n');
}

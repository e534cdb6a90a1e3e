// The layer rules: what each crate may not know, asserted from `cargo tree`.
import { ask } from './run.mjs';
import { Failure } from './step.mjs';

/** Every crate of the workspace and the crates of the workspace it may reach, however indirectly. */
const layers = {
  types: [],
  plan: ['types'],
  sql: ['types', 'plan'],
  optimizer: ['types', 'plan'],
  storage: ['types'],
  index: ['types', 'storage'],
  exec: ['types', 'plan', 'storage', 'index'],
  data: ['types'],
  tpch: ['types', 'data'],
  engine: ['types', 'plan', 'sql', 'optimizer', 'storage', 'index', 'exec', 'data'],
  wasm: ['types', 'plan', 'sql', 'optimizer', 'storage', 'index', 'exec', 'data', 'engine'],
  cli: ['types', 'plan', 'sql', 'optimizer', 'storage', 'index', 'exec', 'data', 'engine', 'tpch'],
  testkit: ['types', 'plan', 'sql', 'optimizer', 'storage', 'index', 'exec', 'data', 'engine'],
};

const bridge = ['wasm-bindgen', 'wasm-bindgen-futures', 'js-sys', 'web-sys', 'serde-wasm-bindgen', 'gloo'];
const serialization = ['serde', 'serde_core', 'serde_derive', 'serde_json'];
const engineCrates = [...layers.engine, 'engine'];

/** Names of packages below `crate` (normal dependencies, any platform); `depth` 1 gives the direct ones. */
function below(crate, depth) {
  const limit = depth ? ['--depth', String(depth)] : [];
  const tree = ask('cargo', ['tree', '--locked', '-p', crate, '-e', 'normal', '--target', 'all', '--prefix', 'none', '-f', '{p}', ...limit]);
  if (tree === undefined) {
    throw new Failure(`cargo tree -p ${crate} failed`, 'run it by hand; a Cargo.lock that no longer fits the manifests is the usual cause ("cargo check" renews it).');
  }
  return [...new Set(tree.split('\n').map((line) => line.split(' ')[0]))].filter((name) => name && name !== crate);
}

function members() {
  const text = ask('cargo', ['metadata', '--format-version', '1', '--no-deps']);
  if (text === undefined) throw new Failure('cargo metadata failed', 'run it by hand and correct the manifest it names.');
  return JSON.parse(text).packages.map(({ name }) => name);
}

/** Checks every rule; returns the number of rules that held and a sentence for each that did not. */
export function checkLayers() {
  const workspace = members();
  const broken = [];
  let held = 0;
  const absent = (crate, found, forbidden, why) => {
    const wrong = found.filter(forbidden);
    if (wrong.length === 0) held++;
    else broken.push(`${crate} depends on ${wrong.join(', ')}: ${why}`);
  };

  for (const crate of workspace) {
    const allowed = layers[crate];
    if (!allowed) {
      broken.push(`${crate} has no place in scripts/lib/layers.mjs: say what it may know`);
      continue;
    }
    const all = below(crate);
    const direct = below(crate, 1);
    absent(crate, all, (name) => workspace.includes(name) && !allowed.includes(name), 'arrows point only down the list of rooms');
    if (crate === 'types') absent(crate, all, () => true, 'types depends on nothing');
    if (engineCrates.includes(crate)) {
      absent(crate, all, (name) => bridge.includes(name), 'only wasm and tpch meet JavaScript');
      absent(crate, all, (name) => serialization.includes(name), "the engine's types are not serializable");
    }
    if (crate !== 'wasm' && crate !== 'tpch') {
      absent(crate, direct, (name) => bridge.includes(name), 'only wasm and tpch meet JavaScript');
    }
    if (crate !== 'sql') absent(crate, direct, (name) => name === 'sqlparser', "the parser's types do not leave sql");
  }
  return { held, broken };
}

/** The crates below the bindings, which must compile for the browser one and all. */
export const portable = engineCrates.concat('tpch');

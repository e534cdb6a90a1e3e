// Everything from a fresh checkout to a built site, in order; what is done already is skipped.
import { buildLibrary } from './library.mjs';
import { buildSite } from './site.mjs';
import { ensurePackages, ensureRust, ensureWasmBindgen } from './toolchain.mjs';
import { buildWasm } from './wasm.mjs';

const steps = {
  rust: ensureRust,
  bindgen: ensureWasmBindgen,
  packages: ensurePackages,
  modules: buildWasm,
  site: buildSite,
  library: buildLibrary,
};

/** The steps up to and with the one named. */
export async function prepare(last) {
  for (const [name, step] of Object.entries(steps)) {
    await step();
    if (name === last) return;
  }
  throw new Error(`there is no step "${last}"`);
}

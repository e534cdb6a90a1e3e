// npm run wasm: the WebAssembly modules alone, for those who work on the page.
import { main } from './lib/step.mjs';
import { ensurePackages, ensureRust, ensureWasmBindgen } from './lib/toolchain.mjs';
import { buildWasm } from './lib/wasm.mjs';

await main(async () => {
  await ensureRust();
  await ensureWasmBindgen();
  await ensurePackages();
  await buildWasm();
});

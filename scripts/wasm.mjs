// npm run wasm: the WebAssembly modules alone, for those who work on the page.
import { prepare } from './lib/prepare.mjs';
import { main } from './lib/step.mjs';

await main(() => prepare('modules'));

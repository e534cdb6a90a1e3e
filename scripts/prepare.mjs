// node scripts/prepare.mjs: tool chain, WebAssembly modules, site and library. The gate runs it beside its first stages.
import { prepare } from './lib/prepare.mjs';
import { main } from './lib/step.mjs';

await main(() => prepare('library'));

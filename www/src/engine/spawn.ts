// Starts workers under the page's trusted-types policy: only the addresses of our own two scripts are trusted. The
// engine's WebAssembly is compiled here, while the worker starts and the page's code loads; each worker gets the module.
import wasmUrl from './pkg/wasm_bg.wasm?url';
import type { Preparation, Request } from './protocol.ts';
import engineUrl from './worker.ts?worker&url';
import tpchUrl from './tpch.worker.ts?worker&url';

interface ScriptPolicy {
  createScriptURL(url: string): unknown;
}
interface PolicyFactory {
  createPolicy(name: string, rules: { createScriptURL(url: string): string }): ScriptPolicy;
}

const own = new Set([engineUrl, tpchUrl]);

const policy = (globalThis as { trustedTypes?: PolicyFactory }).trustedTypes?.createPolicy('planarium-worker', {
  createScriptURL(url) {
    if (own.has(url)) return url;
    throw new TypeError(`not a script of this page: ${url}`);
  },
});

function spawn(url: string): Worker {
  return new Worker((policy ? policy.createScriptURL(url) : url) as string, { type: 'module' });
}

let early: Worker | null = null;
let sent: Promise<void> = Promise.resolve();
let compiled: Promise<WebAssembly.Module | null> | null = null;

/** The engine's module; null when it cannot be had here: the worker then tries itself, and says what is wrong. */
function engineModule(): Promise<WebAssembly.Module | null> {
  compiled ??= WebAssembly.compileStreaming(fetch(wasmUrl)).catch(() => null);
  return compiled;
}

function spawnWithModule(prepare: Preparation | null): Worker {
  const worker = spawn(engineUrl);
  sent = engineModule().then((module) => worker.postMessage({ kind: 'start', module, prepare } satisfies Request));
  return worker;
}

/**
 * Starts the engine's worker before anything asks for it, so that it loads while the page does, and fills a database
 * with what will be asked for first.
 */
export function startEngine(prepare: Preparation | null = null): void {
  early ??= spawnWithModule(prepare);
}

/** When the worker has its module, or after `patience` milliseconds: a busy page would keep it waiting. */
export function engineSent(patience: number): Promise<void> {
  return Promise.race([sent, new Promise<void>((done) => setTimeout(done, patience))]);
}

/** A worker that runs an engine: the one that was started early, once, else a fresh one. */
export function spawnEngine(): Worker {
  const worker = early ?? spawnWithModule(null);
  early = null;
  return worker;
}

export const spawnTpch = (): Worker => spawn(tpchUrl);

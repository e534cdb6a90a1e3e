// Starts workers under the page's trusted-types policy: only the addresses of our own two scripts are trusted.
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

/** Starts the engine's worker before anything asks for it, so that it loads while the page does. */
export function startEngine(): void {
  early ??= spawn(engineUrl);
}

/** A worker that runs an engine: the one that was started early, once, else a fresh one. */
export function spawnEngine(): Worker {
  const worker = early ?? spawn(engineUrl);
  early = null;
  return worker;
}

export const spawnTpch = (): Worker => spawn(tpchUrl);

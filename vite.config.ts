import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

/**
 * The page's content security policy. Nothing is inline and nothing comes from another host;
 * 'wasm-unsafe-eval' is what compiling the engine needs. Trusted types close the DOM's string sinks.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

/** Puts the policy first into the head of every built page. The development server needs inline styles, so it has none. */
function contentSecurityPolicy(): Plugin {
  return {
    name: 'content-security-policy',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: () => [
        {
          tag: 'meta',
          attrs: { 'http-equiv': 'Content-Security-Policy', content: policy },
          injectTo: 'head-prepend',
        },
      ],
    },
  };
}

/** Lets the browser fetch the page's own code and the engine while it still reads the small entry that asks for them. */
function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (_, { chunk, bundle }) => {
        const engine = Object.keys(bundle ?? {}).filter((file) => /wasm_bg.*\.wasm$/.test(file) && !/tpch/.test(file));
        return [
          ...(chunk?.dynamicImports ?? []).map((file) => ({ tag: 'link', attrs: { rel: 'modulepreload', href: `./${file}` } })),
          ...engine.map((file) => ({
            tag: 'link',
            attrs: { rel: 'preload', as: 'fetch', type: 'application/wasm', crossorigin: '', href: `./${file}` },
          })),
        ];
      },
    },
  };
}

export default defineConfig({
  root: 'www',
  // Relative addresses, so that the site works from any sub-path of any static host.
  base: './',
  cacheDir: '../node_modules/.vite',
  plugins: [svelte({ configFile: '../svelte.config.js' }), preload(), contentSecurityPolicy()],
  worker: { format: 'es' },
  build: {
    target: 'es2022',
    outDir: '../dist',
    emptyOutDir: true,
    // Files of their own: the policy allows no data: fonts, and sizes stay attributable to parts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    // The limit that counts is that of the first load, brotli-compressed: see scripts/lib/sizes.mjs.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});

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

/**
 * Lets the browser fetch the page's own code and the engine while it still reads the small entry that asks for them, and
 * when it has nothing better to do, what the page's code asks for once the first plan is drawn. That is fetched only:
 * "preload" would have it compiled too, and take time from the plan.
 */
function preload(): Plugin {
  return {
    name: 'preload',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler: (html, { chunk, bundle }) => {
        const engine = Object.keys(bundle ?? {}).filter((file) => /wasm_bg.*\.wasm$/.test(file) && !/tpch/.test(file));
        const page = chunk?.dynamicImports ?? [];
        const later = page.flatMap((file) => {
          const part = bundle?.[file];
          return part?.type === 'chunk' ? part.dynamicImports : [];
        });
        // After the entry, which everything waits for.
        const link = (file: string, attrs: Record<string, string>) => ({ tag: 'link', injectTo: 'head' as const, attrs: { ...attrs, href: `./${file}` } });
        return {
          // Browsers fetch an asynchronous script last, unless told otherwise.
          html: html.replace('<script async ', '<script async fetchpriority="high" '),
          tags: [
            ...page.map((file) => link(file, { rel: 'modulepreload' })),
            ...engine.map((file) => link(file, { rel: 'preload', as: 'fetch', type: 'application/wasm', crossorigin: '' })),
            ...later.map((file) => link(file, { rel: 'prefetch', as: 'script', crossorigin: '' })),
          ],
        };
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
    // One sheet, named in the document: the page's code would only ask for its own once it is there itself.
    cssCodeSplit: false,
    // The limit that counts is that of the first load, brotli-compressed: see scripts/lib/sizes.mjs.
    chunkSizeWarningLimit: 2_000,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  test: {
    include: ['src/**/*.test.ts'],
    environment: 'node',
  },
});

import { defineConfig } from 'vite';

/**
 * The npm package in dist/lib. Not Vite's library mode, which would put the engine into the script as base64: the
 * worker and the WebAssembly stay files of their own beside the entry, found by import.meta.url.
 */
export default defineConfig({
  root: 'www',
  base: './',
  cacheDir: '../node_modules/.vite',
  publicDir: false,
  worker: {
    format: 'es',
    rolldownOptions: { output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' } },
  },
  build: {
    target: 'es2022',
    outDir: '../dist/lib',
    emptyOutDir: true,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: { planarium: 'www/src/lib/index.ts' },
      preserveEntrySignatures: 'strict',
      output: { entryFileNames: '[name].js', chunkFileNames: '[name].js', assetFileNames: '[name][extname]' },
    },
  },
});

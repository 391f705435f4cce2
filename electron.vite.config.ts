import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = import.meta.dirname;
const at = (path: string): string => resolve(root, path);

export default defineConfig({
  main: {
    build: {
      target: 'node24',
      rolldownOptions: {
        input: {
          main: at('electron/main.ts'),
          browser: at('electron/browser.ts'),
          cli: at('electron/cli.ts'),
          'engine-worker': at('electron/engine/worker.ts'),
        },
        // Chunks lie beside the entries: `new URL('./engine-worker.js', import.meta.url)` and every other
        // path a module makes from its own place then mean out/main/, whichever chunk the module went into.
        output: {
          entryFileNames: '[name].js',
          chunkFileNames: '[name]-[hash].js',
          assetFileNames: '[name]-[hash].[ext]',
        },
      },
    },
  },
  preload: {
    build: {
      target: 'node24',
      // A sandboxed preload can load neither ES modules nor packages: one CommonJS file with all it needs.
      externalizeDeps: false,
      isolatedEntries: true,
      rolldownOptions: {
        input: { preload: at('electron/preload.ts') },
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: at('renderer'),
    base: './',
    plugins: [react()],
    build: {
      outDir: at('out/renderer'),
      target: 'chrome120',
      // The policy of the page allows no data: scripts and no inline code; small assets stay files.
      assetsInlineLimit: 0,
      minify: true,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
      chunkSizeWarningLimit: 4000,
      rolldownOptions: { input: at('renderer/index.html') },
    },
  },
});

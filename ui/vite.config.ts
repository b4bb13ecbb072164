import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig } from 'vitest/config';

const firstOf = (names: string) => names.split('~', 1)[0];

export default defineConfig(({ mode }) => ({
  plugins: [svelte()],
  // A page that runs in a plain browser on made-up data. Never part of the product's own build.
  define: { __FAKE_BACKEND__: JSON.stringify(mode !== 'production') },
  resolve: process.env.VITEST ? { conditions: ['browser'] } : {},
  // The tests compare the page with what the Rust sources say.
  server: { port: 1420, strictPort: true, ...(process.env.VITEST ? { fs: { allow: ['..'] } } : {}) },
  build: {
    target: 'safari16',
    outDir: mode === 'fake' ? 'dist-fake' : 'dist',
    // The content security policy has no data: for fonts and scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What several screens share comes in a few files and not in a hundred small ones, each of which a window asks for by itself.
        codeSplitting: { groups: [{ name: 'shared', minShareCount: 2, entriesAware: true, entriesAwareMergeThreshold: 6_000 }] },
        // Not with the names of all who share it.
        chunkFileNames: ({ name }) => `assets/${firstOf(name)}-[hash].js`,
        assetFileNames: ({ names: [name = 'asset'] }) => `assets/${firstOf(name.replace(/\.\w+$/, ''))}-[hash][extname]`,
      },
    },
    // What the licences of the bundled packages ask for travels with them.
    license: { fileName: 'licenses.md' },
  },
  test: {
    environment: 'happy-dom',
    include: ['tests/**/*.test.ts'],
    setupFiles: ['tests/setup.ts'],
  },
}));

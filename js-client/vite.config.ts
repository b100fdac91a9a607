// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vite';

// The page runs under a policy without inline script or style, so nothing may be inlined as a data: URL.
export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    sourcemap: false,
  },
  test: {
    include: ['test/unit/**/*.test.ts'],
    setupFiles: ['test/support/nodeGlobals.ts'],
  },
} as Parameters<typeof defineConfig>[0]);

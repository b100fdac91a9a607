// SPDX-License-Identifier: Apache-2.0
import { defineConfig } from 'vitest/config';

// Chromium and the built page (`npm run build` first) against the lab in test/support.
export default defineConfig({
  test: { include: ['test/browser/**/*.test.ts'], testTimeout: 40_000, hookTimeout: 30_000, fileParallelism: false },
});

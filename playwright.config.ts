import { defineConfig } from '@playwright/test';

/**
 * The end-to-end suite: real Chromium, the built page, the real engine and a real PostgreSQL.
 * Which Chromium is decided once, in tests/support/chromium.ts.
 */
export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  forbidOnly: true,
  // A retry would hide a race; a race is a fault.
  retries: 0,
  // Every test starts its own devices and server, so two at a time fill a small machine.
  workers: 2,
  fullyParallel: false,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./scripts/playwright-report.mjs']],
  use: { actionTimeout: 10_000, trace: 'retain-on-failure', screenshot: 'only-on-failure' },
});

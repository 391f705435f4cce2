import { defineConfig } from '@playwright/test';
import { prepareChromium } from './tests/support/chromium.ts';

/**
 * The end-to-end suite: real Chromium, the built page, the real engine and a real PostgreSQL.
 * The browser is unpacked here, once, before the first worker starts.
 */
export default defineConfig({
  testDir: 'tests',
  testMatch: '{e2e,contract,desktop}/**/*.spec.ts',
  outputDir: 'test-results',
  forbidOnly: true,
  // A retry would hide a race; a race is a fault.
  retries: 0,
  // Every test starts its own devices and server, so two at a time fill a small machine.
  workers: 2,
  fullyParallel: false,
  // For machines ten times slower than a quiet one; what waits for something ends as soon as it is there.
  timeout: 240_000,
  expect: { timeout: 30_000 },
  reporter: [['list'], ['./scripts/playwright-report.ts']],
  use: {
    launchOptions: await prepareChromium(),
    actionTimeout: 30_000,
    // What was done and when. Pictures of every step would make a test half as slow again; how the page looked at the end is kept in any case.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false, sources: false },
    screenshot: 'only-on-failure',
  },
});

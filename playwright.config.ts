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
  timeout: 90_000,
  expect: { timeout: 10_000 },
  reporter: [['list'], ['./scripts/playwright-report.ts']],
  use: {
    launchOptions: await prepareChromium(),
    actionTimeout: 10_000,
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
});

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { cacheDir } from './scripts/setup/places.mjs';

// Of what Node itself loads from source the stripped types and the code are kept: threads of tests must strip none (tests/support/stripped-types.ts), and start sooner.
process.env['NODE_COMPILE_CACHE'] ??= join(cacheDir(), 'node');

const stripTypes = 'tests/support/stripped-types.ts';

/** The folders no suite looks into. */
const never = ['**/node_modules/**', 'out/**', 'dist/**', '.cache/**'];

/** Tests that have a suite of their own, by what they need: a PostgreSQL, a build, a browser. */
const ownSuite = ['**/*.pg.test.ts', 'tests/postgres/**', 'tests/desktop/**', 'tests/e2e/**', 'tests/bench/**'];

export default defineConfig({
  test: {
    passWithNoTests: false,
    allowOnly: false,
    // Many tests wait for a process or a server, so all cores are used; the default leaves one idle.
    maxWorkers: Math.max(2, availableParallelism()),
    // A test that writes to the screen hides the summary of the others.
    silent: 'passed-only',
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{shared,electron,renderer,scripts,tests}/**/*.test.{ts,tsx}'],
          exclude: [...never, ...ownSuite],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          globalSetup: [stripTypes],
        },
      },
      {
        test: {
          name: 'postgres',
          include: ['{shared,electron,tests}/**/*.pg.test.ts', 'tests/postgres/**/*.test.ts'],
          exclude: never,
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // One server for the whole run; every test file gets databases of its own on it.
          globalSetup: [stripTypes, 'tests/support/postgres-global-setup.ts'],
        },
      },
      {
        test: {
          name: 'desktop',
          include: ['tests/desktop/**/*.test.ts'],
          exclude: never,
          testTimeout: 30_000,
          hookTimeout: 60_000,
          globalSetup: [stripTypes],
        },
      },
    ],
  },
});

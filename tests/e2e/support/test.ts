import { writeFileSync } from 'node:fs';
import { test as base } from '@playwright/test';
import { startTestPostgres } from '../../support/postgres.ts';
import type { TestPostgres } from '../../support/postgres.ts';
import { App } from './app.ts';
import type { AppOptions } from './app.ts';
import { ConnectedClass } from './connected-class.ts';

interface TestFixtures {
  /** Starts a device; it is closed when the test ends, which fails when a page had something to complain about. */
  readonly startApp: (options?: AppOptions) => Promise<App>;
  /** Starts the device "Room 301" with a class 5B of these students that is on a server, both holding the same. */
  readonly startConnected: (students?: readonly string[], options?: AppOptions) => Promise<ConnectedClass>;
}

interface WorkerFixtures {
  /** A real PostgreSQL for the tests of one worker. */
  readonly postgres: TestPostgres;
}

/** A test with devices and a server. */
export const test = base.extend<TestFixtures, WorkerFixtures>({
  startApp: async ({ browser }, use, testInfo) => {
    const apps: App[] = [];
    await use(async (options = {}) => {
      const app = new App(browser, options);
      apps.push(app);
      await app.start();
      return app;
    });
    const failed = testInfo.status !== testInfo.expectedStatus;
    if (failed)
      for (const [index, app] of apps.entries()) await keepTraces(app, testInfo.outputPath(`device-${index + 1}`));
    await Promise.all(apps.map((app) => app.close()));
    // The picture of a failed test is a complaint of its own: it brings a style the page's policy refuses.
    if (!failed) base.expect(apps.flatMap((app) => app.problems)).toEqual([]);
  },
  startConnected: async ({ startApp, postgres }, use) => {
    await use(
      async (students, options = {}) =>
        await ConnectedClass.make(await startApp({ device: 'Room 301', ...options }), postgres, students),
    );
  },
  postgres: [
    async ({ browserName: _any }, use) => {
      const server = await startTestPostgres();
      await use(server);
      await server.stop();
    },
    { scope: 'worker', timeout: 60_000 },
  ],
});

/** How the page of a device looked when its test failed, and what the app wrote down. */
async function keepTraces(app: App, path: string): Promise<void> {
  try {
    await app.page.screenshot({ path: `${path}.png` });
    const { items } = await app.call('app.log', { limit: 1000 });
    const lines = [...items.map((line) => JSON.stringify(line)), ...app.problems];
    writeFileSync(`${path}.log`, lines.join('\n'));
  } catch {
    // The page was not open, or the process is gone; the test's own failure says more.
  }
}

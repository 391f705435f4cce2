/** How the page of a past run feels when the run was long: opening it, moving, searching, filtering and sorting. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { createTexts } from '../../shared/text/text.ts';
import { openShellClient } from '../e2e/support/shell-client.ts';
import { startShell } from '../e2e/support/shell-process.ts';
import { prepareChromium } from '../support/chromium.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { measure } from './support/bench.ts';
import { fromCode } from './support/interaction.ts';
import { listIsThere, lookThrough } from './support/list-touches.ts';
import { widePlan, type PlanSize } from './support/wide-plan.ts';

const { t } = createTexts('en');
const size: PlanSize = { rows: 10_000, conflicts: 1_000 };

/** Carries a list of that size out, opens its run from another page and uses it. */
async function measureRun(postgres: TestPostgres) {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-'));
  const shell = await startShell({ folder, device: 'Room 301', language: 'en' });
  const client = openShellClient(shell);
  const browser = await chromium.launch(await prepareChromium());
  try {
    const { classId, planId } = await widePlan(client, await postgres.createDatabase(), size);
    const { runId, outcome } = await client.call('sync.run', {
      classId,
      planId,
      mode: 'sync',
      conflicts: 'local',
      allowMassChange: true,
    });
    if (outcome !== 'completed') throw new Error(`the run ended as ${outcome}`);
    const { total } = await client.call('run.index', { classId, runId });
    if (total !== size.rows) throw new Error(`a run of ${total} rows instead of ${size.rows}`);
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    const page = await context.newPage();
    const open: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.goto('about:blank');
      await page.goto(`${shell.origin}/#token=${shell.token}`);
      await page.getByRole('listbox', { name: t('class:board') }).waitFor();
      open.push(await fromCode(page, `location.hash = '#/sync/run/${runId}'`, listIsThere));
    }
    const grid = page.getByRole('grid', { name: t('sync:history.rows') });
    const touches = await lookThrough(page, grid, size.conflicts);
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    return { open, touches, nodes };
  } finally {
    client.close();
    await browser.close();
    await shell.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

const names: Readonly<Record<string, string>> = {
  step: 'One row down',
  jump: 'A screen down or up',
  ends: 'To the last row or the first',
  find: 'A word typed into the search, or taken out',
  filter: 'A number of the summary pressed',
  sort: 'The head of a column pressed',
};

await measure(async (bench) => {
  const postgres = await startTestPostgres();
  try {
    const { open, touches, nodes } = await measureRun(postgres);
    bench.figure({
      id: 'run-page-10k',
      what: `From another page to the first row of a past run of ${size.rows} rows`,
      values: open,
      limit: { of: 'median', value: 1_000, firm: true },
    });
    for (const [id, values] of Object.entries(touches))
      bench.figure({
        id: `run-page-${id}-10k`,
        what: `${names[id] ?? id}, until it is on the screen, in a past run of ${size.rows} rows`,
        values,
        limit: { of: 'median', value: 100, firm: true },
      });
    bench.figure({
      id: 'run-page-nodes-10k',
      what: `Elements of the page of a past run of ${size.rows} rows, in a window of 1366 × 768`,
      unit: 'elements',
      values: [nodes],
      limit: { of: 'max', value: 600, firm: true },
    });
  } finally {
    await postgres.stop();
  }
});

/** How the list of changes feels when it is long: opening it, moving, filtering, deciding, beside antd's own virtual table in the same browser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from '@playwright/test';
import { createTexts } from '../../shared/text/text.ts';
import { openShellClient } from '../e2e/support/shell-client.ts';
import { startShell } from '../e2e/support/shell-process.ts';
import { prepareChromium } from '../support/chromium.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { measure, type Bench, type Compared } from './support/bench.ts';
import { fromCode, interact } from './support/interaction.ts';
import { listIsThere, repeat, touchList, type Times } from './support/list-touches.ts';
import { startReferencePage } from './support/reference-page.ts';
import { widePlan, type PlanSize } from './support/wide-plan.ts';

const { t } = createTexts('en');
const small: PlanSize = { rows: 10_000, conflicts: 1_000 };
const large: PlanSize = { rows: 50_000, conflicts: 1_000 };

function tableHas(count: string): boolean {
  return document.querySelector('output')?.textContent === count && document.querySelector('[data-row-key]') !== null;
}
function rowIsChosen(chosen: string): boolean {
  return String(document.querySelectorAll('.ant-table-row-selected').length) === chosen;
}
function shownKeys(): string {
  return [...document.querySelectorAll('[data-row-key]')].map((row) => row.getAttribute('data-row-key')).join();
}
function keysAreOthers(before: string): boolean {
  const keys = [...document.querySelectorAll('[data-row-key]')].map((row) => row.getAttribute('data-row-key')).join();
  return keys !== '' && keys !== before;
}

/** The same touches on antd's table, where it has them. */
async function touchTable(page: Page, { rows }: PlanSize): Promise<Times> {
  const search = page.getByLabel('search');
  const find = await repeat('find', (round) => {
    const word = round % 2 === 0 ? '999' : '';
    const found = Array.from({ length: rows }, (_none, n) => String(n + 1)).filter((n) => n.includes(word)).length;
    return interact(page, () => search.fill(word), tableHas, String(found));
  });
  const head = page.getByRole('columnheader', { name: 'Record' });
  const sort = await repeat('sort', async () => {
    const before = await page.evaluate(shownKeys);
    return await interact(page, () => head.click(), keysAreOthers, before);
  });
  const box = page.locator('[data-row-key]').first().getByRole('checkbox');
  const decide = await repeat('decide', (round) =>
    interact(page, () => box.click(), rowIsChosen, round % 2 === 0 ? '1' : '0'),
  );
  return { find, sort, decide };
}

/** Memory of the page's process in megabytes, as it is and after the browser has thrown away what nobody holds any more; only Linux says it. */
interface Memory {
  readonly before: number;
  readonly held: number;
}

async function pageMemory(browser: Browser, page: Page): Promise<Memory> {
  const before = await processMemory(browser);
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  await session.detach();
  return { before, held: await processMemory(browser) };
}

async function processMemory(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  const renderers = processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => residentOf(id));
  await session.detach();
  return Math.max(...renderers);
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1024;
}

/** Opens the list of a plan of a size, uses it, and answers what came of it. */
async function measureList(postgres: TestPostgres, size: PlanSize) {
  const folder = mkdtempSync(join(tmpdir(), 'tallybook-bench-'));
  const shell = await startShell({ folder, device: 'Room 301', language: 'en' });
  const client = openShellClient(shell);
  const browser = await chromium.launch(await prepareChromium());
  try {
    const { connectionId } = await widePlan(client, await postgres.createDatabase(), size);
    const context = await browser.newContext({ viewport: { width: 1366, height: 768 }, locale: 'en-GB' });
    const page = await context.newPage();
    const open: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.goto('about:blank');
      await page.goto(`${shell.origin}/#token=${shell.token}`);
      await page.getByRole('listbox', { name: t('class:board') }).waitFor();
      const code = `location.hash = '#/sync/preview/${connectionId}'`;
      open.push(await fromCode(page, code, listIsThere));
    }
    const touches = await touchList(page, size);
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const memory = process.platform === 'linux' ? await pageMemory(browser, page) : null;
    return { open, touches, nodes, memory };
  } finally {
    client.close();
    await browser.close();
    await shell.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The same on antd's table, whose rows all lie in the page. */
async function measureTable(origin: string, size: PlanSize) {
  const browser = await chromium.launch(await prepareChromium());
  try {
    const page = await (await browser.newContext({ viewport: { width: 1366, height: 768 } })).newPage();
    const open: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.goto(`${origin}/?rows=${size.rows}`);
      open.push(await fromCode(page, `document.dispatchEvent(new Event('start'))`, tableHas, String(size.rows)));
    }
    const touches = await touchTable(page, size);
    const nodes = await page.evaluate(() => document.querySelectorAll('*').length);
    const memory = process.platform === 'linux' ? await pageMemory(browser, page) : null;
    return { open, touches, nodes, memory };
  } finally {
    await browser.close();
  }
}

const names: Readonly<Record<string, string>> = {
  step: 'One row down',
  jump: 'A screen down or up',
  ends: 'To the last row or the first',
  find: 'A word typed into the search, or taken out',
  filter: 'A number of the summary pressed',
  sort: 'The head of a column pressed',
  decide: 'One conflict decided by key',
  undo: 'That decision taken back',
  next: 'The next question by key',
  panel: 'The panel of a row opened by key',
  select: 'All rows chosen by key',
  all: 'The box for all of the list pressed',
  part: 'The box of a part of the list pressed',
  bulk: 'All 1,000 conflicts decided by the menu',
  bulkUndo: 'That decision taken back',
  redo: 'That decision put in force again',
};

/** Touches that are about many rows: their goal is reached with 10,000, and not by all of them with more. */
const aboutMany: ReadonlySet<string> = new Set(['all', 'part', 'bulk', 'bulkUndo', 'redo']);

function report(
  bench: Bench,
  size: PlanSize,
  list: Awaited<ReturnType<typeof measureList>>,
  table: Awaited<ReturnType<typeof measureTable>> | null,
): void {
  const of = `${size.rows / 1_000}k`;
  const beside = (values: readonly number[] | undefined): { readonly floor?: Compared } =>
    values === undefined ? {} : { floor: { what: "antd's virtual table", values } };
  bench.figure({
    id: `ui-open-${of}`,
    what: `From another page to the first row of a list of ${size.rows} changes`,
    values: list.open,
    ...beside(table?.open),
    // The goal is for a list of 10,000; longer ones must open, and how soon is told.
    limit: { of: 'median', value: 1_000, ...(size.rows > 10_000 ? {} : { firm: true }) },
  });
  for (const [id, values] of Object.entries(list.touches))
    bench.figure({
      id: `ui-${id}-${of}`,
      what: `${names[id] ?? id}, until it is on the screen, in a list of ${size.rows}`,
      values,
      ...beside(table?.touches[id]),
      limit: { of: 'median', value: 100, ...(aboutMany.has(id) && size.rows > 10_000 ? {} : { firm: true }) },
    });
  bench.figure({
    id: `ui-nodes-${of}`,
    what: `Elements of the page with a list of ${size.rows}, in a window of 1366 × 768`,
    unit: 'elements',
    values: [list.nodes],
    ...beside(table === null ? undefined : [table.nodes]),
    limit: { of: 'max', value: 600, firm: true },
  });
  if (list.memory === null) return;
  bench.figure({
    id: `ui-memory-${of}`,
    what: `Memory (RSS) the page's process holds with a list of ${size.rows}, after all of this`,
    unit: 'MB',
    values: [list.memory.held],
    ...beside(table?.memory == null ? undefined : [table.memory.held]),
    limit: { of: 'max', value: 250, firm: true },
  });
  bench.fact(`ui-memory-before-collection-${of}`, { page: list.memory.before, antd: table?.memory?.before ?? null });
}

await measure(async (bench) => {
  const postgres = await startTestPostgres();
  try {
    await using reference = await startReferencePage();
    for (const size of [small, large])
      report(bench, size, await measureList(postgres, size), await measureTable(reference.origin, size));
  } finally {
    await postgres.stop();
  }
});

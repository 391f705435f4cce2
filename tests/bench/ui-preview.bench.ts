/** How the list of changes feels when it is long: opening it, moving, filtering, deciding, beside antd's own virtual table in the same browser. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, type Browser, type Locator, type Page } from '@playwright/test';
import { createTexts } from '../../shared/text/text.ts';
import { openShellClient } from '../e2e/support/shell-client.ts';
import { startShell } from '../e2e/support/shell-process.ts';
import { prepareChromium } from '../support/chromium.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { measure, type Bench, type Compared } from './support/bench.ts';
import { fromCode, interact } from './support/interaction.ts';
import { startReferencePage } from './support/reference-page.ts';
import { widePlan, type PlanSize } from './support/wide-plan.ts';

const rounds = 20;
const { t } = createTexts('en');
const small: PlanSize = { rows: 10_000, conflicts: 1_000 };
const large: PlanSize = { rows: 50_000, conflicts: 1_000 };

type Times = Readonly<Record<string, readonly number[]>>;

/** Does something so many times and answers how long each took. */
async function repeat(what: string, once: (round: number) => Promise<number>): Promise<readonly number[]> {
  console.error(`  ${what}`);
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) took.push(await once(round));
  return took;
}

/** Every kind of touch on the list of changes, twenty times each. */
async function touchList(page: Page, { conflicts }: PlanSize): Promise<Times> {
  const grid = page.getByRole('grid', { name: t('sync:list.label') });
  const press = (key: string) => () => page.keyboard.press(key);
  const moved = async (key: string): Promise<number> => {
    const before = (await grid.getAttribute('aria-activedescendant')) ?? '';
    return await interact(page, press(key), activeRowIsThere, before);
  };
  const shows = async (act: () => Promise<void>): Promise<number> =>
    await interact(page, act, listIsAnother, (await grid.getAttribute('aria-rowcount')) ?? '');

  const whole = (await grid.getAttribute('aria-rowcount')) ?? '';
  await grid.focus();
  await page.keyboard.press('ArrowDown');
  const step = await repeat('step', () => moved('ArrowDown'));
  const jump = await repeat('jump', (round) => moved(round % 2 === 0 ? 'PageDown' : 'PageUp'));
  const ends = await repeat('ends', (round) => moved(round % 2 === 0 ? 'End' : 'Home'));
  await page.keyboard.press('Home');

  const search = page.getByLabel(t('sync:list.searchLabel'));
  await search.focus();
  const find = await repeat('find', (round) => shows(() => search.fill(round % 2 === 0 ? '999' : '')));

  const number: Locator = page
    .getByRole('region', { name: t('sync:matrix.label') })
    .getByRole('button', { name: new RegExp(`${conflicts.toLocaleString('en')}\\b`) })
    .first();
  const filter = await repeat('filter', () => shows(() => number.click()));

  const head = grid.getByRole('columnheader', { name: t('sync:column.record'), exact: true }).getByRole('button');
  const sort = await repeat('sort', async () => {
    const before = await page.evaluate(shownRows);
    return await interact(page, () => head.click(), rowsAreOthers, before);
  });

  const decide = await decideAndUndo(page, grid, whole);
  return { step, jump, ends, find, filter, sort, ...decide };
}

/** A decision by key, and the way back. `whole`: how many lines the whole list has. */
async function decideAndUndo(page: Page, grid: Locator, whole: string): Promise<Times> {
  console.error('  decide');
  await page.evaluate(() => (location.hash = location.hash.replace(/\?.*/, '')));
  // Until the order of the plan is back the keyboard stays on its row, wherever that comes to stand.
  await page.waitForFunction(listIsWhole, whole);
  await grid.focus();
  // The first line is the head of the part; the row after it is a question.
  await page.keyboard.press('Home');
  await page.keyboard.press('ArrowDown');
  const decide: number[] = [];
  const undo: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const before = await page.evaluate(shownRows);
    decide.push(await interact(page, () => page.keyboard.press('l'), rowsAreOthers, before));
    const after = await page.evaluate(shownRows);
    undo.push(await interact(page, () => page.keyboard.press('Control+z'), rowsAreOthers, after));
  }
  return { decide, undo };
}

/* What is asked of the page; each is carried out there and may use nothing from here. */

function activeRowIsThere(before: string): boolean {
  const grid = document.querySelector('[role=grid]');
  const id = grid?.getAttribute('aria-activedescendant') ?? '';
  const row = document.getElementById(id)?.closest('[role=row]');
  return id !== before && row !== null && row !== undefined && row.getAttribute('aria-busy') !== 'true';
}
function listIsThere(): boolean {
  const rows = [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')];
  return rows.length > 0 && rows.every((row) => row.getAttribute('aria-busy') === 'false');
}
function listIsAnother(before: string): boolean {
  const grid = document.querySelector('[role=grid]');
  const rows = [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')];
  const read = rows.length > 0 && rows.every((row) => row.getAttribute('aria-busy') === 'false');
  return read && grid?.getAttribute('aria-rowcount') !== before;
}
function listIsWhole(whole: string): boolean {
  const grid = document.querySelector('[role=grid]');
  const rows = [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')];
  const read = rows.length > 0 && rows.every((row) => row.getAttribute('aria-busy') === 'false');
  return read && grid?.getAttribute('aria-rowcount') === whole;
}
function shownRows(): string {
  return [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')]
    .map((row) => row.textContent)
    .join('\n');
}
function rowsAreOthers(before: string): boolean {
  const rows = [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')];
  const read = rows.every((row) => row.getAttribute('aria-busy') === 'false');
  return read && rows.map((row) => row.textContent).join('\n') !== before;
}
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
};

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
    limit: { of: 'median', value: 1_000, firm: true },
  });
  for (const [id, values] of Object.entries(list.touches))
    bench.figure({
      id: `ui-${id}-${of}`,
      what: `${names[id] ?? id}, until it is on the screen, in a list of ${size.rows}`,
      values,
      ...beside(table?.touches[id]),
      limit: { of: 'median', value: 100, firm: true },
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

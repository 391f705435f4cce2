import type { Locator, Page } from '@playwright/test';
import { createTexts } from '../../../shared/text/text.ts';
import { interact } from './interaction.ts';
import type { PlanSize } from './wide-plan.ts';

/** How often each touch is measured. */
const rounds = 20;
const { t } = createTexts('en');

/** How long each kind of touch took, in milliseconds. */
export type Times = Readonly<Record<string, readonly number[]>>;

/** Does something so many times and answers how long each took. */
export async function repeat(what: string, once: (round: number) => Promise<number>): Promise<readonly number[]> {
  console.error(`  ${what}`);
  const took: number[] = [];
  for (let round = 0; round < rounds; round += 1) took.push(await once(round));
  return took;
}

/** Every kind of touch on the list of changes, twenty times each. */
export async function touchList(page: Page, { conflicts }: PlanSize): Promise<Times> {
  const grid = page.getByRole('grid', { name: t('sync:list.label') });
  const whole = (await grid.getAttribute('aria-rowcount')) ?? '';
  const looks = await lookThrough(page, grid, conflicts);
  const decide = await decideAndUndo(page, grid, whole);
  // Before many are decided: the next question is one that waits.
  const looked = await lookAround(page, grid);
  const many = await decideMany(page, grid);
  return { ...looks, ...decide, ...looked, ...many };
}

/** Moving, searching, filtering and sorting, twenty times each. `counted`: a number of the summary that filters. */
export async function lookThrough(page: Page, grid: Locator, counted: number): Promise<Times> {
  const press = (key: string) => () => page.keyboard.press(key);
  const moved = async (key: string): Promise<number> => {
    const before = (await grid.getAttribute('aria-activedescendant')) ?? '';
    return await interact(page, press(key), activeRowIsThere, before);
  };
  const shows = async (act: () => Promise<void>): Promise<number> =>
    await interact(page, act, listIsAnother, (await grid.getAttribute('aria-rowcount')) ?? '');

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
    .getByRole('button', { name: new RegExp(`${counted.toLocaleString('en')}\\b`) })
    .first();
  const filter = await repeat('filter', () => shows(() => number.click()));

  const head = grid.getByRole('columnheader', { name: t('sync:column.record'), exact: true }).getByRole('button');
  const sort = await repeat('sort', async () => {
    const before = await page.evaluate(shownRows);
    return await interact(page, () => head.click(), rowsAreOthers, before);
  });
  return { step, jump, ends, find, filter, sort };
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

/** Many rows at once: all ticks, all questions by the menu, and the way back and forth; then the box of the part that was decided. */
async function decideMany(page: Page, grid: Locator): Promise<Times> {
  // The numbers of the last touch may come after what was waited for.
  const standing = async (): Promise<string> => {
    for (let before = ''; ;) {
      const now = await page.evaluate(allSaid);
      if (now === before) return now;
      before = now;
      // No event says that nothing more will come: rest is the same text twice, this far apart. It lies before what is measured.
      await page.waitForTimeout(300);
    }
  };
  const says = async (act: () => Promise<void>): Promise<number> =>
    await interact(page, act, saysOther, await standing());
  const press = (key: string) => () => says(() => page.keyboard.press(key));
  await page.keyboard.press('Home');
  const head = grid.getByRole('checkbox', { name: t('sync:list.tickAll') });
  const all = await repeat('all', () => says(() => head.click()));
  const menu = page.getByRole('button', { name: /^Decide all/ });
  const entry = page.getByRole('menuitem', { name: t('sync:bulk.rule.local') });
  const [bulk, bulkUndo, redo]: [number[], number[], number[]] = [[], [], []];
  await repeat('bulk, undo, redo', async () => {
    await menu.click();
    await entry.waitFor();
    bulk.push(await says(() => entry.click()));
    await grid.focus();
    bulkUndo.push(await press('Control+z')());
    redo.push(await press('Control+y')());
    return await press('Control+z')();
  });
  await press('Control+y')();
  const part = grid.getByRole('rowheader').first().getByRole('checkbox');
  return { all, bulk, bulkUndo, redo, part: await repeat('part', () => says(() => part.click())) };
}

/** What changes nothing: the next question, the panel, and choosing all rows. */
async function lookAround(page: Page, grid: Locator): Promise<Times> {
  const at = async (): Promise<string> => (await grid.getAttribute('aria-activedescendant')) ?? '';
  await grid.focus();
  const next = await repeat('next', async () =>
    interact(page, () => page.keyboard.press('n'), activeRowIsThere, await at()),
  );
  const panel = await repeat('panel', async () => {
    await page.keyboard.press('Escape');
    await page.waitForFunction(panelIsShut);
    return await interact(page, () => page.keyboard.press('Enter'), panelIsOpen);
  });
  await grid.focus();
  const select = await repeat('select', async () => {
    await page.keyboard.press('ArrowDown');
    await page.waitForFunction(nothingIsChosen);
    return await interact(page, () => page.keyboard.press('Control+a'), allIsChosen);
  });
  await page.keyboard.press('ArrowDown');
  return { next, panel, select };
}

/* What is asked of the page; each is carried out there and may use nothing from here. */

function allSaid(): string {
  const boxes = [...document.querySelectorAll<HTMLInputElement>('[role=grid] input')];
  const ticks = boxes.map((box) => (box.indeterminate ? 'some' : box.checked ? 'all' : 'none')).join();
  return `${ticks}\n${document.querySelector('footer')?.textContent ?? ''}`;
}
/** Boxes and numbers: both say the new state, and no row is still being read. */
function saysOther(before: string): boolean {
  const [ticks = '', numbers = ''] = before.split('\n');
  const boxes = [...document.querySelectorAll<HTMLInputElement>('[role=grid] input')];
  const now = boxes.map((box) => (box.indeterminate ? 'some' : box.checked ? 'all' : 'none')).join();
  const read = document.querySelector('[role=grid] [aria-busy=true]') === null;
  return read && now !== ticks && document.querySelector('footer')?.textContent !== numbers;
}
function panelIsOpen(): boolean {
  return document.querySelector('[data-detail=true]') !== null;
}
function panelIsShut(): boolean {
  return document.querySelector('[data-detail=true]') === null;
}
function allIsChosen(): boolean {
  const rows = [...document.querySelectorAll('[role=grid] [aria-rowindex][aria-busy]')];
  return rows.length > 0 && rows.every((row) => row.getAttribute('aria-selected') === 'true');
}
function nothingIsChosen(): boolean {
  return document.querySelector('[role=grid] [aria-rowindex][aria-busy][aria-selected=true]') === null;
}

function activeRowIsThere(before: string): boolean {
  const grid = document.querySelector('[role=grid]');
  const id = grid?.getAttribute('aria-activedescendant') ?? '';
  const row = document.getElementById(id)?.closest('[role=row]');
  return id !== before && row !== null && row !== undefined && row.getAttribute('aria-busy') !== 'true';
}
/** Whether the rows in sight are there; carried out in the page. */
export function listIsThere(): boolean {
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

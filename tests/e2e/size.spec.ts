import { expect, type Page } from '@playwright/test';
import { widePlan } from '../bench/support/wide-plan.ts';
import { PreviewPage } from './support/preview-page.ts';
import { test } from './support/test.ts';

/** Screens there are; the last two are touch boards. */
const screens = [
  [1366, 768],
  [1920, 1080],
  [2560, 1440],
  [1080, 1920],
] as const;

/** The most elements the page may have. */
const most = 600;
/** The most a line of the list may be, counted where every line asks. */
const perLine = 15;

/** How many elements the page has once its list has come to rest, and how many of its lines are drawn; carried out in the page. */
async function elementsNow(): Promise<{ readonly all: number; readonly lines: number; readonly inSight: number }> {
  let before = -1;
  for (let quiet = 0; quiet < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const all = document.querySelectorAll('*').length;
    const reading = document.querySelector('[role=grid] [aria-busy=true]') !== null;
    quiet = all === before && !reading ? quiet + 1 : 0;
    before = all;
  }
  const grid = document.querySelector('[role=grid]');
  const lines = [...document.querySelectorAll('[role=grid] [data-index]')];
  const box = grid?.getBoundingClientRect();
  const inSight = lines.filter((line) => {
    const { top, bottom } = line.getBoundingClientRect();
    return box !== undefined && bottom > box.top + 36 && top < box.bottom;
  });
  return { all: before, lines: lines.length, inSight: inSight.length };
}

async function atSize(page: Page, width: number, height: number) {
  await page.setViewportSize({ width, height });
  return await page.evaluate(elementsNow);
}

test('size: the list of changes is fewer than 600 elements on a screen of 1366 × 768, and on any other as many as the lines in sight take, however long it is', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(180_000);
  const found: string[] = [];
  const counts: (readonly number[])[] = [];
  for (const rows of [200, 2_000]) {
    const app = await startApp({ device: 'Room 301' });
    const { connectionId } = await widePlan(app, await postgres.createDatabase(), { rows, conflicts: 100 });
    const { page } = app;
    await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
    await new PreviewPage(app).waitForList();
    await new PreviewPage(app).detail.waitFor();
    const here: number[] = [];
    for (const [width, height] of screens) {
      const { all, lines, inSight } = await atSize(page, width, height);
      here.push(all);
      const at = `${rows} changes, ${width} × ${height}: ${all} elements, ${lines} lines, ${inSight} in sight`;
      if (height <= 768 && all >= most) found.push(at);
      if (lines > inSight + 6) found.push(`${at}: lines nobody sees`);
      if (all >= 400 + perLine * lines) found.push(`${at}: more than ${perLine} for a line`);
    }
    counts.push(here);
  }
  expect(found).toEqual([]);
  // A notice that comes or goes between is an element or two; a line of the list is fifteen.
  const [few = [], many = []] = counts;
  for (const [index, all] of many.entries()) expect(Math.abs(all - (few[index] ?? 0))).toBeLessThan(5);
});

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

/** What the page stays below, wherever its list is. */
const goal = 600;

/** How many elements the page has once its list has come to rest, and how many of its lines are drawn; carried out in the page. */
async function elementsNow(
  to: number,
): Promise<{ readonly all: number; readonly lines: number; readonly inSight: number }> {
  const grid = document.querySelector('[role=grid]');
  grid?.scrollTo({ top: to });
  let before = -1;
  for (let quiet = 0; quiet < 10;) {
    await new Promise((resolve) => setTimeout(resolve, 30));
    const all = document.querySelectorAll('*').length;
    const reading = document.querySelector('[role=grid] [aria-busy=true]') !== null;
    quiet = all === before && !reading ? quiet + 1 : 0;
    before = all;
  }
  const lines = [...document.querySelectorAll('[role=grid] [data-index]')];
  const box = grid?.getBoundingClientRect();
  const inSight = lines.filter((line) => {
    const { top, bottom } = line.getBoundingClientRect();
    return box !== undefined && bottom > box.top + 36 && top < box.bottom;
  });
  return { all: before, lines: lines.length, inSight: inSight.length };
}

/** Where a list is scrolled to (px): its begin, where every line asks, and where none does. */
const places = [0, 1_000, 30_000] as const;

async function atSize(page: Page, width: number, height: number) {
  await page.setViewportSize({ width, height });
  const found: { readonly place: number; readonly all: number; readonly lines: number; readonly inSight: number }[] =
    [];
  for (const place of places) found.push({ place, ...(await page.evaluate(elementsNow, place)) });
  return found;
}

test('size: the list of changes is fewer than 600 elements on every screen, wherever it is scrolled to and however long it is', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(180_000);
  const found: string[] = [];
  const counts: (readonly number[])[] = [];
  for (const rows of [1_000, 10_000]) {
    const app = await startApp({ device: 'Room 301' });
    const { connectionId } = await widePlan(app, await postgres.createDatabase(), { rows, conflicts: 100 });
    const { page } = app;
    await page.goto(`${app.shell.origin}/#/sync/preview/${connectionId}`);
    await new PreviewPage(app).waitForList();
    await new PreviewPage(app).detail.waitFor();
    const here: number[] = [];
    for (const [width, height] of screens) {
      for (const { place, all, lines, inSight } of await atSize(page, width, height)) {
        here.push(all);
        const at = `${rows} changes, ${width} × ${height}, at ${place}: ${all} elements, ${lines} lines, ${inSight} in sight`;
        if (all >= goal) found.push(at);
        if (inSight < Math.floor(height / 120)) found.push(`${at}: no list`);
        // The one behind the head, and up to three at each end.
        if (lines > inSight + 7) found.push(`${at}: lines nobody sees`);
      }
    }
    counts.push(here);
  }
  expect(found).toEqual([]);
  // A notice that comes or goes between is an element or two; a line of the list is ten.
  const [few = [], many = []] = counts;
  for (const [index, all] of many.entries()) expect(Math.abs(all - (few[index] ?? 0))).toBeLessThan(5);
});

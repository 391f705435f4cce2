import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import type { App } from './support/app.ts';
import { everyView, grid, type View } from './support/every-view.ts';
import { hiddenStops } from './support/hidden-stops.ts';
import { complaints } from './support/looks.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

/** What 400 % of zoom leaves: of the window WCAG speaks of, and of the most common screen. */
const zoomed = [
  { width: 320, height: 256 },
  { width: 342, height: 192 },
];

const preview: View = {
  name: 'preview',
  hash: '',
  ready: async (app) => {
    await new PreviewPage(app).open();
    await new PreviewPage(app).detail.waitFor();
  },
};

/** How far the document is scrolled beyond the bars of the app, which it never is; before there are any it scrolls as a whole. */
function documentOffset(): number {
  if (document.querySelector('nav') === null) return 0;
  return document.documentElement.scrollTop + document.body.scrollTop;
}

async function look(app: App, view: View): Promise<readonly string[]> {
  const { page } = app;
  const found: string[] = [];
  for (const size of zoomed) {
    const at = `${view.name}, ${size.width} × ${size.height}`;
    await page.setViewportSize(size);
    const { hidden, stops } = await hiddenStops(page);
    if (stops < 1) found.push(`${at}: only ${stops} places to come to`);
    found.push(...hidden.map((stop) => `${at}: ${stop}`));
    const offset = await page.evaluate(documentOffset);
    if (offset > 0) found.push(`${at}: the document is scrolled by ${offset} pixels`);
    for (const complaint of await complaints(page)) found.push(`${at}: ${complaint}`);
  }
  await page.setViewportSize({ width: 1366, height: 768 });
  return found;
}

test('at 400 % of zoom whatever the keyboard comes to is in sight, on every page, and axe has nothing against it (size)', async ({
  startApp,
  postgres,
}) => {
  test.setTimeout(300_000);
  const app = await startApp({ device: 'Room 301' });
  const { page, shell } = app;
  await tangledClass(app, postgres);
  const found: string[] = [];
  const card = new ClassPage(app).cards.first();
  const views = everyView.map((view) =>
    view.name === 'class-points' ? { ...view, ready: async (): Promise<void> => await card.click() } : view,
  );
  for (const view of [preview, ...views]) {
    if (view.hash !== '') await page.goto(`${shell.origin}/#/${view.hash}`);
    await view.ready(app);
    found.push(...(await look(app, view)));
  }
  expect(found).toEqual([]);
});

for (const size of zoomed)
  test(`at ${size.width} × ${size.height} the row the keyboard is on stays in sight while it goes through the list (size, F3)`, async ({
    startApp,
    postgres,
  }) => {
    const app = await startApp({ device: 'Room 301' });
    await tangledClass(app, postgres);
    const list = new PreviewPage(app);
    await list.open();
    await app.page.setViewportSize(size);
    await grid(app);
    await list.grid.focus();
    const rows = Number(await list.grid.getAttribute('aria-rowcount')) - 1;
    const unseen: string[] = [];
    for (const key of ['Home', ...Array.from({ length: rows - 1 }, () => 'ArrowDown'), 'Home', 'End', 'PageUp']) {
      await app.page.keyboard.press(key);
      const seen = await app.page.evaluate(activeRow);
      if (seen !== 'seen') unseen.push(`${key}: ${seen}`);
    }
    expect(unseen).toEqual([]);
    expect(await app.page.evaluate(documentOffset)).toBe(0);
  });

/** Whether the middle of the row the keyboard is on can be seen; carried out in the page. */
async function activeRow(): Promise<string> {
  const drawn = (): Promise<unknown> => new Promise((resolve) => requestAnimationFrame(resolve));
  await drawn();
  await drawn();
  const id = document.activeElement?.getAttribute('aria-activedescendant') ?? '';
  const row = document.getElementById(id);
  if (row === null) return 'not there';
  const { left, top, width, height } = row.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + height / 2);
  return hit !== null && row.contains(hit) ? 'seen' : `${row.textContent} at ${top}`;
}

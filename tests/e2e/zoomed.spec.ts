import { expect } from '@playwright/test';
import { ClassPage } from './support/class-page.ts';
import { documentOffset, faultsZoomed, mostZoomed } from './support/at-most-zoomed.ts';
import { everyView, grid, type View } from './support/every-view.ts';
import { PreviewPage } from './support/preview-page.ts';
import { tangledClass } from './support/tangled-class.ts';
import { test } from './support/test.ts';

const preview: View = {
  name: 'preview',
  hash: '',
  ready: async (app) => {
    await new PreviewPage(app).open();
    await new PreviewPage(app).detail.waitFor();
  },
};

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
    found.push(...(await faultsZoomed(page, view.name)));
  }
  expect(found).toEqual([]);
});

for (const size of mostZoomed)
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

import { expect } from '@playwright/test';
import type { z } from 'zod';
import type { runItem, RunRowItem } from '../../../shared/contract/run.ts';
import type { App } from './app.ts';
import { written, type Written } from './plan-results.ts';
import type { PreviewPage } from './preview-page.ts';

interface RunDetails {
  readonly run: Pick<z.infer<typeof runItem>, 'counts'>;
  readonly rows: readonly RunRowItem[];
}

/** What a run wrote is what its list had announced: the same rows in the same order, each with the same values before and after, and the counts are theirs. */
export function expectAsAnnounced({ run, rows }: RunDetails, said: readonly Written[]): void {
  const wrote = written(rows, said);
  expect(wrote.map(placeOf)).toEqual(said.map(placeOf));
  expect(wrote).toEqual(said);
  for (const side of ['up', 'down'] as const)
    for (const op of ['add', 'update', 'delete'] as const)
      expect([side, op, run.counts[side][op]]).toEqual([
        side,
        op,
        said.filter((row) => row.side === side && row.op === op).length,
      ]);
}

function placeOf({ table, key, side, op }: Written): string {
  return `${table} ${JSON.stringify(key)} ${side} ${op}`;
}

/** The page of the run lists what was announced, line for line: from the result of a run to its rows, with what each is called and what was done. */
export async function expectResultPage(
  app: App,
  preview: PreviewPage,
  { rows }: RunDetails,
  said: readonly Written[],
): Promise<void> {
  const { page, t } = app;
  await preview.result.getByRole('link', { name: t('sync:outcome.show') }).click();
  const grid = page.getByRole('grid', { name: t('sync:history.rows') });
  await expect(grid.locator('[role=row][data-key]').first()).toBeVisible();
  const lines = new Map<number, readonly string[]>();
  for (let pages = 0; lines.size < said.length; pages += 1) {
    // Half a list is more than one line, however little room it has.
    expect(pages, 'lines that the page does not show').toBeLessThan(said.length + 50);
    const drawn = await grid.locator('[role=row][data-key]').evaluateAll((found) =>
      found.map((line) => [
        line.getAttribute('aria-rowindex') ?? '',
        line.getAttribute('data-key') ?? '',
        // The style sheet says the direction.
        ...[...line.querySelectorAll<HTMLElement>('[role=gridcell]')].map((cell) =>
          `${cell.textContent ?? ''} ${cell.dataset['direction'] ?? ''}`.trim(),
        ),
      ]),
    );
    for (const [at, ...line] of drawn) lines.set(Number(at), line);
    await grid.evaluate(async (node) => {
      const end = node.scrollTop + node.clientHeight >= node.scrollHeight - 1;
      node.scrollTop = end ? 0 : node.scrollTop + node.clientHeight / 2;
      await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    });
    // Rows are read when they come into sight.
    await expect(grid.locator('[role=row][aria-busy=true]')).toHaveCount(0);
  }
  const inOrder = [...lines].toSorted(([one], [other]) => one - other).map(([, line]) => line);
  expect(inOrder.map(([place]) => place)).toEqual(rows.map(({ place }) => String(place)));
  for (const [index, [, change = '', record = '', what = '']] of inOrder.entries()) {
    const row = said[index];
    const label = rows[index]?.label ?? '';
    if (row === undefined) continue;
    const restored = row.op === 'add' && row.before !== null;
    expect(change).toContain(t(`sync:kind.${restored ? 'restored' : row.op}`));
    expect(change).toContain(t(`sync:direction.${row.side}`));
    if (row.table !== 'student') continue;
    expect(record).toBe(label);
    const name = row.after?.['name'] ?? '';
    if (row.op === 'update' && row.before?.['name'] !== name) expect(what).toContain(name);
  }
}

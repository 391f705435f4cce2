import { expect } from '@playwright/test';
import { categoryOf } from '../../../renderer/features/sync/preview/categories.ts';
import type { PlanRowItem } from '../../../shared/contract/sync.ts';
import type { Random } from '../../simulation/random.ts';
import type { App } from './app.ts';
import { pick } from './conflict-set.ts';
import { planRows } from './plan-results.ts';
import type { Deciding } from './take-steps.ts';

/**
 * The numbers of the page are those of the rows, counted here one by one: the summary, each cell of it under the words it says, the button that carries the list out,
 * and, of one number picked at random, how many changes the list shows once it is pressed.
 */
export async function expectNumbers(deciding: Deciding, random: Random): Promise<void> {
  const { app, preview, planId, rows: listed } = deciding;
  const rows = await planRows(app, planId);
  const wanted = cellsOf(app, listed, rows);
  await expect.poll(async () => (await preview.counts()).toSorted()).toEqual([...wanted.keys()].toSorted());
  expect([...wanted.values()].reduce((sum, count) => sum + count, 0)).toBe(rows.length);
  const sync = rows.filter(({ included }) => included).length;
  const words = new RegExp(`^${app.t('sync:run.sync', { count: sync })}(?!\\d)`);
  await expect(preview.page.getByRole('button', { name: words })).toBeVisible();

  const [name, count] = pick(random, [...wanted]);
  const button = preview.matrix.getByRole('button', { name, exact: true });
  await button.click();
  await expect(preview.page.getByText(app.t('sync:list.found', { count }), { exact: true })).toBeVisible();
  await expect(button).toHaveAttribute('aria-pressed', 'true');
  await button.click();
  await expect(button).toHaveAttribute('aria-pressed', 'false');
}

/** What every button of the summary is to say, with its number. `listed`: the rows before anything was decided, because what is decided stays where it was listed. */
function cellsOf({ t }: App, listed: readonly PlanRowItem[], now: readonly PlanRowItem[]): ReadonlyMap<string, number> {
  const cells = new Map<
    string,
    { readonly category: string; readonly words: (count: number) => string; readonly count: number }
  >();
  for (const [place, { table, kind, direction }] of listed.entries()) {
    const category = t(`sync:category.${categoryOf(table)}`);
    const what =
      kind !== 'conflict'
        ? (`${direction}.${kind}` as const)
        : (`both.${asks(now[place]) ? 'conflict' : 'decided'}` as const);
    const words = (count: number): string => t(`sync:matrix.count.${what}`, { count });
    const key = `${category} ${what}`;
    cells.set(key, { category, words, count: (cells.get(key)?.count ?? 0) + 1 });
  }
  return new Map(
    [...cells.values()].map(({ category, words, count }) => [
      t('sync:matrix.button', { count, category, words: words(count) }),
      count,
    ]),
  );
}

function asks(row: PlanRowItem | undefined): boolean {
  return row?.left === 'undecided' || row?.left === 'skipped' || row?.left === 'value-taken';
}

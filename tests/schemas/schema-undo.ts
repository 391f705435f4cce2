import { tableOf } from '../../shared/catalog/catalog.ts';
import type { RunResult } from '../../shared/contract/sync.ts';
import { Broken } from '../simulation/oracle.ts';
import { codeOf } from '../simulation/world.ts';
import { itemsOf, placeOfItem, type SchemaBook } from './schema-book.ts';
import { differingRows, type SchemaSides } from './schema-checks.ts';

/** A run that came to its end, and what both sides held before it. */
export interface DoneRun {
  readonly book: SchemaBook;
  readonly runId: string;
  readonly before: SchemaSides;
}

/** What taking a run back came to: how many rows it was about, and how it ended. */
interface TakenBack {
  readonly rows: number;
  readonly outcome: string;
}

/**
 * Takes a run back at once. A row that can be deleted for good and that is not named as staying is on both sides as it was before the run, whatever the run did with
 * it: groups that went together, values handed over, rows both sides had added. Nothing else changes.
 */
export async function takeRunBack(
  { book, runId, before }: DoneRun,
  sidesNow: () => Promise<SchemaSides>,
): Promise<TakenBack> {
  const { device, classId, catalog } = book;
  const undone = await sidesNow();
  let result: RunResult;
  const listed = new Map<string, { readonly hard: boolean; readonly stays: boolean }>();
  try {
    const plan = await device.call('run.undo', { classId, runId });
    for (const item of await itemsOf(book, plan.planId)) {
      const { kind, softDelete } = tableOf(catalog, item.table);
      const hard = softDelete === null && kind !== 'append-only';
      listed.set(placeOfItem(catalog, item), { hard, stays: item.left !== null || !item.included });
    }
    if (listed.size === 0) return { rows: 0, outcome: 'nothing' };
    const { planId, runMode } = plan;
    result = await device.call('sync.run', { classId, planId, mode: runMode ?? 'sync', allowMassChange: true });
  } catch (error) {
    const code = codeOf(error);
    if (code === 'undo-refused') return { rows: 0, outcome: code };
    throw new Broken('I16', `taking a run back ended with ${code}`);
  }
  if (result.outcome !== 'completed' && result.outcome !== 'undecided')
    throw new Broken('I16', `taking a run back ended with ${result.outcome} ${JSON.stringify(result.error)}`);
  const left = new Set(result.left.map((row) => placeOfItem(catalog, row)));
  const after = await sidesNow();
  for (const side of ['local', 'server'] as const) {
    const other = differingRows(undone[side], after[side]).find(
      // An entry that is only ever added is taken back by one that voids it.
      (place) => !listed.has(place) && undone[side].has(place),
    );
    if (other !== undefined) throw new Broken('I4', `${other} of ${side} was changed by taking back another row`);
    const wrong = differingRows(before[side], after[side]).find((place) => {
      const row = listed.get(place);
      return row !== undefined && row.hard && !row.stays && !left.has(place);
    });
    if (wrong !== undefined)
      throw new Broken(
        'I4',
        `${wrong} of ${side} is ${JSON.stringify(after[side].get(wrong) ?? null)} after its run was taken back, and was ${JSON.stringify(before[side].get(wrong) ?? null)}`,
      );
  }
  return { rows: listed.size, outcome: result.outcome };
}

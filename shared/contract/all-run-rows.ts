import type { Client } from './client.ts';
import type { Params } from './contract.ts';
import type { RunRowItem } from './run.ts';

/** What one call may ask for. */
const pageSize = 200;

/** Every row of a run that a filter keeps, in the order asked for, read in pages. Throws what `run.index` and `run.rows` do. */
export async function allRunRows(
  engine: Pick<Client, 'call'>,
  { classId, runId, ...asked }: Params<'run.index'>,
): Promise<readonly RunRowItem[]> {
  const { places } = await engine.call('run.index', { classId, runId, ...asked });
  const found = new Map<number, RunRowItem>();
  for (let from = 0; from < places.length; from += pageSize) {
    const { items } = await engine.call('run.rows', { classId, runId, places: places.slice(from, from + pageSize) });
    for (const row of items) found.set(row.place, row);
  }
  return places.flatMap((place) => found.get(place) ?? []);
}

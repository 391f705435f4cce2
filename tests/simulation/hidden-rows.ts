import { Broken, type Sides } from './oracle.ts';
import { endTransaction } from './foreign-writer.ts';
import { pick } from './random.ts';
import { addressOf, type Snapshot } from './snapshot.ts';
import { classesOf, note, type World } from './world.ts';
import type { PlanRowItem } from '../../shared/contract/sync.ts';

/** Rows that stay in sight under a policy somebody made: a part of a table, or none of it. */
const policies = [
  ['student', 'length(name) % 2 = 0'],
  ['student_tag', `tag <> 'choir'`],
  ['score_event', 'delta % 2 = 0'],
  ['reason', 'length(text) % 2 = 0'],
  ['student', 'false'],
  ['student_tag', 'false'],
  ['score_event', 'false'],
  ['score_void', 'false'],
  ['"group"', 'false'],
] as const;

/** Somebody who owns the server hides rows of a table from everybody but themselves; the answer shows them again. */
export async function hideRows(world: World): Promise<() => Promise<void>> {
  const [table, shown] = pick(world.next, policies) ?? policies[0];
  const journalToo = world.next(2) === 0;
  // A change of a policy waits for all who write the table.
  for (const each of classesOf(world)) {
    await endTransaction(each);
    for (const { device } of each.members) await device.gate.quiet();
  }
  const hidden = [
    [table, shown],
    ...(journalToo ? [['row_state', `tbl <> '${table.replaceAll('"', '')}' OR ver % 2 = 0`] as const] : []),
  ] as const;
  const change = async (make: (table: string, shown: string) => string): Promise<void> => {
    for (const [name, predicate] of hidden) await world.server.rows(make(name, predicate));
  };
  await change(
    (name, predicate) =>
      `CREATE POLICY sim_hidden ON tallybook.${name} USING (${predicate}) WITH CHECK (true); ALTER TABLE tallybook.${name} ENABLE ROW LEVEL SECURITY`,
  );
  note(world, `a policy hides ${table}${journalToo ? ' and what is noted of it' : ''}`);
  return async () =>
    await change(
      (name) => `DROP POLICY sim_hidden ON tallybook.${name}; ALTER TABLE tallybook.${name} DISABLE ROW LEVEL SECURITY`,
    );
}

/** What a list says is gone on the server is gone there, or was when it was last in sight: a row that is only hidden is never a deletion (I14). */
export function checkNothingHiddenIsGone(
  items: readonly PlanRowItem[],
  { server }: Sides,
  believed: Snapshot | null,
): void {
  for (const item of items) {
    const address = addressOf(item.table, item.key);
    const row = server.get(address);
    if (row === undefined || row['deleted_at'] != null || believed?.get(address)?.['deleted_at'] != null) continue;
    const gone = item.kind === 'delete' && item.direction === 'down';
    if (gone || item.conflict === 'updated-here-deleted-there')
      throw new Broken('I14', `${addressOf(item.table, item.key)} is there and is listed as gone`);
  }
}

/** What a device believed to be on the server and is there, it still believes to be there (I14). */
export function checkBeliefStays(before: Snapshot | null, after: Snapshot | null, { server }: Sides): void {
  for (const address of before?.keys() ?? [])
    if (after !== null && server.has(address) && !after.has(address))
      throw new Broken('I14', `${address} is there, was seen and is believed to be gone`);
}

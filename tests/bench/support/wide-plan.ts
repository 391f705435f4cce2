import type { Client } from '../../../shared/contract/client.ts';
import { connectionTo } from '../../e2e/support/shared-class.ts';
import type { TestDatabase } from '../../support/postgres.ts';
import { sql } from '../../support/sql.ts';

/** How long a list of changes is wanted. */
export interface PlanSize {
  readonly rows: number;
  /** Of them, students who were renamed on both sides. */
  readonly conflicts: number;
}

/** Makes a class on a new device and shares it; each student is then renamed here and on the server, and the rest of the list is points. Answers the connection, its class and the list. */
export async function widePlan(
  client: Pick<Client, 'call'>,
  database: TestDatabase,
  { rows, conflicts }: PlanSize,
): Promise<{ readonly classId: string; readonly connectionId: string; readonly planId: string }> {
  const students = Array.from({ length: conflicts }, (_none, index) => `Student ${index + 1}`);
  const { id: classId } = await client.call('class.create', { name: '5B', students });
  const { id: connectionId } = await client.call('connection.add', { classId, connection: connectionTo(database) });
  await client.call('connection.init', { classId, connectionId, consent: true });
  const { planId } = await client.call('sync.preview', { classId, connectionId });
  await client.call('sync.run', { classId, planId, mode: 'sync' });

  await sql(database.config, `UPDATE tallybook.student SET name = name || ' (office)'`);
  const { items } = await client.call('student.list', { classId });
  for (const { id, name } of items)
    await client.call('student.set', { classId, id, change: { name: `${name} (here)` } });
  const ids = items.map(({ id }) => id);
  for (let left = rows - conflicts; left > 0; left -= ids.length)
    await client.call('score.add', { classId, studentIds: ids.slice(0, left), award: { delta: 1, text: 'Homework' } });
  const plan = await client.call('sync.preview', { classId, connectionId });
  if (plan.total !== rows) throw new Error(`a list of ${plan.total} rows instead of ${rows}`);
  return { classId, connectionId, planId: plan.planId };
}
